"""How a mailbox is, in words that helpdesk can read out on the telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batches.models import MigrationUser
from batches.states import WORKING, Decision, UserStatus
from core.moments import in_words
from core.templatetags.page import grouped


def plain_words(user: MigrationUser, now: datetime) -> str:
    """What is there, since when, and what comes next. Reads ``user.batch``; asks the database nothing."""
    return " ".join(_sentences(user, now))


def _sentences(user: MigrationUser, now: datetime) -> Iterator[str]:
    yield _how_much(user)
    if user.fast_lane_at and not user.first_synced_at:
        yield _("The newest mail is there since %(time)s.") % {"time": in_words(user.fast_lane_at)}
    if user.items_skipped:
        words = ngettext(
            "%(number)s message could not be brought over.",
            "%(number)s messages could not be brought over.",
            user.items_skipped,
        )
        yield words % {"number": grouped(user.items_skipped)}
    if user.last_synced_at:
        yield _when_looked(user.last_synced_at, user.last_new_items_at)
    yield _what_comes(user, now)


def _when_looked(looked_at: datetime, came_at: datetime | None) -> str:
    """Most looks find nothing, so the two times differ; the same page shows both."""
    words = {"time": in_words(looked_at), "came": in_words(came_at)} if came_at else {"time": in_words(looked_at)}
    if came_at and came_at != looked_at:
        return _("Last looked for new items %(time)s; the last ones came %(came)s.") % words
    return _("Last looked for new items %(time)s.") % words


def _how_much(user: MigrationUser) -> str:
    figures = {"part": grouped(user.items_synced), "total": grouped(user.items_total)}
    if user.first_synced_at:
        return _("Copied: %(part)s of %(total)s messages.") % figures
    if not user.items_synced:
        return _("Nothing has been copied yet.")
    if not user.items_total:
        return _("Copied so far: %(part)s messages.") % figures
    return _("Copied so far: %(part)s of %(total)s messages.") % figures


def _what_comes(user: MigrationUser, now: datetime) -> str:
    batch = user.batch
    if batch.deleted_at or batch.decision == Decision.REMOVING:
        return _("Its migration has ended: new mail is not brought over any more.")
    if user.status == UserStatus.FAILED:
        return _("It stands still because of an error: an administrator has to act.")
    if user.status in {UserStatus.STOPPED, UserStatus.STOPPING} or batch.decision == Decision.STOPPED:
        return _("It has been stopped: it goes on when an administrator resumes it.")
    if batch.decision == Decision.CREATED:
        return _("Its batch has not been started yet.")
    if user.status in WORKING:
        is_alone = user.lease_until is not None and user.lease_until <= now
        return _("Nobody copies it just now.") if is_alone else _("It is being copied at this moment.")
    return _when_next(user, now)


def _when_next(user: MigrationUser, now: datetime) -> str:
    if user.first_synced_at is None:
        if user.due_at and user.due_at > now:
            return _("It goes on after %(time)s.") % {"time": in_words(user.due_at)}
        return _("It waits for its turn.")
    if user.due_at is None:
        return _(
            "Incremental syncs are off for its batch: new mail comes over only when an administrator syncs it again."
        )
    if user.due_at > now:
        return _("New mail comes over with the next sync, after %(time)s.") % {"time": in_words(user.due_at)}
    return _("New mail comes over with the next sync, which is due now.")
