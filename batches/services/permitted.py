"""Which command is allowed when, and what a person reads when it is not."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.models import MigrationBatch, MigrationUser
from batches.states import RUNNING, BatchStatus, Decision, UserStatus


class NotNow(Exception):
    """The state does not allow the command. ``sentence`` says why and what to do, in the person's language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


COMMANDS: Mapping[str, frozenset[str]] = {
    BatchStatus.CREATED: frozenset({"start", "delete"}),
    BatchStatus.WAITING: frozenset({"start", "stop", "delete"}),
    BatchStatus.STARTING: frozenset({"stop", "delete"}),
    BatchStatus.SYNCING: frozenset({"stop", "retry", "delete"}),
    BatchStatus.SYNCED: frozenset({"stop", "sync-now", "delete"}),
    BatchStatus.SYNCED_WITH_ERRORS: frozenset({"start", "stop", "retry", "sync-now", "delete"}),
    BatchStatus.INCREMENTAL_SYNCING: frozenset({"stop", "retry", "sync-now", "delete"}),
    BatchStatus.STOPPING: frozenset({"delete"}),
    BatchStatus.STOPPED: frozenset({"start", "delete"}),
    BatchStatus.FAILED: frozenset({"start", "retry", "delete"}),
    BatchStatus.REMOVING: frozenset(),
}


def allowed_commands(status: str, *, failed: int | None = None) -> frozenset[str]:
    """Of start, stop, retry, sync-now and delete, those that a batch with this shown status takes.

    Who knows the number of failed users says it: without any, there is nothing to retry.
    """
    commands = COMMANDS[status]
    return commands - {"retry"} if failed == 0 else commands


def allowed_user_commands(user: MigrationUser, batch: MigrationBatch) -> frozenset[str]:
    """Of stop, resume, sync-now and delete, those that this user takes now."""
    return commands_at(user.status, batch)


def commands_at(status: str, batch: MigrationBatch) -> frozenset[str]:
    """The same for whatever user of the batch has this status."""
    if batch.decision == Decision.REMOVING or batch.deleted_at or status == UserStatus.STOPPING:
        return frozenset()
    if status in RUNNING:
        return frozenset({"stop"})
    if batch.decision != Decision.STARTED:
        return frozenset({"delete"})
    if status in {UserStatus.STOPPED, UserStatus.FAILED}:
        return frozenset({"resume", "delete"})
    return frozenset({"stop", "delete", "sync-now"} if status == UserStatus.SYNCED else {"stop", "delete"})


def stopped_first(batch: MigrationBatch) -> str:
    """Why a failed user of a stopped batch can not be retried yet."""
    words = _("The batch %(batch)s is stopped. Resume the batch first; then this mailbox can be retried.")
    return words % {"batch": batch.name}


def refusal(command: str, batch: MigrationBatch, status: BatchStatus) -> NotNow:
    """For a command that ``allowed_commands`` does not offer."""
    words = GENERAL.get(status) or REFUSALS[command]
    return NotNow(str(words) % {"name": batch.name, "status": status.label})


def user_refusal(command: str, user: MigrationUser) -> NotNow:
    """For a command that ``allowed_user_commands`` does not offer."""
    batch, status = user.batch, UserStatus(user.status)
    if batch.decision == Decision.REMOVING or batch.deleted_at:
        return refusal(command, batch, BatchStatus.REMOVING)
    if status == UserStatus.STOPPING:
        return NotNow(
            _("%(name)s is still stopping. Wait until it has stopped, then try again.") % {"name": user.address}
        )
    if batch.decision != Decision.STARTED and command != "delete":
        if status == UserStatus.FAILED:
            return NotNow(stopped_first(batch))
        words = _("The batch %(batch)s is not running. Start the batch; that takes up %(name)s too.")
        return NotNow(words % {"batch": batch.name, "name": user.address})
    return NotNow(str(USER_REFUSALS[command]) % {"name": user.address, "status": status.label})


GENERAL: Mapping[str, Promise] = {
    BatchStatus.STOPPING: gettext_lazy("%(name)s is still stopping. Wait until it has stopped, then try again."),
    BatchStatus.REMOVING: gettext_lazy(
        "%(name)s has been deleted. Its reports stay; nothing else can be done with it."
    ),
}
REFUSALS: Mapping[str, Promise] = {
    "start": gettext_lazy(
        "%(name)s is running already (%(status)s). To bring synced mailboxes up to date, use Sync now."
    ),
    "stop": gettext_lazy("Nothing runs in %(name)s (%(status)s), so there is nothing to stop."),
    "retry": gettext_lazy("No mailbox of %(name)s that failed can be tried again now (%(status)s)."),
    "sync-now": gettext_lazy(
        "No mailbox of %(name)s can be brought up to date now (%(status)s). Only synced mailboxes of a started batch can."
    ),
    "delete": gettext_lazy("%(name)s cannot be deleted now (%(status)s)."),
}
USER_REFUSALS: Mapping[str, Promise] = {
    "stop": gettext_lazy("%(name)s is not running (%(status)s), so there is nothing to stop."),
    "resume": gettext_lazy("%(name)s needs no resuming (%(status)s). Only a stopped or failed mailbox can be resumed."),
    "sync-now": gettext_lazy("%(name)s cannot be brought up to date now (%(status)s). Only a synced mailbox can."),
    "delete": gettext_lazy("%(name)s is being worked on (%(status)s). Stop it first, then delete it."),
}
