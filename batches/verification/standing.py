"""Which verifications wait, which are under way, and what the pages say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from batches.leases import due_users, working_users
from batches.models import MigrationBatch, MigrationUser, Verification
from batches.queue import nudge_verification
from batches.states import Decision
from endpoints import limits
from endpoints.models import MigrationEndpoint

WITHOUT_ROWS = ("rows",)  # they are large: only a download reads them


def asked_for(now: datetime) -> QuerySet[Verification]:
    """No worker has them. Of a batch that is being deleted the passwords may be gone."""
    free = Verification.objects.filter(Q(lease="") | Q(lease_until__lte=now), ended_at=None)
    return free.exclude(user__batch__decision=Decision.REMOVING).defer(*WITHOUT_ROWS)


def waiting(now: datetime) -> QuerySet[Verification]:
    """Those that a worker may take. A sync that is due or under way comes first: what it is about to bring over would be
    told as missing."""
    return asked_for(now).exclude(user__in=due_users(now)).exclude(user__in=working_users(now))


def has_room(batch: MigrationBatch, now: datetime) -> bool:
    """Whether both servers bear one more, beside the mailboxes that are kept in step."""
    return all(_under_way(endpoint, now) < _most(endpoint, now) for endpoint in (batch.source, batch.target))


def _under_way(endpoint: MigrationEndpoint, now: datetime) -> int:
    of_endpoint = Q(user__batch__source=endpoint) | Q(user__batch__target=endpoint)
    return Verification.objects.filter(of_endpoint, ended_at=None, lease_until__gt=now).count()


def _most(endpoint: MigrationEndpoint, now: datetime) -> int:
    return limits.limit(endpoint, now, initial=False)


def nudge_verifications(now: datetime) -> None:
    """Tell the queue of those that come next. Too many do no harm: who finds no room leaves it waiting."""
    batches = MigrationBatch.objects.filter(users__verifications__in=waiting(now)).distinct()
    for batch in batches.select_related("source", "target"):
        if not has_room(batch, now):
            continue
        room = min(_most(endpoint, now) - _under_way(endpoint, now) for endpoint in (batch.source, batch.target))
        of_batch = waiting(now).filter(user__batch=batch).order_by("asked_at", "user__position")
        for pk in of_batch.values_list("pk", flat=True)[:room]:
            if not nudge_verification(pk):
                return


def is_open(batch: MigrationBatch) -> bool:
    """Whether a mailbox of the batch waits for its verification, or is being verified."""
    return Verification.objects.filter(user__batch=batch, ended_at=None).exists()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a mailbox's verifications. A new one takes nothing away from what a former one found.

    ``open`` waits or is under way; ``failure`` is the last one if that came to no result; ``last`` is the last with a result.
    """

    open: Verification | None
    failure: Verification | None
    last: Verification | None


def standing_of(user: MigrationUser) -> Standing:
    found = list(user.verifications.select_related("by").defer(*WITHOUT_ROWS))
    for verification in found:
        verification.user = user
    return standing(found)


def standing(found: Sequence[Verification]) -> Standing:
    """What all verifications of a mailbox come to, the newest first."""
    ended = [verification for verification in found if verification.ended_at]
    return Standing(
        open=next((verification for verification in found if not verification.ended_at), None),
        failure=ended[0] if ended and ended[0].result is None else None,
        last=next((verification for verification in ended if verification.result is not None), None),
    )


def with_evidence(user_id: int) -> Verification | None:
    """The last one that ended well."""
    return Verification.objects.filter(user=user_id, result__isnull=False).select_related("by").first()


def batches_with_evidence(batches: Iterable[MigrationBatch]) -> set[int]:
    """The keys of those of which a mailbox has some."""
    found = Verification.objects.filter(user__batch__in=[batch.pk for batch in batches], result__isnull=False)
    return set(found.order_by().values_list("user__batch", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mailboxes of a batch were verified: all accounted for, with differences nobody explains, not finished.

    By the last verification that ended; beside that, how many wait for one or are being verified, and how many have
    evidence to be downloaded.
    """

    proven: int
    different: int
    failed: int
    waiting: int
    running: int
    evidence: int

    @property
    def open(self) -> int:
        return self.waiting + self.running

    @property
    def is_empty(self) -> bool:
        return not (self.proven or self.different or self.failed or self.open)


OUTCOMES: Mapping[str, Q] = {
    "proven": Q(result__ok=True),
    "different": Q(result__ok=False),
    "failed": ~Q(error_code=""),
}


def tally(batch: MigrationBatch) -> Tally:
    """In two queries."""
    ended = {name: Count("pk", filter=outcome) for name, outcome in OUTCOMES.items()}
    counted = _last_ended(batch).order_by().aggregate(**ended)
    rows = Verification.objects.filter(user__batch=batch).order_by()
    open_ones = rows.aggregate(
        waiting=Count("pk", filter=Q(ended_at=None, lease="")),
        running=Count("pk", filter=Q(ended_at=None) & ~Q(lease="")),
        evidence=Count("user", filter=Q(result__isnull=False), distinct=True),
    )
    return Tally(**counted, **open_ones)


def with_outcome(batch: MigrationBatch, outcome: str) -> Q:
    """Users of the batch whose last verification that ended had this outcome."""
    return Q(pk__in=_last_ended(batch).filter(OUTCOMES[outcome]).values("user"))


def with_open(batch: MigrationBatch) -> Q:
    """Users of the batch that wait for a verification, or are being verified."""
    return Q(pk__in=Verification.objects.filter(user__batch=batch, ended_at=None).values("user"))


def _last_ended(batch: MigrationBatch) -> QuerySet[Verification]:
    newest = Verification.objects.filter(user=OuterRef("pk"), ended_at__isnull=False).values("pk")[:1]
    return Verification.objects.filter(pk__in=batch.users.order_by().annotate(newest=Subquery(newest)).values("newest"))
