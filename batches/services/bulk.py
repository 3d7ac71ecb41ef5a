"""Commands on many users of a batch at once: those that take the command are served, the others are counted with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from batches.journal import forget_skipped
from batches.models import MigrationBatch, MigrationUser
from batches.moves import move_users, resume_users
from batches.parts import in_parts
from batches.queue import nudge_reconcile
from batches.services.permitted import NotNow, commands_at, refusal
from batches.states import RUNNING, BatchStatus, Decision, UserStatus
from core import audit
from core.models import Person

NAMED = 200  # of whom an audit entry gives the address


@dataclass(slots=True)
class Outcome:
    """How many were served, and how many were not, by the status or another reason that forbids it. Who is gone by now is
    in neither."""

    done: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Order:
    batch: MigrationBatch
    now: datetime
    by: Person | None


def command_users(command: str, batch: MigrationBatch, user_ids: Sequence[int], *, by: Person | None) -> Outcome:
    """Resume, stop, sync-now or delete. Raises NotNow if no user of the batch takes the command now."""
    outcome, addresses = Outcome(), list[str]()
    with transaction.atomic():
        lock_batch(command, batch)
        order = _Order(batch, timezone.now(), by)
        for part in in_parts(user_ids):
            fit = _fit_for(command, batch, part, outcome)
            addresses += fit.values()
            _ACTIONS[command](order, list(fit))
        outcome.done = len(addresses)
        record(by, f"{command.replace('-', ' ')} users", batch, addresses)
        nudge_reconcile()
    return outcome


def lock_batch(command: str, batch: MigrationBatch) -> None:
    """Read the batch anew, lock it, and see that its users take commands of this kind at all. Raises NotNow."""
    batch.refresh_from_db(from_queryset=MigrationBatch.objects.select_for_update(no_key=True))
    if batch.deleted_at or batch.decision == Decision.REMOVING:
        raise refusal(command, batch, BatchStatus.REMOVING)
    if command in _OF_RUNNING_BATCHES and batch.decision != Decision.STARTED:
        raise NotNow(_("The batch %(batch)s is not running. Start it first.") % {"batch": batch.name})


def locked_users(batch: MigrationBatch, user_ids: Iterable[int]) -> QuerySet[MigrationUser]:
    """Those of them that are in the batch, locked until the transaction ends."""
    users = MigrationUser.objects.filter(batch=batch, pk__in=user_ids).order_by("pk")
    return users.select_for_update(no_key=True)


def record(by: Person | None, action: str, batch: MigrationBatch, addresses: Sequence[str], **details: Any) -> None:
    if addresses:
        audit.record(by, action, batch, users=len(addresses), addresses=list(addresses[:NAMED]), **details)


def refusals(command: str, outcome: Outcome) -> list[str]:
    """A sentence for each reason: how many are left as they are, and what the command demands."""
    return [_refusal(command, reason, number) for reason, number in outcome.refused.items()]


def _refusal(command: str, reason: str, number: int) -> str:
    if reason in UserStatus:
        words = ngettext(
            "%(number)s mailbox is left as it is (%(status)s).",
            "%(number)s mailboxes are left as they are (%(status)s).",
            number,
        )
        told = words % {"number": number, "status": UserStatus(reason).label}
    else:
        told = ngettext("%(number)s mailbox is left as it is.", "%(number)s mailboxes are left as they are.", number)
        told %= {"number": number}
    return f"{told} {_RULES.get(reason) or _RULES[command]}"


def _fit_for(command: str, batch: MigrationBatch, user_ids: Sequence[int], outcome: Outcome) -> dict[int, str]:
    """Keys and addresses of the users that take it; the others are counted."""
    fit = {}
    for pk, address, status in locked_users(batch, user_ids).values_list("pk", "address", "status"):
        if command in commands_at(status, batch):
            fit[pk] = address
        else:
            outcome.refused[status] += 1
    return fit


def _resume(order: _Order, user_ids: list[int]) -> None:
    forget_skipped(user_ids)
    users = MigrationUser.objects.filter(pk__in=user_ids)
    for status, reason in ((UserStatus.FAILED, "retry"), (UserStatus.STOPPED, "resume")):
        resume_users(users.filter(status=status), at=order.now, by=order.by, reason=reason)


def _stop(order: _Order, user_ids: list[int]) -> None:
    users = MigrationUser.objects.filter(pk__in=user_ids)
    move_users(users.filter(status__in=RUNNING), UserStatus.STOPPING, at=order.now, reason="stop", by=order.by)
    resting = users.filter(status__in=(UserStatus.QUEUED, UserStatus.SYNCED))
    move_users(resting, UserStatus.STOPPED, at=order.now, reason="stop", by=order.by)


def _sync_now(order: _Order, user_ids: list[int]) -> None:
    users = MigrationUser.objects.filter(pk__in=user_ids)
    forget_skipped(list(users.filter(lease="").values_list("pk", flat=True)))
    users.update(due_at=order.now)


def _delete(_order: _Order, user_ids: list[int]) -> None:
    MigrationUser.objects.filter(pk__in=user_ids).delete()


_ACTIONS: Mapping[str, Callable[[_Order, list[int]], None]] = {
    "resume": _resume,
    "stop": _stop,
    "sync-now": _sync_now,
    "delete": _delete,
}
_OF_RUNNING_BATCHES = frozenset({"resume", "sync-now"})
_RULES: Mapping[str, Promise] = {
    "resume": gettext_lazy("Only a stopped or failed mailbox can be resumed."),
    "stop": gettext_lazy("Only a mailbox that waits or is worked on can be stopped."),
    "sync-now": gettext_lazy("Only a synced mailbox can be brought up to date."),
    "delete": gettext_lazy("A mailbox that is worked on has to be stopped first."),
    "uncopied": gettext_lazy("Only a mailbox that has been copied can be verified."),
    "asked_for": gettext_lazy("Their verification has been asked for already."),
    "move": gettext_lazy("A mailbox that is worked on has to be stopped first."),
}
