"""A mail server with the manners of those that can not be run here.

What a test writes down is said word for word; all else is as RFC 3501 has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from mailsync.stores.imap import ImapStore
from mailsync.uids import UidSet
from tests.mailsync.stores.scripted import Conversation, ScriptedServer

PLAIN = b"IMAP4rev1 SASL-IR AUTH=PLAIN"
EXCHANGE_2010 = b"IMAP4 IMAP4rev1 AUTH=NTLM AUTH=GSSAPI AUTH=PLAIN UIDPLUS CHILDREN IDLE NAMESPACE LITERAL+"
EXCHANGE_ONLINE = (
    b"IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
)
GMAIL = (
    b"IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE"
    b" ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584 AUTH=PLAIN SASL-IR"
)
CONNECTIONS = 40  # more than any test makes, one after another
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\Z")
_NAME = re.compile(rb'"((?:[^"\\]|\\.)*)"')


@dataclass
class Letter:
    """``date`` as it stands after INTERNALDATE. ``told``, if given, is what is said of it the first ``times`` times that its
    body is asked for."""

    body: bytes
    flags: bytes = b""
    date: bytes = b'"01-Jun-2009 12:00:00 +0000"'
    told: bytes | None = None
    times: int = 1_000


@dataclass
class Box:
    letters: dict[int, Letter] = field(default_factory=dict)
    uidvalidity: int = 7
    keeps: bytes = b"\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*"  # PERMANENTFLAGS
    attributes: bytes = b""
    mailbox_id: bytes = b""
    modseq: int = 1

    @property
    def uidnext(self) -> int:
        return max(self.letters, default=0) + 1


class Host:
    """``boxes`` by what stands between the quotes of their names. ``commands``: all lines that were heard, without tags;
    ``sessions``: the same, by connection."""

    def __init__(self, capabilities: bytes = PLAIN, *letters: bytes | Letter) -> None:
        self.capabilities = capabilities
        self.inbox = Box({uid: x if isinstance(x, Letter) else Letter(x) for uid, x in enumerate(letters, 1)})
        self.boxes: dict[bytes, Box] = {b"INBOX": self.inbox}
        self.commands: list[bytes] = []
        self.sessions: list[list[bytes]] = []
        self.refuses: dict[bytes, bytes] = {}  # part of a body -> what APPEND is answered then
        self.greeting = b""
        self.ill: set[int] = set()  # UIDs at which a FETCH breaks off
        self.most_errors = 1_000  # so many in a session, and it is ended
        self.has_said_it = Event()  # something that ``say_instead`` was told
        self._errors = 0
        self._instead: list[tuple[re.Pattern[bytes], tuple[bytes, ...]]] = []
        self._box = self.inbox

    def say_instead(self, command: bytes, *lines: bytes, times: int = 1) -> None:
        """To the next ``times`` commands that begin like this (a regular expression), with TAG filled in; or HANG UP."""
        self._instead += [(re.compile(command), lines)] * times

    def heard(self, word: bytes) -> list[bytes]:
        return [line for line in self.commands if line.startswith(word)]

    # The conversation

    def __call__(self, server: Conversation) -> None:
        self.sessions.append([])
        self._errors = 0
        server.say(self.greeting or b"* OK [CAPABILITY %s] ready" % self.capabilities)
        while True:
            tag, line = server.hear()
            self.commands.append(line)
            self.sessions[-1].append(line)
            scripted = next((one for one in self._instead if one[0].match(line)), None)
            if scripted:
                self._instead.remove(scripted)
                self._say(server, tag, scripted[1])
                self.has_said_it.set()
                self._count_error(server, scripted[1][-1].removeprefix(b"TAG "))
            else:
                self._answer(server, tag, line)

    def _say(self, server: Conversation, tag: bytes, lines: tuple[bytes, ...]) -> None:
        for line in lines:
            if line == b"HANG UP":
                server.hang_up()
                self.has_said_it.set()
                raise ConnectionResetError
            server.say(re.sub(rb"\ATAG ", tag + b" ", line))

    def _answer(self, server: Conversation, tag: bytes, line: bytes) -> None:
        word = line.removeprefix(b"UID ").split(b" ")[0].lower().decode()
        act: Callable[[Conversation, bytes], bytes] = getattr(self, f"_do_{word}", lambda *_: b"OK done")
        answer = act(server, line)
        if answer.startswith(b"*"):
            self._say(server, tag, (answer, b"HANG UP"))
        server.say(tag + b" " + answer)
        self._count_error(server, answer)

    def _count_error(self, server: Conversation, answer: bytes) -> None:
        self._errors += answer.startswith((b"NO", b"BAD"))
        if self._errors >= self.most_errors:
            self._say(server, b"*", (b"* BYE Connection is closed. 13", b"HANG UP"))

    def _do_authenticate(self, _: Conversation, __: bytes) -> bytes:
        return b"OK [CAPABILITY %s] welcome" % self.capabilities

    def _do_list(self, server: Conversation, line: bytes) -> bytes:
        if line.endswith(b'""'):
            server.say(b'* LIST (\\Noselect) "/" ""')
            return b"OK done"
        for name, box in self.boxes.items():
            server.say(b'* LIST (%s) "/" "%s"' % (box.attributes, name))
            if b"STATUS" in line:
                self._status(server, name, line.partition(b"STATUS (")[2])
        return b"OK done"

    def _do_status(self, server: Conversation, line: bytes) -> bytes:
        name = _name(line)
        if name not in self.boxes:
            return b"NO [NONEXISTENT] no such mailbox"
        self._status(server, name, line.rpartition(b"(")[2])
        return b"OK done"

    def _status(self, server: Conversation, name: bytes, items: bytes) -> None:
        box = self.boxes[name]
        told = b"MESSAGES %d UIDNEXT %d UIDVALIDITY %d" % (len(box.letters), box.uidnext, box.uidvalidity)
        if b"HIGHESTMODSEQ" in items:
            told += b" HIGHESTMODSEQ %d" % box.modseq
        if b"MAILBOXID" in items:
            told += b" MAILBOXID (%s)" % box.mailbox_id
        server.say(b'* STATUS "%s" (%s)' % (name, told))

    def _do_examine(self, server: Conversation, line: bytes) -> bytes:
        if (name := _name(line)) not in self.boxes:
            return b"NO [NONEXISTENT] no such mailbox"
        self._box = self.boxes[name]
        server.say(
            b"* FLAGS (%s)" % self._box.keeps.replace(b" \\*", b""),
            b"* OK [PERMANENTFLAGS (%s)] kept" % self._box.keeps,
            b"* %d EXISTS" % len(self._box.letters),
            b"* OK [UIDVALIDITY %d] valid" % self._box.uidvalidity,
            b"* OK [UIDNEXT %d] next" % self._box.uidnext,
        )
        return b"OK [READ-ONLY] done"

    _do_select = _do_examine

    def _do_search(self, server: Conversation, line: bytes) -> bytes:
        uids = UidSet(self._box.letters)
        if b"RETURN" in line:
            server.say(b"* ESEARCH UID ALL %s" % str(uids).encode() if uids else b"* ESEARCH UID")
        else:
            server.say(b"* SEARCH %s" % b" ".join(b"%d" % uid for uid in uids))
        return b"OK done"

    def _do_fetch(self, server: Conversation, line: bytes) -> bytes:
        wanted = line.removeprefix(b"UID ").split(b" ")[1].replace(b"*", b"4294967295").decode()
        for number, (uid, letter) in enumerate(sorted(self._box.letters.items()), 1):
            if (uid if line.startswith(b"UID ") else number) in UidSet.parse(wanted):
                if uid in self.ill and b"BODY" in line:
                    return b"BAD Command Error. 12"
                self._fetch(server, number, uid, letter, line.rpartition(b"(")[2])
        return b"OK done"

    def _fetch(self, server: Conversation, number: int, uid: int, letter: Letter, items: bytes) -> None:
        if letter.told is not None and b"BODY" in items and letter.times:
            letter.times -= 1
            server.say_raw(letter.told)
            return
        told = b"UID %d FLAGS (%s)" % (uid, letter.flags)
        if b"INTERNALDATE" in items:
            told += b" INTERNALDATE %s" % letter.date
        if b"BODY" in items:
            told += b" BODY[] {%d}\r\n%s" % (len(letter.body), letter.body)
        server.say(b"* %d FETCH (%s)" % (number, told))

    def _do_create(self, _: Conversation, line: bytes) -> bytes:
        self.boxes.setdefault(_name(line), Box(uidvalidity=len(self.boxes) + 7))
        return b"OK done"

    def _do_append(self, server: Conversation, line: bytes) -> bytes:
        literal = _LITERAL.search(line)
        assert literal, line
        if not literal[2]:
            server.say(b"+ go on")
        body = server.take(size := int(literal[1]))
        if len(body) < size:
            raise ConnectionResetError  # the client has left in the middle
        assert server.hear_rest() == b""
        box = self.boxes.get(_name(line))
        if box is None:
            return b"NO [TRYCREATE] no such mailbox"
        if reason := next((words for part, words in self.refuses.items() if part in body), None):
            return reason
        flags, date = re.findall(rb' \(([^)]*)\)(?: ("[^"]*"))? \{', line)[0]
        uid = box.uidnext
        box.letters[uid] = Letter(body, flags, date or b'"01-Jan-2026 00:00:00 +0000"')
        if b"UIDPLUS" in self.capabilities:
            return b"OK [APPENDUID %d %d] stored" % (box.uidvalidity, uid)
        return b"OK stored"


def _name(line: bytes) -> bytes:
    match = _NAME.search(line)
    assert match, line
    return match[1]


@contextmanager
def serving(host: Host) -> Iterator[ImapStore]:
    """A store that reads from or writes to this server."""
    with ScriptedServer(*[host] * CONNECTIONS) as server:
        store = server.store()
        try:
            yield store
        finally:
            store.close()
