"""Which verifications wait, which are under way, and what the pages say of them."""

from __future__ import annotations

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


def newest_of(user: MigrationUser) -> Verification | None:
    found = user.verifications.select_related("by").defer(*WITHOUT_ROWS).first()
    if found:
        found.user = user
    return found


def with_evidence(user_id: int) -> Verification | None:
    """The last one that ended well."""
    return Verification.objects.filter(user=user_id, result__isnull=False).first()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mailboxes of a batch were verified: all accounted for, with differences nobody explains, not finished."""

    proven: int
    different: int
    failed: int
    waiting: int

    @property
    def verified(self) -> int:
        return self.proven + self.different

    @property
    def is_empty(self) -> bool:
        return not (self.verified or self.failed or self.waiting)


def tally(batch: MigrationBatch) -> Tally:
    """By the newest verification of each mailbox, in one query."""
    newest = Verification.objects.filter(user=OuterRef("pk")).values("pk")[:1]
    rows = Verification.objects.filter(pk__in=batch.users.annotate(newest=Subquery(newest)).values("newest"))
    counted = rows.order_by().aggregate(
        proven=Count("pk", filter=Q(result__ok=True)),
        different=Count("pk", filter=Q(result__ok=False)),
        failed=Count("pk", filter=~Q(error_code="")),
        waiting=Count("pk", filter=Q(ended_at=None)),
    )
    return Tally(**counted)
