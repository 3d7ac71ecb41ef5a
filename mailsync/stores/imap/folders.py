"""Folders: LIST, STATUS and CREATE."""

from __future__ import annotations

import re
from collections.abc import Set

from mailsync.errors import Retry, Stop
from mailsync.model import INBOX, Folder, FolderState, Path
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.namespaces import ask_for_namespaces, note_namespaces
from mailsync.stores.imap.responses import Response, already_exists, is_missing, refusal, temporary
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.tokens import Token, is_nil, number, pairs

# RFC 6154 section 2; written as there, whatever case a server prefers.
_SPECIAL_USES = {
    use.lower().encode(): use for use in ("\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash")
}
_NO_MAIL = {b"\\noselect", b"\\nonexistent"}
MOST_FOLDERS = 50_000  # of one mailbox; the largest known have some thousands
_NOT_TOLD = FolderState(0, 0, 0)


# What Dovecot announces after the sign-in, as far as the first question depends on it.
_DOVECOT = frozenset({"NAMESPACE", "SPECIAL-USE", "LIST-EXTENDED", "LIST-STATUS", "CONDSTORE", "STATUS=SIZE"})


def condstore(capabilities: Set[str]) -> bool:
    """QRESYNC implies it (RFC 7162 section 3.2.3)."""
    return not capabilities.isdisjoint({"CONDSTORE", "QRESYNC"})


def _status_items(capabilities: Set[str]) -> bytes:
    items = b"MESSAGES UIDNEXT UIDVALIDITY"
    if condstore(capabilities):
        items += b" HIGHESTMODSEQ"
    if "STATUS=SIZE" in capabilities:
        items += b" SIZE"
    # Cyrus, which announces X-REPLICATION, tells stray memory as MAILBOXID (3.6.1), parentheses and all, if asked for more.
    if "OBJECTID" in capabilities and "X-REPLICATION" not in capabilities:
        items += b" MAILBOXID"
    return b"(%s)" % items


_NUMBERS = (b"UIDVALIDITY", b"UIDNEXT", b"MESSAGES", b"HIGHESTMODSEQ", b"SIZE")
# Nothing but numbers, as most servers answer: a mailbox may have hundreds of folders, and mostly this is all that is asked.
_USUAL_STATUS = re.compile(rb' *(?:"([^"\\]+)"|([^\s"\\(){}%*]+)) \(([A-Z]+ \d{1,19}(?: [A-Z]+ \d{1,19})*) ?\)\Z')


def _usual_state(numbers: bytes) -> FolderState:
    words = numbers.split()
    told = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    uidvalidity, uidnext, messages, highestmodseq, size = (told.get(key, 0) for key in _NUMBERS)
    return FolderState(uidvalidity, uidnext, messages, highestmodseq, size)


def _state(items: Token) -> FolderState:
    told = pairs(items)
    uidvalidity, uidnext, messages, highestmodseq, size = (number(told.get(key)) for key in _NUMBERS)
    mailbox_id = _mailbox_id(told.get(b"MAILBOXID"))
    return FolderState(uidvalidity, uidnext, messages, highestmodseq, size, mailbox_id)


def _mailbox_id(token: Token | None) -> str:
    """``(F2212ea87-6097-4256-9d51-71338625)``"""
    (word,) = token if isinstance(token, list) and len(token) == 1 else (b"",)
    return word.decode("latin-1") if isinstance(word, bytes) else ""


# LIST and STATUS


class _Folders:
    """What LIST and STATUS have said so far."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.folders: dict[Path, Folder] = {}
        self.states: dict[bytes, FolderState] = {}

    def take(self, response: Response) -> None:
        if max(len(self.folders), len(self.states)) >= MOST_FOLDERS:
            raise Retry("protocol_error", f"the server lists more than {MOST_FOLDERS:,} folders")
        note_namespaces(self.names, response)
        if response.kind == b"LIST":
            self._list(*response.first(3))
        elif response.kind == b"STATUS":
            self._status(response)

    def _status(self, response: Response) -> None:
        if usual := _USUAL_STATUS.match(response.parts[0]):
            self.states[_key(usual[1] or usual[2])] = _usual_state(usual[3])
            return
        name, items = response.first(2)
        if isinstance(name, bytes):
            self.states[_key(name)] = _state(items)

    def _list(self, attributes: Token, delimiter: Token, name: Token) -> None:
        if not (isinstance(attributes, list) and isinstance(delimiter, bytes) and isinstance(name, bytes)):
            return
        path = self.names.learn(name, b"" if is_nil(delimiter) else delimiter)
        if path is None:
            return
        words = {word.lower() for word in attributes if isinstance(word, bytes)}
        use = next((_SPECIAL_USES[word] for word in words if word in _SPECIAL_USES), "")
        self.folders[path] = Folder(path, use, None if words & _NO_MAIL else _NOT_TOLD)


def _key(name: bytes) -> bytes:
    return b"INBOX" if name.upper() == b"INBOX" else name


def foreseen(session: Session) -> list[bytes]:
    """The commands of :func:`list_folders`, as far as they can be told before the sign-in; none where they must not come
    together with it. Dovecot hands on what comes behind a sign-in; other servers lose it.
    """
    return _listing(_DOVECOT) if "dovecot" in session.greeting.lower() else []


def list_folders(session: Session) -> tuple[Names, list[Folder]]:
    """All personal folders with their states, parents first, the inbox before all; and how their names are written.

    One round trip with LIST-STATUS (RFC 5819), two elsewhere. A folder that is gone by the time its state is asked for is
    left out; one whose state the server refuses to tell has a state of zeros, so that reading it brings the reason to light.
    """
    listing = _Folders(Names())
    session.expect(session.run_foreseen(_listing(session.capabilities), listing.take)[-1])
    _ask_states(session, listing)
    told = (_with_state(folder, listing) for folder in listing.folders.values())
    return listing.names, sorted(told, key=lambda folder: (folder.path != INBOX, folder.path))


def _listing(capabilities: Set[str]) -> list[bytes]:
    options = [b"SPECIAL-USE"] if {"SPECIAL-USE", "LIST-EXTENDED"} <= capabilities else []
    if "LIST-STATUS" in capabilities:
        options.append(b"STATUS " + _status_items(capabilities))
    command = b'LIST "" "*"' + (b" RETURN (%s)" % b" ".join(options) if options else b"")
    return [*ask_for_namespaces(capabilities), command]


def _ask_states(session: Session, listing: _Folders) -> None:
    """STATUS of those folders whose state has not come with the list."""
    paths = [
        path
        for path, folder in listing.folders.items()
        if folder.state and _key(listing.names.raw(path)) not in listing.states
    ]
    items = _status_items(session.capabilities)
    commands = (b"STATUS %s %s" % (listing.names.quoted(path), items) for path in paths)
    for path, answer in zip(paths, session.run(commands, listing.take), strict=True):
        if answer.kind == b"OK":
            continue
        if passing := temporary(answer):
            raise passing
        if is_missing(answer):
            del listing.folders[path]


def _with_state(folder: Folder, listing: _Folders) -> Folder:
    told = listing.states.get(_key(listing.names.raw(folder.path)))
    return folder._replace(state=told) if told and folder.state else folder


def folder_state(session: Session, names: Names, path: Path) -> FolderState | None:
    """None if there is no such folder, or if no message can be in it."""
    listing = _Folders(names)
    answer = session.run([b"STATUS %s %s" % (names.quoted(path), _status_items(session.capabilities))], listing.take)[0]
    if answer.kind == b"OK":
        return next(iter(listing.states.values()), None)
    error = refusal(answer)
    if answer.kind == b"BAD" or temporary(answer) or error.code == "permission_denied":
        raise error
    return None  # servers have many words for a folder that only holds others


# CREATE


def create(session: Session, names: Names, wanted: list[tuple[Path, str]]) -> dict[Path, Stop]:
    """All in one flight; what that does not make is tried alone. Answers Stop("folder_refused") for those refused."""
    lines = [line for path, use in wanted for line in _create_lines(session, names.quoted(path), use)]
    answers = session.run(lines)[::2]
    refused: dict[Path, Stop] = {}
    for (path, use), answer in zip(wanted, answers, strict=True):
        try:
            _insist(session, names, path, use, answer)
        except Stop as error:
            if error.code != "folder_refused":
                raise
            refused[path] = error
    return refused


def _create_lines(session: Session, name: bytes, special_use: str) -> list[bytes]:
    use = _SPECIAL_USES.get(special_use.lower().encode()) if session.can("CREATE-SPECIAL-USE") else None
    return [b"CREATE " + name + (b" (USE (%s))" % use.encode() if use else b""), b"SUBSCRIBE " + name]


def _insist(session: Session, names: Names, path: Path, special_use: str, answer: Response) -> None:
    """Without the special use, then with missing parents. Raises Stop("folder_refused") if the server will not have that name."""
    if answer.kind != b"OK" and special_use and not already_exists(answer):
        answer = _create_one(session, names.quoted(path))
    if answer.kind != b"OK" and len(path) > 1 and not already_exists(answer) and temporary(answer) is None:
        for length in range(1, len(path)):
            _create_one(session, names.quoted(path[:length]))
        answer = _create_one(session, names.quoted(path))
    if answer.kind != b"OK" and not already_exists(answer) and path != INBOX:
        _raise_unless_there(session, names, path, answer)


def _create_one(session: Session, name: bytes) -> Response:
    return session.run(_create_lines(session, name, ""))[0]


def _raise_unless_there(session: Session, names: Names, path: Path, answer: Response) -> None:
    """Servers without RFC 5530 say in their own language that a folder exists already."""
    if passing := temporary(answer):
        raise passing
    if folder_state(session, names, path) is None:
        raise Stop("folder_refused", f"{'/'.join(path)}: {answer.words}")
