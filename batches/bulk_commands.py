"""The commands for many mailboxes of a batch as its list offers them: words, icon, what they call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from batches import services
from batches.models import MigrationBatch
from batches.services import Outcome
from batches.states import Decision


@dataclass(frozen=True, slots=True)
class BulkCommand:
    """``name`` is that of its URL; ``done`` is said afterwards, with the number.

    One that ``asks`` tells its consequence first, as the dangerous ones do, which can not be undone.
    """

    name: str
    label: Promise
    icon: str
    do: Callable[..., Outcome]
    done: Any  # lazy, with a plural: the stubs know no type for that
    asks: bool = False
    dangerous: bool = False
    of_running_batches: bool = False

    def said(self, number: int) -> str:
        return str(self.done % {"number": number})


BULK_USER_COMMANDS: Mapping[str, BulkCommand] = {
    command.name: command
    for command in (
        BulkCommand(
            "resume",
            _("Resume selected"),
            "start",
            partial(services.command_users, "resume"),
            ngettext_lazy(
                "%(number)s mailbox goes on where it was.", "%(number)s mailboxes go on where they were.", "number"
            ),
            of_running_batches=True,
        ),
        BulkCommand(
            "stop",
            _("Stop selected"),
            "stop",
            partial(services.command_users, "stop"),
            ngettext_lazy(
                "%(number)s mailbox is being stopped. What was copied stays.",
                "%(number)s mailboxes are being stopped. What was copied stays.",
                "number",
            ),
            asks=True,
        ),
        BulkCommand(
            "sync-now",
            _("Sync selected now"),
            "sync",
            partial(services.command_users, "sync-now"),
            ngettext_lazy(
                "%(number)s mailbox is brought up to date now.",
                "%(number)s mailboxes are brought up to date now.",
                "number",
            ),
            of_running_batches=True,
        ),
        BulkCommand(
            "verify",
            _("Verify selected"),
            "test",
            services.verify_users,
            ngettext_lazy(
                "%(number)s mailbox will be verified: every message of both sides is compared.",
                "%(number)s mailboxes will be verified: every message of both sides is compared.",
                "number",
            ),
        ),
        BulkCommand(
            "delete",
            _("Delete selected"),
            "delete",
            partial(services.command_users, "delete"),
            ngettext_lazy(
                "%(number)s mailbox has been deleted from the batch. What was copied stays.",
                "%(number)s mailboxes have been deleted from the batch. What was copied stays.",
                "number",
            ),
            asks=True,
            dangerous=True,
        ),
    )
}


def offered(batch: MigrationBatch) -> list[BulkCommand]:
    """Those that mailboxes of the batch can take, as it is."""
    runs = batch.decision == Decision.STARTED
    return [command for command in BULK_USER_COMMANDS.values() if runs or not command.of_running_batches]
