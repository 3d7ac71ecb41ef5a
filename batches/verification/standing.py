"""Which verifications wait, which are under way, and what the pages say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

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
    """Tell the queue of those that come next: of as many as the servers have room for."""
    of_batches = MigrationBatch.objects.filter(users__verifications__in=waiting(now)).distinct()
    batches = list(of_batches.select_related("source", "target"))
    under_way = _under_way_by_endpoint(now) if batches else Counter()
    for batch in batches:
        room = min(_most(endpoint, now) - under_way[endpoint.pk] for endpoint in (batch.source, batch.target))
        if room <= 0:
            continue
        of_batch = waiting(now).filter(user__batch=batch).order_by("asked_at", "user__position")
        for pk in of_batch.values_list("pk", flat=True)[:room]:
            if not nudge_verification(pk):
                return
            under_way.update({batch.source_id, batch.target_id})


def _under_way_by_endpoint(now: datetime) -> Counter[int]:
    users = Verification.objects.filter(ended_at=None, lease_until__gt=now).order_by()
    found = Counter[int]()
    for source, target, number in users.values_list("user__batch__source", "user__batch__target").annotate(Count("pk")):
        found.update(dict.fromkeys({source, target}, number))
    return found


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
    some = Exists(Verification.objects.filter(user__batch=OuterRef("pk"), result__isnull=False))
    found = MigrationBatch.objects.filter(some, pk__in=[batch.pk for batch in batches])
    return set(found.order_by().values_list("pk", flat=True))


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
    "proven": Q(is_proven=True),
    "different": Q(is_proven=False),
    "failed": ~Q(error_code=""),
}


def tally(batch: MigrationBatch) -> Tally:
    """In two queries at most."""
    rows = Verification.objects.filter(user__batch=batch).order_by()
    found = rows.aggregate(
        waiting=Count("pk", filter=Q(ended_at=None, lease="")),
        running=Count("pk", filter=Q(ended_at=None) & ~Q(lease="")),
        evidence=Count("user", filter=Q(result__isnull=False), distinct=True),
        ended=Count("ended_at"),
    )
    if not found.pop("ended"):
        return Tally(**dict.fromkeys(OUTCOMES, 0), **found)
    ended = {name: Count("pk", filter=outcome) for name, outcome in OUTCOMES.items()}
    return Tally(**last_ended().filter(user__batch=batch).aggregate(**ended), **found)


def with_outcome(batch: MigrationBatch, outcome: str) -> Q:
    """Users of the batch whose last verification that ended had this outcome."""
    return Q(pk__in=last_ended().filter(OUTCOMES[outcome], user__batch=batch).values("user"))


def with_open(batch: MigrationBatch) -> Q:
    """Users of the batch that wait for a verification, or are being verified."""
    return Q(pk__in=Verification.objects.filter(user__batch=batch, ended_at=None).values("user"))


def last_ended() -> QuerySet[Verification]:
    """The last of each mailbox that ended, in no order."""
    ended = Verification.objects.filter(ended_at__isnull=False).order_by()
    at_once = Q(asked_at=OuterRef("asked_at"), pk__gt=OuterRef("pk"))
    newer = ended.filter(Q(asked_at__gt=OuterRef("asked_at")) | at_once, user=OuterRef("user"))
    return ended.exclude(Exists(newer))
