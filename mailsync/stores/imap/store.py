"""A mailbox on an IMAP server, as source or as target.

What reads and writes is imported when it is first needed: of a mailbox that has not changed only the folders are listed.
"""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from mailsync.errors import Retry, Stop
from mailsync.model import (
    Burst,
    Capabilities,
    FlagChange,
    FlagQuery,
    Folder,
    FolderState,
    Message,
    Outcome,
    Path,
    one_by_one,
)
from mailsync.stores.imap import folders as folder_commands
from mailsync.stores.imap.connect import connect
from mailsync.stores.imap.destinations import Destinations
from mailsync.stores.imap.dialing import Dial, dial
from mailsync.stores.imap.experience import Experience
from mailsync.stores.imap.login import sign_in
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.namespaces import discover_names
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.settings import ImapSettings, Security
from mailsync.stores.imap.stream import Wanted, always
from mailsync.stores.imap.tokens import number
from mailsync.stores.imap.wire import Trace
from mailsync.uids import UidSet

if TYPE_CHECKING:
    from mailsync.stores.imap.read import Reader, Wish

MOMENT = 5.0  # seconds in which a folder does not become another one


def compress(session: Session) -> None:
    """If the server offers it and does not refuse, as one does whose TLS compresses."""
    if session.can("COMPRESS=DEFLATE") and session.run([b"COMPRESS DEFLATE"])[0].kind == b"OK":
        session.wire.deflate()


def open_session(
    settings: ImapSettings,
    trace: Trace | None = None,
    wanted: Wanted = always,
    *,
    dial: Dial = dial,
    to_list: bool = False,
) -> Session:
    """Connected, and signed in if the settings say as whom. Raises Retry or Stop. ``to_list``: the folders come next."""
    session = connect(settings, trace, wanted, dial)
    try:
        if settings.login:
            then = folder_commands.foreseen(session) if to_list and not settings.compress else []
            sign_in(session, settings.login, secured=settings.security != Security.NONE, then=then)
            if settings.compress:
                compress(session)
    except BaseException:
        session.wire.close()
        raise
    return session


class ImapStore:
    """Keeps the promises of :class:`mailsync.store.Store`. Messages that the server can not or will not give out are left
    out of ``read`` like those that no longer exist; ``uids`` still has them.

    ``trace`` gets every line that is sent or received, without what signs in and without messages. ``wanted`` is asked
    about once a second while there is something to wait for; after it says no, a server that keeps us waiting is left.
    ``dial`` makes the TCP connections.
    """

    def __init__(
        self, settings: ImapSettings, *, trace: Trace | None = None, wanted: Wanted = always, dial: Dial = dial
    ) -> None:
        self._settings, self._trace, self._wanted, self._dial = settings, trace, wanted, dial
        self._session: Session | None = None
        self.signed_in = False  # at least once
        self._names: Names | None = None
        self._known: dict[Path, int] = {}  # UIDVALIDITY as the caller was told last
        self._listed: tuple[Session | None, float] = None, 0.0  # over which session, and when
        self._ahead: tuple[list[Wish], Reader] | None = None  # what will be read next, asked for already
        self._destinations = Destinations()
        self._experience = Experience()

    @property
    def capabilities(self) -> Capabilities:
        session = self._connected()
        return Capabilities(
            multiappend=session.can("MULTIAPPEND"),
            uidplus=session.can("UIDPLUS", "IMAP4REV2"),
            condstore=folder_commands.condstore(session.capabilities),
            append_limit=_append_limit(session),
            names=session.capabilities,
        )

    def connect(self) -> None:
        self._connected()

    def folders(self) -> list[Folder]:
        with self._speaking(to_list=True) as session:
            self._names, found = folder_commands.list_folders(session)
            self._listed = session, monotonic()
        self._known = {folder.path: folder.state.uidvalidity for folder in found if folder.state}
        return found

    def state(self, path: Path) -> FolderState | None:
        with self._speaking() as session:
            state = folder_commands.folder_state(session, self._known_names(session), path)
        self._known[path] = state.uidvalidity if state else 0
        return state

    def uids(self, paths: Iterable[Path]) -> dict[Path, UidSet]:
        from mailsync.stores.imap.uid_lists import read_uids

        with self._speaking() as session:
            names = self._known_names(session)
            return read_uids(session, names, self._known, paths)

    def flags(self, wanted: Iterable[FlagQuery]) -> Iterator[tuple[Path, int, frozenset[str]]]:
        from mailsync.stores.imap.flags import read_flags
        from mailsync.stores.imap.visiting import Tour

        with self._speaking() as session:
            yield from read_flags(Tour(session, self._known_names(session), self._known), wanted)

    def dates(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[tuple[Path, int, datetime | None]]:
        from mailsync.stores.imap.receipt import read_dates
        from mailsync.stores.imap.visiting import Tour

        with self._speaking() as session:
            yield from read_dates(Tour(session, self._known_names(session), self._known), wanted)

    def ask_ahead(self, wanted: Iterable[tuple[Path, UidSet]]) -> None:
        wishes = list(wanted)
        with self._speaking() as session:
            reader = self._reader(session, wishes)
            reader.ask()
        self._ahead = wishes, reader

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message]:
        with closing(self.bursts(wanted)) as arriving:
            for arrived in arriving:
                yield from one_by_one(arrived)

    def bursts(self, wanted: Iterable[tuple[Path, UidSet]]) -> Generator[Message | Burst, None, None]:
        wishes = list(wanted)
        ahead = self._ahead if self._ahead and self._ahead[0] == wishes else None
        with self._speaking(going_on=ahead is not None) as session:
            reader = ahead[1] if ahead else self._reader(session, wishes)
            self._ahead = None
            try:
                yield from reader.bursts()
            finally:
                self._keep_if(reader.done)

    def _reader(self, session: Session, wishes: list[Wish]) -> Reader:
        from mailsync.stores.imap.read import Reader

        return Reader(session, self._known_names(session), self._known, wishes, self._reconnected)

    def create(self, wanted: Iterable[tuple[Path, str]]) -> dict[Path, Stop]:
        folders = list(wanted)
        try:
            return self._create(folders)
        except Retry as error:
            if error.code != "hung_up":
                raise
        # There are servers that end the session over a name, and Exchange does at the tenth error.
        return {path: refused for path, use in folders if (refused := self._create_alone(path, use))}

    def _create(self, folders: list[tuple[Path, str]]) -> dict[Path, Stop]:
        with self._speaking() as session:
            return folder_commands.create(session, self._known_names(session), folders)

    def _create_alone(self, path: Path, special_use: str) -> Stop | None:
        """With a session of its own once something was refused. A name that ends two sessions is refused, too."""
        words = ""
        for _ in range(2):
            try:
                refused = self._create([(path, special_use)]).get(path)
                if refused:
                    self.close()
                return refused
            except Retry as error:
                if error.code != "hung_up":
                    raise
                words = error.words
        return Stop("folder_refused", f"{'/'.join(path)}: {words}")

    def prepare(self, paths: Iterable[Path]) -> dict[Path, FolderState]:
        from mailsync.stores.imap.visiting import Tour, Visit

        with self._speaking() as session:
            tour = Tour(session, self._known_names(session), {}, b"SELECT").through(map(Visit, paths))
            opened = {visit.path: visit.opened for visit, told in tour if told is None}
        self._destinations.learn(opened)
        self._known |= {path: folder.uidvalidity for path, folder in opened.items()}
        return {path: FolderState(o.uidvalidity, o.uidnext, o.messages) for path, o in opened.items()}

    def append(self, messages: Iterable[tuple[Path, Message | Burst]]) -> Iterator[Outcome]:
        from mailsync.stores.imap.append import Appender

        with self._speaking() as session:
            limit = _append_limit(session)
            names, folders = self._known_names(session), self._destinations
            folders.forget_connection()
            appender = Appender(session, names, folders, limit, self._reconnected, self._experience)
            try:
                yield from appender.outcomes(messages)
            finally:
                self._keep_if(appender.done)

    def change_flags(self, changes: Iterable[tuple[Path, FlagChange]]) -> None:
        by_folder: dict[Path, list[FlagChange]] = {}
        for path, change in changes:
            by_folder.setdefault(path, []).append(change)
        if by_folder:
            from mailsync.stores.imap.flag_changes import change_flags

            with self._speaking() as session:
                names, sure = self._known_names(session), self._just_listed(session)
                opened = change_flags(session, names, self._known, by_folder, sure)
            self._destinations.learn(opened)

    def close(self) -> None:
        if self._session:
            self._session.leave()
        self._session = self._ahead = None

    # The connection

    def _connected(self, *, to_list: bool = False) -> Session:
        if self._session is None:
            self._session = open_session(self._settings, self._trace, self._wanted, dial=self._dial, to_list=to_list)
            self.signed_in = True
        return self._session

    def _reconnected(self) -> Session:
        self._session = None
        return self._connected()

    def _known_names(self, session: Session) -> Names:
        if self._names is None:
            self._names = discover_names(session)
        return self._names

    def _just_listed(self, session: Session) -> Container[Path]:
        """The folders of which this session has told a moment ago that they are those we know."""
        listed, at = self._listed
        return self._known if listed is session and monotonic() - at < MOMENT else ()

    def _keep_if(self, usable: bool) -> None:
        """A session with answers still to come is of no use to anybody else."""
        if not usable and self._session:
            self._session.wire.close()
            self._session = self._ahead = None

    @contextmanager
    def _speaking(self, *, to_list: bool = False, going_on: bool = False) -> Iterator[Session]:
        """The session; after an error it is closed, for nobody knows what its next answer belongs to. ``going_on``: with what
        was asked ahead; if anything else comes instead, its answers are in the way."""
        try:
            if self._session and not going_on and (self._ahead or self._session.has_ended()):  # after idle minutes
                self._keep_if(False)
            yield self._connected(to_list=to_list)
        except BaseException:
            self._keep_if(False)
            raise


def _append_limit(session: Session) -> int | None:
    """``APPENDLIMIT=35651584`` (RFC 7889)."""
    limits = [name.partition("=")[2] for name in session.capabilities if name.startswith("APPENDLIMIT=")]
    return number(limits[0].encode()) or None if limits else None
