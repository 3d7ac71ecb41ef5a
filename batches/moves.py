"""Moves of migration users along their graph: each a guarded write that leaves a StatusChange row beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from batches.models import MigrationUser, StatusChange
from batches.parts import in_parts
from batches.states import RUNNING, USER_GRAPH, UserStatus
from core.models import Person
from core.states import ForbiddenMove, StaleState, guarded_move

NO_WAIT: dict[str, Any] = {"wait_code": "", "wait_side": "", "wait_asked": False, "wait_words": ""}


def move_user(
    user: MigrationUser,
    new: str,
    *,
    at: datetime,
    reason: str = "",
    words: str = "",
    by: Person | None = None,
    **changes: Any,
) -> StatusChange:
    """Move one user if it still has the status that it was read with; ``changes`` are written along.

    Raises ForbiddenMove and StaleState as ``guarded_move`` does; nothing is written then.
    """
    with transaction.atomic(savepoint=False):
        try:
            old = guarded_move(user, new, graph=USER_GRAPH, status_at=at, **changes)
        except (ForbiddenMove, StaleState) as error:
            refusal = error  # raised outside, so that a transaction around it, in which nothing was written, can go on
        else:
            return StatusChange.objects.create(user=user, old=old, new=new, at=at, reason=reason, words=words, by=by)
    raise refusal


def move_users(
    users: QuerySet[MigrationUser],
    new: str,
    *,
    at: datetime,
    reason: str = "",
    by: Person | None = None,
    **changes: Any,
) -> int:
    """Move all of them that the graph lets move to ``new``; the others stay as they are. Returns how many moved."""
    movable = [status for status, following in USER_GRAPH.items() if new in following]
    with transaction.atomic():
        found = list(users.filter(status__in=movable).select_for_update().order_by("pk").values_list("pk", "status"))
        for part in in_parts(found):
            moved = MigrationUser.objects.filter(pk__in=[pk for pk, _ in part])
            moved.update(status=new, status_at=at, **changes)
            StatusChange.objects.bulk_create(
                StatusChange(user_id=pk, old=old, new=new, at=at, reason=reason, by=by) for pk, old in part
            )
    return len(found)


def resume_users(
    users: QuerySet[MigrationUser], *, at: datetime, by: Person | None = None, reason: str = "resume"
) -> int:
    """Let these stopped or failed users go on where they were: with the first full copy, or with what is new since."""
    fresh: dict[str, Any] = {"due_at": at, "retries": 0, "nudged_at": None, **NO_WAIT}
    copied, uncopied = users.exclude(first_synced_at=None), users.filter(first_synced_at=None)
    return move_users(uncopied, UserStatus.QUEUED, at=at, reason=reason, by=by, **fresh) + move_users(
        copied, UserStatus.SYNCED, at=at, reason=reason, by=by, **fresh
    )


def stop_users(users: QuerySet[MigrationUser], *, at: datetime, by: Person | None = None, reason: str = "stop") -> int:
    """Those that wait are stopped, those that work are told to stop; who is finished stays as it is.

    Those that work come first: one whose slice ends just then waits afterwards, and is found among the others.
    """
    waiting, running = users.filter(status=UserStatus.QUEUED), users.filter(status__in=RUNNING)
    return move_users(running, UserStatus.STOPPING, at=at, reason=reason, by=by) + move_users(
        waiting, UserStatus.STOPPED, at=at, reason=reason, by=by
    )
