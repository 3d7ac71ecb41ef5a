"""What the fields, columns and figures of batches mean, for who points at the question mark beside them.

A hint that stands on the page says what to write; these say what it is good for, and what to choose.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import help

TYPE: Mapping[str, Promise] = {
    "type": _(
        "Staged opens all mailboxes with one administrator's account; IMAP opens each with the user's own name and password. "
        "It cannot be changed later."
    ),
}

FILE: Mapping[str, Promise] = {
    "file": _(
        "One line for each mailbox. Everything that is wrong with it is listed at once, by line, and a corrected file is "
        "offered. Nothing is created yet."
    ),
    "allow_unknown_columns": _(
        "Lists from other systems often have columns for departments or telephones. They are passed over; without this a "
        "column that nobody knows is an error, because it may be a misspelt one."
    ),
    "column-EmailAddress": _(
        "Who the mailbox belongs to. It has to exist on the target already, and is how you find it on every page."
    ),
    "column-UserName": _("Needed because the old server may know a user by another name than by the address."),
    "column-Password": _(
        "In an IMAP batch the password on the source, in a staged batch the one on the target if that is opened with it. "
        "It is kept encrypted, and no page or report shows it."
    ),
    "column-ForceChangePassword": _(
        "Known so that lists made for Exchange can be used as they are. Who has to change a password is up to the new "
        "server."
    ),
}

SERVERS: Mapping[str, Promise] = {
    "source": _("The old server. It is only read: nothing is changed, marked as read or deleted there."),
    "target": _(
        "The new server. Messages are only added to it. The default target is chosen unless you say otherwise."
    ),
}

MESSAGES: Mapping[str, Promise] = {
    "include_folders": _("For a part of the mail only, as when archives stay behind. Empty is right for most batches."),
    "exclude_folders": _(
        "These stay on the source, even if the field above names them. They are not counted anywhere."
    ),
    "skip_deleted_items": _("The folder of deleted items is found in any language, and not copied."),
    "skip_junk": _("The folder of junk mail is found in any language, and not copied."),
    "skip_marked_deleted": _(
        "In IMAP a deleted message may stay in its folder with a mark until it is expunged. Most mail programs hide such "
        "messages, and users are surprised to see them again."
    ),
    "received_from": _("Days of receipt, in the time zone of the organization. Older messages stay on the source."),
    "received_until": _("Days of receipt, in the time zone of the organization. Newer messages stay on the source."),
    "fast_lane_days": _(
        "People can work in their new mailbox within minutes, and the years before follow. It is of use where the whole "
        "mail takes longer than people can wait."
    ),
}

LIMITS: Mapping[str, Promise] = {
    "bad_item_limit": _(
        "Some old messages are damaged, and no server takes them. Up to this number they stay behind and are listed; above "
        "it the mailbox fails, so that somebody looks. Raise it, and the mailbox goes on."
    ),
    "large_item_limit": _(
        "The target refuses messages above its size limit. Up to this number they stay behind and are listed; above it "
        "the mailbox fails."
    ),
    "repair_refused": _(
        "A repaired message arrives, but is no longer the same byte for byte. Leave it off where mail is evidence."
    ),
}

SCHEDULE: Mapping[str, Promise] = {
    "name": _("How people find the batch in lists, reports and mails. It cannot be changed later."),
    "allow_incremental_syncs": _(
        "Needed until the MX record is changed: mail that still arrives at the old server is brought over again and again."
    ),
    "start": _("A batch that is started now can be stopped at any time; what was copied stays."),
    "start_after": _("It begins by itself as soon as this time has come, also when nobody is signed in."),
    "notification_emails": _(
        "Mails are in the recipient's own language if the address is that of a person who can sign in here."
    ),
    "report_interval_hours": _("A report has the figures of the batch and links to its failed mailboxes."),
}

_FINALIZED = _(
    "Mailboxes that were completed. Staged and IMAP batches are not completed, their success is Synced: the figure is 0."
)
_ITEMS = _("Messages that are on the target, whether they were copied or were there already.")
_SKIPPED = _("Messages that stayed behind, each listed with its reason, and messages that had to be repaired.")

# Columns and facts are groups of their own: both may stand on one page, where an explanation stands once.
BATCH_COLUMNS: Mapping[str, Promise] = {
    "percentage": _("How many of the mailboxes have their first copy, of all in the batch. It is rounded down."),
    "finalized": _FINALIZED,
}

BATCH_FACTS: Mapping[str, Promise] = {
    "finalized": _FINALIZED,
    "waiting": _("Not copied yet, and not stopped: they wait for their turn, or their batch has not begun."),
    "active": _(
        "Being copied for the first time at this moment, or just stopping. Who waits for a turn is not among them."
    ),
    "first_copies": _(
        "A span, from the slowest and the fastest rate of the last two hours. Mailboxes that nobody has counted yet are "
        "taken to be as large as the others."
    ),
    "initial_sync": _("From the start of the batch to the last first copy."),
    "incremental": _("Whether mailboxes are kept in step after their first copy."),
}

SIGN_IN: Mapping[str, Promise] = {
    "user_name": _("The name that the old server knows the person by, where that is not the address."),
    "password": _("The one that opens this mailbox. It is kept encrypted, and no page or report shows it."),
}

USER_COLUMNS: Mapping[str, Promise] = {"synced": _ITEMS, "skipped": _SKIPPED}

USER_FACTS: Mapping[str, Promise] = {
    "items": _ITEMS,
    "skipped": _SKIPPED,
    "rate": _("Data copied in each minute in which a worker was busy with this mailbox; waiting does not count."),
    "connections": _(
        "A large mailbox is copied over several connections as long as no other mailbox waits for one of them."
    ),
    "last_new": _("When new messages last arrived on the target: not when somebody last looked."),
    "last_looked": _("When the source was last asked what is new, whether there was anything or not."),
    "queued": _("How long the mailbox has waited for its turn, in total."),
    "in_progress": _("How long workers have been busy with this mailbox, in total."),
    "synced": _("How long the mailbox has been in step, in total."),
    "stalled": _("How long it has waited after an error, or because a server asked for a pause."),
}


def register() -> None:
    help.register("batch-type", TYPE, more="batch/#the-steps")
    help.register("batch-file", FILE, more="csv/#other-names-for-columns")
    help.register("batch-servers", SERVERS, more="batch/#the-steps")
    help.register("batch-messages", MESSAGES, more="batch/#which-messages")
    help.register("batch-limits", LIMITS, more="batch/#messages-that-may-stay-behind")
    help.register("batch-schedule", SCHEDULE, more="batch/#start-and-reports")
    help.register("user-sign-in", SIGN_IN, more="batch/#more-mailboxes-and-those-that-failed")
    figures = {
        "batch-column": BATCH_COLUMNS,
        "batch-fact": BATCH_FACTS,
        "user-column": USER_COLUMNS,
        "user-fact": USER_FACTS,
    }
    for group, texts in figures.items():
        help.register(group, texts, more="watch/#what-the-figures-mean")
