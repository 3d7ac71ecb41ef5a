"""What the checklist says about delays, the route of mail and deletion: read from the domains, once they are verified."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from batches.overview.checklist import Finding, State
from batches.overview.situation import situation
from batches.overview.tasks import BY_KEY
from core.models import Person
from domains.dns.kept import to_json
from domains.dns.mx import MxAnswer, MxState, Observation, observe
from domains.dns.targets import Target
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
    assert "Verify your domains, and this page shows it." in finding.words


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


def test_delays_are_limited_only_when_caches_have_forgotten_the_former_ttl(administrator: Person) -> None:
    [domain] = domains("ttl_lowered")
    keep_tracker(domain, ttl=300, hosts=("10 mail.contoso.com",))
    finding = found("limit-delays", administrator)
    assert finding.state == State.IN_PROGRESS
    assert "Caches may still have the former TTL of 1 domain" in finding.words


def test_a_domain_without_mx_records_has_no_delays_to_limit(administrator: Person) -> None:
    without, _ = domains("not_started", "spreading")
    keep_tracker(without, ttl=0, hosts=())
    assert found("limit-delays", administrator).state == State.DONE
    Domain.objects.exclude(pk=without.pk).delete()
    assert found("limit-delays", administrator).words == "None of the verified domains has an MX record."


def keep_tracker(domain: Domain, *, ttl: int, hosts: tuple[str, ...]) -> None:
    """As after one look, an hour before noon."""
    seen = Observation(NOON - timedelta(hours=1), (MxAnswer("ns1.contoso.com (192.0.2.1)", hosts, ttl),), ())
    domain.tracker = to_json(observe(MxState(), seen, Target(("mx.target.example",)), []))
    domain.save()
