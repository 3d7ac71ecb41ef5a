"""An APPEND command: how a message is best sent, which messages share a command, and what its answer says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from mailsync.model import Appended, Message, Outcome, Path, Refused
from mailsync.stores.imap.responses import Response, append_refusal
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.tokens import number

BATCH_MESSAGES = 100
BATCH_OCTETS = 8 * 1024 * 1024
LITERAL_MINUS = 4096  # octets that may be sent unasked with LITERAL- (RFC 7888 section 5)
USUAL_KEYWORD = 50  # characters; Dovecot takes no more


class Way(Enum):
    MULTI = "many messages a command"
    SINGLE = "one message a command"
    ALONE = "one message a command, on demand"


def choose_way(session: Session, message: Message, *, careful: bool) -> Way:
    if careful or not _goes_unasked(session, message.size) or _is_unusual(message):
        return Way.ALONE
    return Way.MULTI if session.can("MULTIAPPEND") else Way.SINGLE


def _goes_unasked(session: Session, size: int) -> bool:
    if session.can("LITERAL+"):
        return size <= BATCH_OCTETS
    return size <= LITERAL_MINUS and session.can("LITERAL-", "IMAP4REV2")


def _is_unusual(message: Message) -> bool:
    """What servers may refuse. An empty message moreover ends a MULTIAPPEND (RFC 3502 section 6.3.11)."""
    return not message.size or any(len(flag) > USUAL_KEYWORD for flag in message.flags)


@dataclass(slots=True)
class Command:
    """An APPEND of one or many messages of one source folder."""

    tag: bytes
    target: Path
    source: Path
    uids: list[int] = field(default_factory=list)
    octets: int = 0
    outcome: Outcome | None = None

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


def answered(command: Command, response: Response) -> Outcome:
    if response.kind != b"OK":
        return refused(command, response)
    uidvalidity, uids = _appenduid(response, len(command.uids))
    return Appended(command.source, command.target, tuple(command.uids), command.octets, uidvalidity, uids)


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
        uids += range(number(first), number(last or first) + 1)
        if len(uids) > count:
            break
    return number(uidvalidity), tuple(uids) if len(uids) == count and all(uids) else None
