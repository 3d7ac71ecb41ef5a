"""One mailbox from beginning to end: connects, copies or verifies, tries again where that can help."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from threading import Event as Flag
from typing import NamedTuple

from mailsync.cli.orders import Pair
from mailsync.cli.patience import persist
from mailsync.cli.tally import Tally
from mailsync.errors import MailsyncError
from mailsync.events import Finished
from mailsync.journal import Journal, MemoryJournal
from mailsync.journal_file import FileJournal, JournalError
from mailsync.pace import Pace, paced
from mailsync.phases import phases
from mailsync.remedies import Remedies
from mailsync.store import Store
from mailsync.stores.imap.dialing import Dial, dial
from mailsync.stores.imap.store import ImapStore
from mailsync.sync import sync

Work = Callable[[Pair, Tally, Flag], None]


def copy(pair: Pair, tally: Tally, stop: Flag, *, pace: Pace | None, dial: Dial = dial) -> None:
    """Fills in the tally; raises nothing that concerns this mailbox alone."""
    with _told(tally), _journal(pair, make=True) as journal:
        complete = persist(lambda: _copy_once(pair, journal, tally, stop, pace, dial), tally, stop.wait)
        tally.take_stock(journal.skipped())
        tally.status = "stopped" if not complete else "skipped" if tally.skipped else "copied"


def look_ahead() -> None:
    """Import what a mailbox with changes needs, while its server has not answered yet."""
    import mailsync.copying
    import mailsync.stores.imap.append
    import mailsync.stores.imap.flag_changes
    import mailsync.stores.imap.read  # noqa: F401


def verify(pair: Pair, tally: Tally, stop: Flag, *, pace: Pace | None, dial: Dial = dial) -> None:
    """The same, only that it reads both sides and writes nothing there."""
    from mailsync.cli.filing import keeping  # slow to import, and a copy does not need it
    from mailsync.sides import Sided
    from mailsync.verify import check_folders

    tally.checks = []
    if pair.journal and not os.path.exists(pair.journal):
        tally.notice(f"there is no journal {pair.journal}: what was copied explains no difference")
    with _told(tally), _journal(pair, make=False) as journal, keeping(pair, tally) as evidence:
        with _stores(pair, tally, stop, pace, dial) as (source, target):
            selection = pair.choice.selection
            if selection.include or selection.exclude:
                tally.warn_of(selection.unmatched(Sided(source, "source").folders()))
            for check in check_folders(source, target, journal, selection, evidence, now=datetime.now(UTC)):
                tally.check(check)
                if stop.is_set():
                    tally.status = "stopped"
                    return
        tally.take_stock(journal.skipped())
        if all(check.ok for check in tally.checks or ()):
            tally.status = "skipped" if tally.skipped else "verified"
        else:
            tally.fail("different", "")


def _copy_once(pair: Pair, journal: Journal, tally: Tally, stop: Flag, pace: Pace | None, dial: Dial) -> bool:
    complete, choice = True, pair.choice
    with _stores(pair, tally, stop, pace, dial) as (source, target):
        for selection in phases(choice.selection, choice.recent_from, journal):
            events = sync(
                *(source, target, journal),
                clock=time.monotonic,
                wanted=lambda: not stop.is_set(),
                spare=_spares(pair, stop, pace),
                pause=stop.wait,
                selection=selection,
                remedies=_remedies(pair),
            )
            for event in events:
                tally.tell(event)
                complete = isinstance(event, Finished) and event.complete
    return complete


def _remedies(pair: Pair) -> Remedies:
    """A directory for each mailbox, named like its journal."""
    choice = pair.choice
    if choice.quarantine is None:
        return Remedies(choice.repair)
    from mailsync.quarantine import FolderQuarantine, file_name  # slow to import and seldom wanted

    return Remedies(choice.repair, FolderQuarantine(os.path.join(choice.quarantine, file_name(pair.source.user))))


class _Connections(NamedTuple):
    """One more to each server."""

    source: Store
    target: Store

    def close(self) -> None:
        self.source.close()
        self.target.close()


def _spares(pair: Pair, stop: Flag, pace: Pace | None) -> Callable[[], _Connections | None]:
    pairs = (_open(pair, stop) for _ in range(pair.connections - 1))
    more = (_Connections(_slowed(source, stop, pace), target) for source, target in pairs)
    return lambda: next(more, None)


def _slowed(source: Store, stop: Flag, pace: Pace | None) -> Store:
    """What is read from the source at a certain pace is stored at the same."""
    return paced(source, pace, wanted=lambda: not stop.is_set()) if pace else source


def _open(pair: Pair, stop: Flag, dial: Dial = dial) -> tuple[ImapStore, ImapStore]:
    def wanted() -> bool:
        return not stop.is_set()

    source = ImapStore(pair.source_settings, wanted=wanted, dial=dial)
    return source, ImapStore(pair.target_settings, wanted=wanted)


@contextmanager
def _stores(pair: Pair, tally: Tally, stop: Flag, pace: Pace | None, dial: Dial) -> Iterator[tuple[Store, Store]]:
    source, target = _open(pair, stop, dial)
    with closing(source), closing(target):
        try:
            yield _slowed(source, stop, pace), target
        finally:
            tally.reached |= {side for side, store in (("source", source), ("target", target)) if store.signed_in}


@contextmanager
def _journal(pair: Pair, *, make: bool) -> Iterator[Journal]:
    if pair.journal is None or not (make or os.path.exists(pair.journal)):
        yield MemoryJournal()
        return
    if make:
        os.makedirs(os.path.dirname(pair.journal) or os.curdir, exist_ok=True)
    with closing(FileJournal(pair.journal, pair.name)) as journal:
        yield journal


@contextmanager
def _told(tally: Tally) -> Iterator[None]:
    started = time.monotonic()
    tally.status = "running"
    try:
        yield
    except MailsyncError as error:
        tally.fail(error.code, error.words, error.side)
    except JournalError as error:
        tally.fail("journal", str(error))
    except OSError as error:
        tally.fail("file", str(error))
    finally:
        tally.seconds = time.monotonic() - started
        if not tally.ended:
            tally.fail("internal_error", "")
