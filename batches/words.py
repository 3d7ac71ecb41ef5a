"""What pages say about statuses and what became of mailboxes, in plain words, and in which tone."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from batches.states import BatchStatus, UserStatus
from endpoints.words import SENTENCES, sentence

BATCH_HELP: Mapping[str, Promise] = {
    BatchStatus.CREATED: _("The batch is saved and has never been started. Nothing is copied until you start it."),
    BatchStatus.WAITING: _("The batch begins by itself when its start time has come."),
    BatchStatus.STARTING: _(
        "The batch runs. Its mailboxes wait in the queue, and none of them is being copied at this moment."
    ),
    BatchStatus.SYNCING: _("Mailboxes are copied for the first time. Some may be done already, or may have failed."),
    BatchStatus.SYNCED: _(
        "Every mailbox has its first copy, except those that were stopped. This is success: they are kept in step until you "
        "delete the batch. Messages that could not be brought over are listed as skipped items."
    ),
    "synced_once": _(
        "Every mailbox has its copy, except those that were stopped. This is success: incremental syncs are off for this "
        "batch, so what is new since then comes over only when you sync it again. Messages that could not be brought over are listed as "
        "skipped items."
    ),
    BatchStatus.SYNCED_WITH_ERRORS: _(
        "Some mailboxes failed, the others are synced. Look at the failed ones, then retry them."
    ),
    BatchStatus.INCREMENTAL_SYNCING: _(
        "Mailboxes have their first copies. What is new or changed at the source since then is being copied."
    ),
    BatchStatus.STOPPING: _("The batch has been stopped. Messages that are on the wire are still being finished."),
    BatchStatus.STOPPED: _(
        "Nothing is copied until you resume the batch. Everything that was copied stays. Verifications, which only read, "
        "go on unless you stop them too."
    ),
    BatchStatus.FAILED: _("No mailbox of this batch could be copied. Look at the mailboxes for the reason."),
    BatchStatus.REMOVING: _("The batch is being deleted. It leaves the list as soon as its last worker has let go."),
    "deleted": _("The batch has been deleted. Its history and reports stay."),
}

USER_HELP: Mapping[str, Promise] = {
    UserStatus.QUEUED: _("The mailbox waits for its turn."),
    UserStatus.VALIDATING: _("A worker signs in at both servers."),
    UserStatus.SYNCING: _("The mailbox is copied for the first time."),
    UserStatus.SYNCED: _(
        "The mailbox has its first copy. This is success: it is kept in step until it is deleted. Messages that could not be "
        "brought over are listed as skipped items."
    ),
    "synced_once": _(
        "The mailbox has its copy. This is success: incremental syncs are off for its batch, so what is new since then comes "
        "over only when somebody syncs it again. Messages that could not be brought over are listed as skipped items."
    ),
    UserStatus.INCREMENTAL_SYNCING: _("What is new or changed at the source since the last pass is being copied."),
    UserStatus.STOPPING: _("Somebody stopped it. The messages that are on the wire are being finished."),
    UserStatus.STOPPED: _("Nothing happens until somebody resumes it. Everything that was copied stays."),
    UserStatus.FAILED: _("It could not be copied, or not completely. Somebody has to act: the error says what to do."),
}

TONES: Mapping[str, str] = {
    "created": "neutral",
    "waiting": "info",
    "starting": "info",
    "queued": "neutral",
    "validating": "info",
    "syncing": "info",
    "incremental_syncing": "info",
    "synced": "success",
    "synced_with_errors": "warning",
    "stopping": "warning",
    "stopped": "neutral",
    "failed": "danger",
    "removing": "neutral",
    "deleted": "neutral",
}

# Colour is never the only sign.
ICONS: Mapping[str, str] = {
    "created": "info",
    "waiting": "clock",
    "starting": "clock",
    "queued": "clock",
    "validating": "sync",
    "syncing": "sync",
    "incremental_syncing": "sync",
    "synced": "success",
    "synced_with_errors": "warning",
    "stopping": "stop",
    "stopped": "stop",
    "failed": "danger",
    "removing": "delete",
    "deleted": "delete",
}

SKIPPED_KINDS: Mapping[str, Promise] = {
    "too_large": _("Too large"),
    "refused": _("Refused by the target"),
    "unreadable": _("Unreadable at the source"),
    "repaired": _("Repaired"),
}

# Why a status changed, where it was not an error of the engine. An ordinary end of a turn needs no words.
REASONS: Mapping[str, Promise] = {
    "stop": _("stopped"),
    "resume": _("resumed"),
    "retry": _("tried again"),
    "slice": _("others have their turn"),
    "fast_lane": _("its newest mail is on the target; its history follows"),
    "limits": _("the limits of skipped items were raised"),
    "hours": _("the hours of a server were over; it goes on when they begin again"),
    "shutdown": _("its worker was shut down; it goes on where it was"),
    "worker_lost": _("its worker was lost; it goes on where it was"),
    "sign_in_failures": _("the batch stopped by itself, because sign-ins were refused"),
}

# Beside what a command says that was given while the queue could not be told of it.
KEPT = _("The message broker cannot be reached. What was asked for is kept, and begins when the broker answers again.")

# Errors of this system, not of a mail server.
OUR_ERRORS: Mapping[str, Promise] = {
    "database": _("The database of this system could not store what was done. Look whether its disk is full."),
    "bad_item_limit": _(
        "More messages could not be copied than the bad item limit of the batch allows. Look at the skipped items below. If "
        "they may stay behind, raise the limit in the settings of the batch: the mailbox then goes on where it was."
    ),
    "large_item_limit": _(
        "More messages are too large for the target than the large item limit of the batch allows. Raise the target's "
        "message size limit and retry, or raise the limit in the settings of the batch: the mailbox then goes on."
    ),
    "repaired": _(
        "The target refused this message as it was. It is there now, but had to be changed for it: what was changed "
        "stands in brackets after the server's words."
    ),
    "unexpected": _("Something went wrong in this system. The worker's log tells what."),
}


# Errors by which lists are narrowed, in a few words.
BRIEFLY: Mapping[str, Promise] = {
    "sign_in_failed": _("Only mailboxes whose sign-in was refused."),
    "password_missing": _("Only mailboxes whose password is missing."),
    "over_quota": _("Only mailboxes that are full."),
    "mailbox_missing": _("Only mailboxes that do not exist on a server."),
    "permission_denied": _("Only mailboxes that the account may not open."),
    "bad_item_limit": _("Only mailboxes with more messages that could not be copied than the batch allows."),
    "large_item_limit": _("Only mailboxes with more messages that are too large than the batch allows."),
}
WITH_THIS_ERROR = _("Only mailboxes whose last error is this one:")


def explanation(status: str, *, incremental: bool) -> str:
    """The name of the words in ``BATCH_HELP`` and ``USER_HELP``: synced is an end where no incremental sync follows."""
    return "synced_once" if status == "synced" and not incremental else status


def filter_words(code: str) -> str:
    """What a list shows that holds only mailboxes with this error."""
    if code in BRIEFLY:
        return str(BRIEFLY[code])
    return f"{WITH_THIS_ERROR} {error_words(code)}"


def reason_words(code: str, *, side: str = "") -> str:
    """Why a status changed, for the timeline; nothing where the status itself says it all."""
    if code in REASONS:
        return str(REASONS[code])
    return error_words(code, side=side) if code in SENTENCES or code in OUR_ERRORS else ""


def error_words(code: str, *, side: str = "", server: str = "", user: str = "") -> str:
    """An error as a sentence: what happened, where, to whom, and what to do."""
    return str(OUR_ERRORS[code]) if code in OUR_ERRORS else sentence(code, side=side, server=server, user=user)
