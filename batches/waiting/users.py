"""Why a user that could work does not: a sentence for the page, found out when it is asked for."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from batches import leases
from batches.endings import BUSY, MOST_RETRIES
from batches.leases import due_users, is_cautious, of_kind, working_users
from batches.models import MigrationUser
from batches.states import WORKING, Decision, UserStatus
from batches.waiting.sentences import NOBODY_CAME, no_sign_of_life, nobody_came, why_closed
from batches.words import error_words
from core.moments import in_words
from endpoints import limits
from endpoints.capacity import in_use
from endpoints.limit_words import slowdown_words
from endpoints.models import MigrationEndpoint


def why(user: MigrationUser, now: datetime | None = None) -> str:
    """In the reader's language and time zone; empty for a user that does not wait, or only for its next regular turn.

    Reads ``user.batch`` and its endpoints: select them along.
    """
    now = now or timezone.now()
    if user.status in WORKING:
        return _why_silent(user, now)
    if user.status not in {UserStatus.QUEUED, UserStatus.SYNCED} or user.batch.deleted_at:
        return ""
    if user.batch.decision != Decision.STARTED:
        return _("The batch has not been started.") if user.status == UserStatus.QUEUED else ""
    if user.due_at is None:
        return ""
    return _why_due(user, now) if user.due_at <= now else _why_later(user, user.due_at, now)


def _why_silent(user: MigrationUser, now: datetime) -> str:
    is_silent = not user.lease or (user.lease_until is not None and user.lease_until <= now)
    return no_sign_of_life(user.lease_until) if is_silent else ""


def _why_later(user: MigrationUser, due_at: datetime, now: datetime) -> str:
    if user.wait_code:
        return _why_again(user, due_at)
    if user.batch.start_after and user.batch.start_after > now:
        return _("The batch begins after %(time)s.") % {"time": in_words(due_at)}
    return why_closed(user.batch, now) if user.status == UserStatus.QUEUED else ""


def _why_again(user: MigrationUser, due_at: datetime) -> str:
    endpoint = user.batch.target if user.wait_side == "target" else user.batch.source
    server = endpoint.server if user.wait_side else ""
    words = error_words(user.wait_code, side=user.wait_side, server=server, user=user.address)
    return f"{words} {_when_again(user, due_at)}"


def _when_again(user: MigrationUser, due_at: datetime) -> str:
    names = {"time": in_words(due_at), "number": user.retries, "most": MOST_RETRIES}
    if user.wait_asked and user.wait_side == "source":
        return _("The source asks us to wait until %(time)s; this mailbox does.") % names
    if user.wait_asked:
        return _("The target asks us to wait until %(time)s; this mailbox does.") % names
    if user.wait_code in BUSY:
        return _("It is tried again after %(time)s.") % names
    return _("It is tried again after %(time)s (try %(number)s of %(most)s).") % names


def _why_due(user: MigrationUser, now: datetime) -> str:
    if user.lease and user.lease_until and user.lease_until > now:
        return _("A worker is looking for what is new since the last sync.") if user.first_synced_at else ""
    if closed := why_closed(user.batch, now):
        return closed
    initial = user.first_synced_at is None
    for endpoint in (user.batch.source, user.batch.target):
        if not leases.free_places(endpoint, now, initial=initial):
            return _why_limited(user, endpoint, now, initial)
    if is_cautious(user.batch, now) and working_users(now).filter(batch=user.batch).exists():
        return _("The sign-in of another mailbox of this batch is being tried first, so that no account gets locked.")
    if user.due_at and user.due_at < now - NOBODY_CAME:
        return nobody_came(user.due_at, user.nudged_at, now)
    return _("It is due: the next free worker takes it up.")


def _why_limited(user: MigrationUser, endpoint: MigrationEndpoint, now: datetime, initial: bool) -> str:
    words = _("%(used)s of %(limit)s connections of %(endpoint)s are in use; position %(position)s in the queue.")
    names = {
        "used": in_use(endpoint, now, initial=initial),
        "limit": limits.limit(endpoint, now, initial=initial),
        "endpoint": endpoint.name,
        "position": _position(user, endpoint, now, initial),
    }
    if not (slowed := slowdown_words(endpoint, now)):
        return words % names
    return " ".join((words % names, slowed, _("It said: %(words)s") % {"words": endpoint.slowed_words}))


def _position(user: MigrationUser, endpoint: MigrationEndpoint, now: datetime, initial: bool) -> int:
    """Among those who wait for the same endpoint. Batches take turns, so it is exact within one batch."""
    before = Q(due_at__lt=user.due_at) | Q(due_at=user.due_at, batch_id__lt=user.batch_id)
    before |= Q(due_at=user.due_at, batch=user.batch_id, position__lt=user.position)
    of_endpoint = Q(batch__source=endpoint) | Q(batch__target=endpoint)
    return of_kind(due_users(now), initial=initial).filter(before & of_endpoint).count() + 1
