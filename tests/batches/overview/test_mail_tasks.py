"""What the checklist says about delays, the route of mail and deletion: read from the domains, once they are verified."""

from __future__ import annotations

import pytest
from django.utils import timezone

from batches.overview.checklist import Finding, State
from batches.overview.situation import situation
from batches.overview.tasks import BY_KEY
from core.models import Person
from domains.models import Domain
from tests.batches.examples import NOON, make_batch

pytestmark = pytest.mark.django_db


def found(key: str, reader: Person) -> Finding:
    return BY_KEY[key].explain(situation(reader, NOON))


def domains(*stages: str) -> list[Domain]:
    """Verified ones at these stages of their MX change."""
    now = timezone.now()
    return [
        Domain.objects.create(name=f"contoso{number}.com", token="MS=ms1", verified_at=now, mx_stage=stage)
        for number, stage in enumerate(stages)
    ]


@pytest.mark.parametrize("key", ["limit-delays", "route-mail"])
def test_without_a_verified_domain_a_person_says_so(administrator: Person, key: str) -> None:
    Domain.objects.create(name="contoso.com", token="MS=ms1", mx_stage="safe")
    finding = found(key, administrator)
    assert finding.state == State.BY_HAND
    assert "Verify your domains, and it is seen from here." in finding.words


@pytest.mark.parametrize(
    ("stages", "delays", "route"),
    [
        (("not_started",), State.NOT_STARTED, State.NOT_STARTED),
        (("ttl_lowered", "not_started"), State.IN_PROGRESS, State.NOT_STARTED),
        (("ttl_lowered",), State.DONE, State.NOT_STARTED),
        (("spreading", "ttl_lowered"), State.DONE, State.IN_PROGRESS),
        (("safe", "ttl_lowered"), State.DONE, State.IN_PROGRESS),
        (("safe", "waiting"), State.DONE, State.IN_PROGRESS),
        (("safe", "safe"), State.DONE, State.DONE),
    ],
    ids=" ".join,
)
def test_the_stages_of_the_domains_decide(
    administrator: Person, stages: tuple[str, ...], delays: State, route: State
) -> None:
    domains(*stages)
    assert found("limit-delays", administrator).state == delays
    assert found("route-mail", administrator).state == route


def test_the_only_domain_is_one_click_away(administrator: Person) -> None:
    (domain,) = domains("changing")
    finding = found("route-mail", administrator)
    assert finding.action
    assert finding.action.url == f"/domains/{domain.pk}/mail/"
    assert not finding.action.for_administrators
    assert finding.words.endswith("0 of 1 domain. Under way: 1.")


def test_once_mail_is_routed_the_batches_say_whether_they_may_go(administrator: Person) -> None:
    make_batch()
    domains("safe")
    assert "each batch says whether it may be deleted" in found("delete-batches", administrator).words
    assert "its Autodiscover record" in found("finish", administrator).words
