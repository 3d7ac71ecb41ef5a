"""One slice of work on one mailbox that a worker has taken: sign in, copy for a while, say how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction

from batches import endings, manners, sign_in_guard
from batches.choice import is_in_fast_lane, remedies_of, selection_now
from batches.endings import Ending
from batches.item_limits import passed_limit
from batches.journal import DatabaseJournal
from batches.keeper import Keeper
from batches.leases import Lease, LeaseLost, held, is_cautious, move
from batches.models import MigrationBatch, MigrationUser
from batches.pairs import Spares, open_side, passwords_of
from batches.progress import Progress, is_news
from batches.reconcile import nudge_due
from batches.server_words import kept
from batches.states import Decision, UserStatus
from mailsync.errors import MailsyncError, Retry, SignInFailed, Stop
from mailsync.events import Event, MessageSkipped, PairGivenUp, Planned
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

    @property
    def initial(self) -> bool:
        """Whether its first full copy is still ahead of it."""
        return self.user.first_synced_at is None


def work_through(work: Work) -> Ending:
    """Copy until the mailbox is up to date, its time is over, it is no longer wanted, or something is wrong.

    Whatever happens is turned into an ending; LeaseLost and DatabaseError are for the caller.
    """
    try:
        closes_at = manners.closes_at(work.user, work.now())
        with Keeper(work.lease, work.progress, now=work.now, monotonic=work.monotonic, closes_at=closes_at) as keeper:
            _copy(work, keeper)
        if work.progress.complete:
            if is_in_fast_lane(work.user):
                work.progress.note("The newest mail is on the target. The history follows when its turn comes.")
                return endings.fast_lane_done(work.now())
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
    user, wanted = work.user, keeper.wanted
    with closing(open_side(user, "source", wanted)) as source, closing(open_side(user, "target", wanted)) as target:
        if work.initial or is_cautious(work.user.batch, work.now()):
            _sign_in(work, source, target)
        if work.initial and not _advance(work, UserStatus.SYNCING):
            return
        for event in _events(work, keeper, source, target):
            if isinstance(event, Planned):
                sign_in_guard.note_trust(work.user.batch, work.now())
                keeper.begin()
            begins = work.user.status == UserStatus.SYNCED and is_news(event)
            if begins and not _advance(work, UserStatus.INCREMENTAL_SYNCING):
                return
            if isinstance(event, PairGivenUp):
                words = _words(work, event.words)
                work.progress.note(f"One more connection was not to be had: {event.side} {event.code}: {words}")
            work.progress.take_in(event)
            if isinstance(event, MessageSkipped) or (isinstance(event, Planned) and work.user.items_skipped):
                _demand_within_limits(work)


def _demand_within_limits(work: Work) -> None:
    if passed := passed_limit(work.user):
        raise Stop(*passed)


def _events(work: Work, keeper: Keeper, source: Store, target: Store) -> Iterator[Event]:
    """The sync, within the limits of speed of both servers."""
    batch, speed = work.user.batch, manners.Speed(work.user, now=work.now, monotonic=work.monotonic)

    def wanted() -> bool:
        speed.adjust()
        return keeper.wanted()

    old = speed.keep_to(batch.source, source, keeper.wanted)
    new = speed.keep_to(batch.target, target, keeper.wanted)
    spares = Spares(work.user, work.lease, speed, keeper.wanted, work.now, work.progress.note)
    return sync(
        *(old, new, DatabaseJournal(work.lease)),
        wanted=wanted,
        clock=work.monotonic,
        spare=spares.next,
        selection=selection_now(work.user),
        remedies=remedies_of(work.user, work.lease),
    )


def _advance(work: Work, new: str) -> bool:
    """Move the user on. False if a person wants something else by now."""
    user = work.user
    wanted = MigrationBatch.objects.filter(pk=user.batch_id, decision=Decision.STARTED).exists()
    if wanted and move(work.lease, user.status, new, at=work.now()):
        user.status = new
        return True
    with transaction.atomic():
        user.status = held(work.lease).status
    return False


def _sign_in(work: Work, source: Store, target: Store) -> None:
    """At both servers before anything is read. The first of a batch does it alone; if it works, the others may come."""
    for side, store in (("source", source), ("target", target)):
        with _on(side):
            _ = store.capabilities
    batch = work.user.batch
    old, new = batch.source, batch.target
    if work.initial:
        work.progress.note(f"Signed in at {old.server}:{old.port} and at {new.server}:{new.port}.")
    others_wait = is_cautious(batch, work.now())
    sign_in_guard.note_success(batch, work.now())
    if others_wait:
        nudge_due(work.now())


@contextmanager
def _on(side: str) -> Iterator[None]:
    try:
        yield
    except MailsyncError as error:
        error.side = error.side or side
        raise


def _words(work: Work, words: str) -> str:
    return kept(words, without=passwords_of(work.user))


def _failed(work: Work, error: MailsyncError) -> Ending:
    words = _words(work, error.words)
    work.progress.note(f"Failed: {error.side} {error.code}: {words}")
    return endings.failed(error.code, error.side, words, work.now())


def _paused(work: Work, error: MailsyncError) -> Ending:
    words = _words(work, error.words)
    retries = 0 if work.progress.copied else work.user.retries
    ending = endings.paused(error, words, retries, work.now())
    work.progress.note(f"Interrupted: {error.side} {error.code}: {words}")
    if slower := manners.note_complaint(work.user, error.code, error.side, words, work.now()):
        work.progress.note(slower)
    return ending
