"""How often name servers are asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domains.keeping import keep
from domains.models import Domain
from domains.rhythm import next_mail_look, next_verification, reads_all_records
from domains.services import add_domain, check_domain
from domains.standing import is_being_asked
from tests.batches.examples import NOON
from tests.domains.examples import verification, verified_domain, waiting_domain

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("waiting", "next_in"),
    [
        (timedelta(0), MINUTE),
        (59 * MINUTE, MINUTE),
        (HOUR, 5 * MINUTE),
        (DAY, 15 * MINUTE),
        (3 * DAY, 7 * DAY),
    ],
)
def test_a_record_is_waited_for_less_and_less_closely(waiting: timedelta, next_in: timedelta) -> None:
    domain = Domain(name="contoso.com", added_at=NOON - 30 * DAY, asked_at=NOON - waiting)
    assert next_verification(domain, NOON) == NOON + next_in


def test_a_verified_domain_is_looked_at_once_a_week_and_one_proved_by_its_parent_never() -> None:
    domain = Domain(name="contoso.com", added_at=NOON, verified_at=NOON, verified_by="txt")
    assert next_verification(domain, NOON) == NOON + 7 * DAY
    domain.verified_by = "parent"
    assert next_verification(domain, NOON) is None


@pytest.mark.parametrize(("stage", "minutes"), [("not_started", 60), ("changing", 5), ("waiting", 5), ("safe", 60)])
def test_mail_is_watched_closely_while_a_change_is_under_way(stage: str, minutes: int) -> None:
    assert next_mail_look(Domain(mx_stage=stage), NOON) == NOON + minutes * MINUTE


def test_records_that_say_nothing_about_the_change_are_read_every_hour_or_when_somebody_asks() -> None:
    domain = Domain(mail_checked_at=NOON - 10 * MINUTE)
    assert not reads_all_records(domain, NOON)
    assert reads_all_records(domain, NOON + HOUR)
    domain.asked_at = NOON - MINUTE
    assert reads_all_records(domain, NOON)


@pytest.mark.django_db
def test_who_asks_while_a_look_is_under_way_gets_another_one() -> None:
    domain = waiting_domain("contoso.com")
    check_domain(domain, by=None)
    asked = Domain.objects.get()
    assert asked.asked_at
    keep(domain.pk, verification(domain), begun=asked.asked_at - MINUTE)
    assert Domain.objects.get().verification_due_at == asked.verification_due_at
    keep(domain.pk, verification(domain), begun=asked.asked_at + MINUTE)
    assert Domain.objects.get().verification_due_at == asked.asked_at + 2 * MINUTE


@pytest.mark.django_db
def test_a_domain_that_its_parent_proves_is_answered_by_its_mail_records() -> None:
    verified_domain("contoso.com")
    below = add_domain("mail.contoso.com", by=None)
    assert not is_being_asked(below)
    check_domain(below, by=None)
    below.refresh_from_db()
    assert is_being_asked(below)
    below.mail_checked_at = below.asked_at
    assert not is_being_asked(below)


@pytest.mark.django_db
def test_what_comes_back_for_a_domain_that_was_removed_meanwhile_is_dropped() -> None:
    domain = add_domain("contoso.com", by=None)
    found = verification(domain)
    Domain.objects.all().delete()
    keep(domain.pk, found, begun=NOON)
    assert not Domain.objects.exists()
