"""Looks at all domains that are due, side by side. The database says which they are; a worker that dies loses nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from domains.dns.checking import ReadMail, Request, Verify, WatchMx, check
from domains.keeping import keep
from domains.models import Domain
from domains.network import network
from domains.rhythm import reads_all_records

PORTION = 200  # domains that are looked at together; the slowest of them takes ``Network.patience`` seconds
LEASE = timedelta(minutes=2)


def check_due(*, now: Callable[[], datetime]) -> None:
    """Until nothing is due any more. Several workers share the work; each domain is one worker's."""
    while domains := _claim(now()):
        _check(domains, begun=now())


def _due(now: datetime) -> QuerySet[Domain]:
    wanted = Q(verification_due_at__lte=now) | Q(mail_due_at__lte=now)
    return Domain.objects.filter(wanted).filter(_free(now))


def _free(now: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=now)


def _claim(now: datetime) -> list[Domain]:
    """Who asked last comes first: somebody waits for it."""
    waiting = _due(now).order_by(F("asked_at").desc(nulls_last=True), "pk").values_list("pk", flat=True)[:PORTION]
    mine = [pk for pk in waiting if _due(now).filter(pk=pk).update(lease_until=now + LEASE)]
    return list(Domain.objects.filter(pk__in=mine))


def _check(domains: Sequence[Domain], *, begun: datetime) -> None:
    by_name = {domain.name: domain for domain in domains}
    requests = [request for domain in domains for request in _requests(domain, begun)]
    left = Counter(request.domain for request in requests)
    for checked in check(requests, network()):
        name = checked.request.domain
        keep(by_name[name].pk, checked.outcome, begun=begun)
        left[name] -= 1
        if not left[name]:
            Domain.objects.filter(pk=by_name[name].pk).update(lease_until=None)


def _requests(domain: Domain, now: datetime) -> Iterator[Request]:
    if domain.verification_due_at and domain.verification_due_at <= now:
        yield Verify(domain.name, domain.token, domain.former_tokens)
    if domain.mail_due_at and domain.mail_due_at <= now:
        yield WatchMx(domain.name)
        if reads_all_records(domain, now):
            yield ReadMail(domain.name)
