"""A mailbox on an IMAP server, as source or as target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from mailsync.errors import Retry, Stop
from mailsync.model import Capabilities, FlagChange, FlagQuery, Folder, FolderState, Message, Outcome, Path
from mailsync.stores.imap import folders as folder_commands
from mailsync.stores.imap.append import Appender
from mailsync.stores.imap.appending import Experience
from mailsync.stores.imap.connect import connect
from mailsync.stores.imap.destinations import Destinations
from mailsync.stores.imap.flag_changes import change_flags
from mailsync.stores.imap.flags import read_flags
from mailsync.stores.imap.login import sign_in
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.namespaces import discover_names
from mailsync.stores.imap.read import Reader
from mailsync.stores.imap.receipt import read_dates
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.settings import ImapSettings, Security
from mailsync.stores.imap.stream import Wanted, always
from mailsync.stores.imap.tokens import number
from mailsync.stores.imap.uid_lists import read_uids
from mailsync.stores.imap.visiting import Tour, Visit
from mailsync.stores.imap.wire import Trace
from mailsync.uids import UidSet


def compress(session: Session) -> None:
    """If the server offers it and does not refuse, as one does whose TLS compresses."""
    if session.can("COMPRESS=DEFLATE") and session.run([b"COMPRESS DEFLATE"])[0].kind == b"OK":
        session.wire.deflate()


def open_session(
    settings: ImapSettings, trace: Trace | None = None, wanted: Wanted = always, *, to_list: bool = False
) -> Session:
    """Connected, and signed in if the settings say as whom. Raises Retry or Stop. ``to_list``: the folders come next."""
    session = connect(settings, trace, wanted)
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
    """

    def __init__(self, settings: ImapSettings, *, trace: Trace | None = None, wanted: Wanted = always) -> None:
        self._settings, self._trace, self._wanted = settings, trace, wanted
        self._session: Session | None = None
        self.signed_in = False  # at least once
        self._names: Names | None = None
        self._known: dict[Path, int] = {}  # UIDVALIDITY as the caller was told last
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
        self._known = {folder.path: folder.state.uidvalidity for folder in found if folder.state}
        return found

    def state(self, path: Path) -> FolderState | None:
        with self._speaking() as session:
            state = folder_commands.folder_state(session, self._known_names(session), path)
        self._known[path] = state.uidvalidity if state else 0
        return state

    def uids(self, paths: Iterable[Path]) -> dict[Path, UidSet]:
        with self._speaking() as session:
            names = self._known_names(session)
            return read_uids(session, names, self._known, paths)

    def flags(self, wanted: Iterable[FlagQuery]) -> Iterator[tuple[Path, int, frozenset[str]]]:
        with self._speaking() as session:
            yield from read_flags(Tour(session, self._known_names(session), self._known), wanted)

    def dates(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[tuple[Path, int, datetime | None]]:
        with self._speaking() as session:
            yield from read_dates(Tour(session, self._known_names(session), self._known), wanted)

    def read(self, wanted: Iterable[tuple[Path, UidSet]]) -> Iterator[Message]:
        with self._speaking() as session:
            reader = Reader(session, self._known_names(session), self._known, self._reconnected)
            try:
                yield from reader.messages(wanted)
            finally:
                self._keep_if(reader.done)

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
        with self._speaking() as session:
            tour = Tour(session, self._known_names(session), {}, b"SELECT").through(map(Visit, paths))
            opened = {visit.path: visit.opened for visit, told in tour if told is None}
        self._destinations.learn(opened)
        self._known |= {path: folder.uidvalidity for path, folder in opened.items()}
        return {path: FolderState(o.uidvalidity, o.uidnext, o.messages) for path, o in opened.items()}

    def append(self, messages: Iterable[tuple[Path, Message]]) -> Iterator[Outcome]:
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
            with self._speaking() as session:
                opened = change_flags(session, self._known_names(session), self._known, by_folder)
            self._destinations.learn(opened)

    def close(self) -> None:
        if self._session:
            self._session.leave()
        self._session = None

    # The connection

    def _connected(self, *, to_list: bool = False) -> Session:
        if self._session is None:
            self._session = open_session(self._settings, self._trace, self._wanted, to_list=to_list)
            self.signed_in = True
        return self._session

    def _reconnected(self) -> Session:
        self._session = None
        return self._connected()

    def _known_names(self, session: Session) -> Names:
        if self._names is None:
            self._names = discover_names(session)
        return self._names

    def _keep_if(self, usable: bool) -> None:
        """A session with answers still to come is of no use to anybody else."""
        if not usable and self._session:
            self._session.wire.close()
            self._session = None

    @contextmanager
    def _speaking(self, *, to_list: bool = False) -> Iterator[Session]:
        """The session; after an error it is closed, for nobody knows what its next answer belongs to."""
        try:
            if self._session and self._session.has_ended():  # servers do so after some idle minutes
                self._keep_if(False)
            yield self._connected(to_list=to_list)
        except BaseException:
            self._keep_if(False)
            raise


def _append_limit(session: Session) -> int | None:
    """``APPENDLIMIT=35651584`` (RFC 7889)."""
    limits = [name.partition("=")[2] for name in session.capabilities if name.startswith("APPENDLIMIT=")]
    return number(limits[0].encode()) or None if limits else None
