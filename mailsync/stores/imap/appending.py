"""An APPEND command: how a message is best sent, which messages share a command, and what its answer says of them."""

from __future__ import annotations

from collections import deque
from enum import Enum
from itertools import chain
from typing import NamedTuple

from mailsync.errors import Reject
from mailsync.model import SYSTEM_FLAGS, Appended, Message, Outcome, Path, Refused
from mailsync.stores.imap.responses import Response, append_refusal
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.tokens import number
from mailsync.stores.imap.wire import Wire

BATCH_MESSAGES = 100
BATCH_OCTETS = 8 * 1024 * 1024
LITERAL_MINUS = 4096  # octets that may be sent unasked with LITERAL- (RFC 7888 section 5)
USUAL_KEYWORD = 50  # characters; Dovecot takes no more


class Way(Enum):
    MULTI = "many messages a command"
    SINGLE = "one message a command"
    ALONE = "one message a command, on demand"

    @property
    def ahead(self) -> int:
        """So many commands may be unanswered when the next is sent."""
        return 4 if self is Way.MULTI else 64

    def may_wait(self, unanswered: int) -> int:
        """How many of these need not be answered before that. Once there are as many single messages as may be, so many answers
        are waited for that the next leave together."""
        return self.ahead // 2 if self is Way.SINGLE and unanswered >= self.ahead else self.ahead


class Ways(NamedTuple):
    """What a server can do: ``unasked`` octets of a body may be sent with the command itself."""

    multi: bool
    unasked: int

    @classmethod
    def of(cls, session: Session, limit: int | None, *, careful: bool) -> Ways:
        unasked = LITERAL_MINUS if session.can("LITERAL-", "IMAP4REV2") else 0
        unasked = BATCH_OCTETS if session.can("LITERAL+") else unasked
        unasked = unasked if limit is None else min(limit, unasked)
        return cls(session.can("MULTIAPPEND"), 0 if careful else unasked)

    def best(self, message: Message) -> Way:
        if message.size > self.unasked or not message.size or is_unusual(message.flags):
            return Way.ALONE  # an empty message moreover would end a MULTIAPPEND (RFC 3502)
        return Way.MULTI if self.multi else Way.SINGLE


def is_unusual(flags: frozenset[str]) -> bool:
    return not flags <= SYSTEM_FLAGS and max(map(len, flags)) > USUAL_KEYWORD


class Command:
    """An APPEND of one or many messages of one source folder."""

    def __init__(self, tag: bytes, target: Path, source: Path) -> None:
        self.tag, self.target, self.source = tag, target, source
        self.uids: list[int] = []
        self.rendered: dict[frozenset[str], bytes | None] = {}  # flags of those before, as they were sent
        self.octets = 0
        self.to_flag: list[int] = []  # indexes of the messages that get \Flagged afterwards
        self.stored: Appended | None = None  # all but that is done
        self.outcome: Outcome | None = None
        self.invited = False  # the server has asked for the body, so that it can not take it for anything else

    def add(self, message: Message) -> None:
        self.uids.append(message.uid)
        self.octets += message.size

    def has_room(self, target: Path, message: Message) -> bool:
        return (
            len(self.uids) < BATCH_MESSAGES
            and self.octets + message.size <= BATCH_OCTETS
            and self.target == target
            and self.source == message.folder
        )


def write_body(wire: Wire, message: Message) -> None:
    left = message.size
    for chunk in message.chunks:
        left -= len(chunk)
        if left < 0:
            break  # the rest would be taken for a command
        wire.write(chunk)
    if left:
        raise Reject("unreadable", f"message {message.uid} does not have the {message.size} octets that were announced")


def too_large(target: Path, message: Message, limit: int) -> Command:
    """One that is not even tried."""
    command = Command(b"", target, message.folder)
    words = f"the server takes messages of at most {limit} octets (APPENDLIMIT), this one has {message.size}"
    command.outcome = Refused(message.folder, target, (message.uid,), words, "too_large")
    return command


def flags_apart(session: Session) -> bool:
    """Exchange keeps a \\Flagged that comes with a message from Outlook, and shows one that is set later. Without UIDPLUS
    it is not known what to set it on."""
    return "microsoft exchange" in session.greeting.lower() and session.can("UIDPLUS")


def answered(command: Command, response: Response) -> Outcome:
    if response.kind != b"OK":
        return refused(command, response)
    uidvalidity, uids = _appenduid(response, len(command.uids))
    return Appended(command.source, command.target, tuple(command.uids), command.octets, uidvalidity, uids)


def joined(first: Outcome, queue: deque[Command]) -> Outcome:
    """An outcome with those of the commands behind it that say the same of the same folders, which leave the queue: one
    that tells of many messages is less work than many."""
    if not isinstance(first, Appended) or first.target_uids is None:
        return first
    parts = [first]
    while queue and isinstance(after := queue[0].outcome, Appended) and after.target_uids and _is_like(first, after):
        parts.append(after)
        queue.popleft()
    if len(parts) == 1:
        return first
    uids = tuple(chain.from_iterable(part.uids for part in parts))
    places = tuple(chain.from_iterable(part.target_uids or () for part in parts))
    return first._replace(uids=uids, octets=sum(part.octets for part in parts), target_uids=places)


def _is_like(one: Appended, other: Appended) -> bool:
    return one.source == other.source and one.target == other.target and one.uidvalidity == other.uidvalidity


def refused(command: Command, response: Response) -> Refused:
    return Refused(command.source, command.target, tuple(command.uids), response.words, append_refusal(response))


def _appenduid(response: Response, count: int) -> tuple[int, tuple[int, ...] | None]:
    """``[APPENDUID 38505 3955:3957]`` (RFC 4315): one UID a message, in the order they were sent."""
    code, arguments = response.code
    uidvalidity, _, text = arguments.partition(b" ")
    if code != "APPENDUID" or not text:
        return 0, None
    uids: list[int] = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        places = range(number(first), number(last or first) + 1)
        if len(uids) + len(places) > count:
            return 0, None
        uids += places
    return number(uidvalidity), tuple(uids) if len(uids) == count and all(uids) else None
