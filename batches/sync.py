"""One slice of work on one mailbox: take it, copy for a while, write how it ended, let go."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from batches import endings, leases, log, manners, sign_in_guard
from batches.endings import Ending, settle
from batches.journal import DatabaseJournal
from batches.keeper import Keeper
from batches.leases import RELEASED, Lease, LeaseLost, Refusal, hold, is_cautious
from batches.models import MigrationBatch, MigrationUser
from batches.moves import move_user
from batches.progress import Progress
from batches.reconcile import nudge_due
from batches.removal import finish_removal
from batches.server_words import kept
from batches.states import USER_GRAPH, Decision, UserStatus
from endpoints.connect import open_store
from mailsync.errors import MailsyncError, Retry, SignInFailed
from mailsync.events import Event, Planned
from mailsync.store import Store
from mailsync.sync import sync

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Work:
    """What belongs together while one worker has one mailbox."""

    user: MigrationUser
    lease: Lease
    progress: Progress
    now: Callable[[], datetime]
    monotonic: Callable[[], float]


def run_slice(user_id: int, *, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
    """Work on a user's mailbox until it is up to date, its time is over, it is no longer wanted, or something is wrong.

    Does nothing if the user may not be worked on now. ``monotonic`` gives seconds from any start.
    """
    lease = leases.take(user_id, now())
    if isinstance(lease, Refusal):
        logger.debug("User %s is not taken: %s", user_id, lease.code)
        return
    user = MigrationUser.objects.select_related("batch__source", "batch__target").get(pk=user_id)
    work = Work(user, lease, Progress(user, now, monotonic), now, monotonic)
    try:
        _end(work, _work(work))
    except LeaseLost:
        logger.warning("User %s was given to somebody else; what this worker knew of it is dropped.", user_id)
    except DatabaseError as error:
        logger.exception("The database failed under user %s.", user_id)
        _let_go_somehow(work, error)
    finish_removal(user.batch, now())
    nudge_due(now())


def _work(work: Work) -> Ending:
    """Copy, and turn whatever happens into an ending. LeaseLost and DatabaseError are for the caller."""
    try:
        closes_at = manners.closes_at(work.user, work.now())
        with Keeper(work.lease, work.progress, now=work.now, monotonic=work.monotonic, closes_at=closes_at) as keeper:
            _copy(work, keeper)
        if work.progress.complete:
            return endings.done(work.user, work.now())
        return endings.interrupted(keeper.why or "stop", manners.opens_at(work.user, work.now()))
    except SignInFailed as error:
        sign_in_guard.note_refusal(work.user.batch_id, error.side, work.lease, work.now())
        return _failed(work, error)
    except Retry as error:
        return _paused(work, error)
    except MailsyncError as error:
        return _failed(work, error)
    except (LeaseLost, DatabaseError):
        raise
    except Exception as error:  # a mistake of ours: another try may pass it by, and the mailbox keeps what it has
        logger.exception("Working on user %s went wrong.", work.user.pk)
        return _paused(work, Retry("unexpected", type(error).__name__))


def _copy(work: Work, keeper: Keeper) -> None:
    initial = work.user.first_synced_at is None
    if not _advance(work, UserStatus.VALIDATING if initial else UserStatus.INCREMENTAL_SYNCING):
        return
    with closing(_open(work, "source", keeper)) as source, closing(_open(work, "target", keeper)) as target:
        if initial or is_cautious(work.user.batch, work.now()):
            _sign_in(work, source, target)
        if initial and not _advance(work, UserStatus.SYNCING):
            return
        for event in _events(work, keeper, source, target):
            if isinstance(event, Planned):
                sign_in_guard.note_trust(work.user.batch, work.now())
                keeper.begin()
            work.progress.take_in(event)


def _events(work: Work, keeper: Keeper, source: Store, target: Store) -> Iterator[Event]:
    """The sync, within the limits of speed of both servers."""
    batch, speed = work.user.batch, manners.Speed(work.user, now=work.now, monotonic=work.monotonic)

    def wanted() -> bool:
        speed.adjust()
        return keeper.wanted()

    old = speed.keep_to(batch.source, source, keeper.wanted)
    new = speed.keep_to(batch.target, target, keeper.wanted)
    return sync(old, new, DatabaseJournal(work.lease), wanted=wanted, clock=work.monotonic)


def _advance(work: Work, new: str) -> bool:
    """Move the user on. False if a person wants something else by now."""
    with transaction.atomic():
        hold(work.lease)
        work.user.refresh_from_db(fields=["status"])
        started = MigrationBatch.objects.filter(pk=work.user.batch_id, decision=Decision.STARTED).exists()
        wanted = started and new in USER_GRAPH[work.user.status]
        if wanted:
            move_user(work.user, new, at=work.now())
    return wanted


def _open(work: Work, side: str, keeper: Keeper) -> Store:
    """On the source a mailbox may have a name of its own; on the target it has the address."""
    user, batch = work.user, work.user.batch
    if side == "target":
        return open_store(batch.target, user=user.address, password=user.target_password, wanted=keeper.wanted)
    name = user.user_name or user.address
    return open_store(batch.source, user=name, password=user.source_password, wanted=keeper.wanted)


def _sign_in(work: Work, source: Store, target: Store) -> None:
    """At both servers before anything is read. The first of a batch does it alone; if it works, the others may come."""
    for side, store in (("source", source), ("target", target)):
        with _on(side):
            _ = store.capabilities
    old, new = work.user.batch.source, work.user.batch.target
    work.progress.note(f"Signed in at {old.server}:{old.port} and at {new.server}:{new.port}.")
    sign_in_guard.note_success(work.user.batch, work.now())
    nudge_due(work.now())


@contextmanager
def _on(side: str) -> Iterator[None]:
    try:
        yield
    except MailsyncError as error:
        error.side = error.side or side
        raise


def _words(work: Work, error: MailsyncError) -> str:
    user, batch = work.user, work.user.batch
    passwords = (user.source_password, user.target_password, batch.source.admin_password, batch.target.admin_password)
    return kept(error.words, without=passwords)


def _failed(work: Work, error: MailsyncError) -> Ending:
    words = _words(work, error)
    work.progress.note(f"Failed: {error.side} {error.code}: {words}")
    return endings.failed(error.code, error.side, words, work.now())


def _paused(work: Work, error: MailsyncError) -> Ending:
    words = _words(work, error)
    retries = 0 if work.progress.copied else work.user.retries
    ending = endings.paused(error, words, retries, work.now())
    work.progress.note(f"Interrupted: {error.side} {error.code}: {words}")
    if slower := manners.note_complaint(work.user, error, words, work.now()):
        work.progress.note(slower)
    return ending


def _end(work: Work, ending: Ending) -> None:
    if work.progress.copied:
        work.progress.note_progress()
    status = settle(work.lease, ending, work.now(), **work.progress.figures())
    work.progress.note(f"Status: {status.replace('_', ' ').capitalize()}.")
    work.progress.write_lines()
    log.trim(work.user.pk)


def _let_go_somehow(work: Work, error: DatabaseError) -> None:
    """A full disk refuses new rows before it refuses to change old ones. If all fails, the lease runs out by itself."""
    connection.close_if_unusable_or_obsolete()
    ending = endings.paused(Retry("database", str(error)), str(error), work.user.retries, work.now())
    try:
        settle(work.lease, ending, work.now())
    except LeaseLost:
        pass
    except DatabaseError:
        _release_only(work, ending)


def _release_only(work: Work, ending: Ending) -> None:
    """Without the row that tells of the move: reconcile sees a working user without worker, and moves it."""
    try:
        hold(work.lease, **{**ending.changes, **RELEASED})
    except (LeaseLost, DatabaseError):
        logger.exception("User %s could not be let go; its lease runs out by itself.", work.user.pk)
