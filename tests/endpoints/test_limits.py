"""What may be asked of an endpoint now."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django import forms
from django.utils import timezone
from django.utils.translation import override

from core.models import AuditEntry, OrganizationSettings
from core.organization import keep
from endpoints import limits
from endpoints.limit_rules import WeekdaysField
from endpoints.limit_words import hours_words, slowdown_words
from endpoints.models import MigrationEndpoint
from endpoints.pressure import RISE_EVERY
from tests.endpoints.samples import make_endpoint

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
pytestmark = pytest.mark.django_db


def complain(endpoint: MigrationEndpoint, mailbox: str = "pilarp@contoso.com", **changes: object) -> int | None:
    """The second of two mailboxes that are told so."""
    given: dict[str, object] = {"code": "too_many_connections", "words": "NO too many", "at_work": 20, "now": NOON}
    limits.note_complaint(endpoint.pk, mailbox=f"first-{mailbox}", **(given | changes))  # type: ignore[arg-type]
    return limits.note_complaint(endpoint.pk, mailbox=mailbox, **(given | changes))  # type: ignore[arg-type]


def limits_of(endpoint: MigrationEndpoint, now: datetime = NOON) -> tuple[int, int]:
    endpoint.refresh_from_db()
    return limits.limit(endpoint, now, initial=True), limits.limit(endpoint, now, initial=False)


class WeekdaysForm(forms.Form):
    days = WeekdaysField()


def test_the_days_to_choose_from_are_in_the_language_of_whoever_looks() -> None:
    with override("nl"):
        shown = str(WeekdaysForm()["days"])
    assert "Zaterdag" in shown
    assert "Zondag" in shown


def test_without_complaints_the_limits_are_those_that_people_set() -> None:
    assert limits_of(make_endpoint()) == (20, 10)


def test_a_complaint_halves_them_and_time_gives_them_back() -> None:
    endpoint = make_endpoint()
    assert complain(endpoint) == 10
    assert [limits_of(endpoint, NOON + minutes * RISE_EVERY) for minutes in (0, 3, 10, 60)] == [
        (10, 10),
        (13, 10),
        (20, 10),
        (20, 10),
    ]
    assert complain(endpoint, now=NOON + timedelta(minutes=3), at_work=8) == 4
    assert limits_of(endpoint, NOON + timedelta(minutes=3)) == (4, 4)


def test_the_complaint_of_one_mailbox_is_kept_and_changes_nothing() -> None:
    endpoint = make_endpoint()
    for code in ("throttled", "too_many_connections", "unavailable", "throttled"):
        to = limits.note_complaint(
            endpoint.pk, mailbox="pilarp@contoso.com", code=code, words="NO", at_work=20, now=NOON
        )
        assert to is None
    assert limits_of(endpoint) == (20, 10)
    assert endpoint.complaints.count() == 4


def test_what_the_system_decided_is_audited_with_the_words_of_the_server() -> None:
    complain(make_endpoint(), words="NO [ALERT] Too many simultaneous connections. (Failure)")
    entry = AuditEntry.objects.get(action="slow down endpoint")
    words = "NO [ALERT] Too many simultaneous connections. (Failure)"
    assert entry.details == {"to": 10, "of": 20, "code": "too_many_connections", "words": words}
    assert (entry.who, entry.thing) == (None, "EXCH-SRV-01")


def test_only_the_newest_complaints_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMPLAINTS_KEPT", 3)
    endpoint = make_endpoint()
    for number in range(6):
        complain(endpoint, f"user{number}@contoso.com", now=NOON + timedelta(hours=number))
    names = [complaint.mailbox for complaint in endpoint.complaints.all()]
    assert names == ["user5@contoso.com", "first-user5@contoso.com", "user4@contoso.com"]


def test_outside_its_hours_nobody_may_work_with_it() -> None:
    keep(OrganizationSettings(time_zone="Europe/Amsterdam"))
    endpoint = make_endpoint(hours_from=time(19), hours_until=time(7), whole_days="67")
    assert limits_of(endpoint) == (0, 0)
    assert limits_of(endpoint, NOON + timedelta(hours=6)) == (20, 10)  # 19:00 CET
    assert limits_of(endpoint, NOON - timedelta(days=1)) == (20, 10)  # a Sunday


def test_the_hours_are_told_in_words() -> None:
    assert hours_words(make_endpoint()) == ""
    night = make_endpoint("NIGHT", hours_from=time(19), hours_until=time(7))
    assert hours_words(night) == "from 19:00 to 07:00 (UTC)"
    night.whole_days = "67"
    assert hours_words(night) == "from 19:00 to 07:00 (UTC), and all day on Saturday and Sunday"


def test_a_slowdown_is_told_in_words_as_long_as_it_lasts() -> None:
    endpoint = make_endpoint()
    assert slowdown_words(endpoint, NOON) == ""
    complain(endpoint, words="NO Too many simultaneous connections.")
    endpoint.refresh_from_db()
    with timezone.override("Europe/Amsterdam"):
        assert slowdown_words(endpoint, NOON + timedelta(minutes=2)) == (
            "EXCH-SRV-01 complains that it is too much. Since 2 March 2026 13:00 CET only 12 of its 20 connections are used; "
            "every minute without a complaint it is one more."
        )
    assert slowdown_words(endpoint, NOON + timedelta(hours=1)) == ""
