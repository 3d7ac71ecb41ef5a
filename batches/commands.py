"""The commands of batches and users as pages offer them: words, icon, what they call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from batches import services
from batches.deletion.asking import context_of
from batches.deletion.services import Answer, delete_through_gate, kept
from batches.figures import BatchRow
from batches.models import MigrationBatch, MigrationUser
from batches.states import BatchStatus, UserStatus


@dataclass(frozen=True, slots=True)
class Command:
    """``name`` is that of its URL; ``done`` is said afterwards.

    One that ``asks`` tells its consequence first, as the dangerous ones do, which can not be undone.
    """

    name: str
    label: Promise
    icon: str
    do: Callable[..., Any]
    done: Promise
    asks: bool = False
    dangerous: bool = False
    more: More | None = None


@dataclass(frozen=True, slots=True)
class More:
    """What is asked besides: by the template ``form`` with what ``tell`` says of the batches. ``read`` finds the answer in
    what was posted, as arguments of the command; ``keep`` what of it stands in the question when it is asked again."""

    form: str
    tell: Callable[[Sequence[MigrationBatch]], Mapping[str, Any]]
    read: Callable[[QueryDict], Mapping[str, Any]]
    keep: Callable[[QueryDict], dict[str, Any]]


GATES = More("batches/deletion/question.html", context_of, lambda posted: {"answer": Answer.of(posted)}, kept)
RESUME = _("Resume")
RETRY = _("Retry")

BATCH_COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command("start", _("Start"), "start", services.start_batch, _("%(name)s has been started.")),
        Command(
            "stop",
            _("Stop"),
            "stop",
            services.stop_batch,
            _("%(name)s is being stopped. What was copied stays."),
            asks=True,
        ),
        Command(
            "retry",
            _("Retry failed"),
            "retry",
            services.retry_failed,
            _("The failed mailboxes of %(name)s are tried again."),
        ),
        Command(
            "sync-now",
            _("Sync now"),
            "sync",
            services.sync_now,
            _("The mailboxes of %(name)s are brought up to date now."),
        ),
        Command(
            "delete",
            _("Delete"),
            "delete",
            delete_through_gate,
            _("%(name)s is being deleted. Its history and reports stay."),
            asks=True,
            dangerous=True,
            more=GATES,
        ),
    )
}
USER_COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command("resume", _("Resume"), "start", services.resume_user, _("%(name)s goes on where it was.")),
        Command(
            "stop",
            _("Stop"),
            "stop",
            services.stop_user,
            _("%(name)s is being stopped. What was copied stays."),
            asks=True,
        ),
        Command("sync-now", _("Sync now"), "sync", services.sync_user_now, _("%(name)s is brought up to date now.")),
        Command(
            "delete",
            _("Delete"),
            "delete",
            services.delete_user,
            _("%(name)s has been deleted from the batch. What was copied stays."),
            asks=True,
            dangerous=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A command that can be given now, under the name that fits the moment."""

    command: Command
    label: Promise


def batch_offers(row: BatchRow) -> Sequence[Offer]:
    """What can be done with a batch now. Starting one that has failures is retrying them: offered once, by that name."""
    allowed = services.allowed_commands(row.status, failed=row.tally.failed)
    if row.batch.deleted_at:
        return []
    if "retry" in allowed:
        allowed -= {"start"}
    offers = [Offer(command, command.label) for name, command in BATCH_COMMANDS.items() if name in allowed]
    return [Offer(o.command, RESUME) if _resumes(o, row) else o for o in offers]


def _resumes(offer: Offer, row: BatchRow) -> bool:
    return offer.command.name == "start" and row.status == BatchStatus.STOPPED


def user_offers(user: MigrationUser) -> Sequence[Offer]:
    """What can be done with a user now. Resuming one that failed is retrying it."""
    allowed = services.allowed_user_commands(user, user.batch)
    offers = [Offer(command, command.label) for name, command in USER_COMMANDS.items() if name in allowed]
    return [Offer(o.command, RETRY) if _retries(o, user) else o for o in offers]


def _retries(offer: Offer, user: MigrationUser) -> bool:
    return offer.command.name == "resume" and user.status == UserStatus.FAILED
