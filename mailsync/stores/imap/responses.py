"""One response of a server, and what its refusals mean."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailsync.errors import MailsyncError, Retry, SignInFailed, Stop
from mailsync.stores.imap.tokens import Token, tokenize

_HEAD = re.compile(rb"(\S+)(?: (\d{1,19})(?= |\Z))? ?(\[?[A-Za-z0-9-]*)(.*)\Z", re.DOTALL)
_CODE = re.compile(rb"\s*\[([^\s\]]+)(?: ([^\]]*))?\]")


class Response(NamedTuple):
    """``tag`` is ``*``, ``+`` or a command's; ``kind`` the word after it, upper case; ``number`` that of ``* 12 EXISTS``.

    ``parts`` is the rest: text and literals in turn.
    """

    tag: bytes
    kind: bytes
    number: int
    parts: list[bytes]

    @classmethod
    def of(cls, parts: list[bytes]) -> Response:
        """From a whole response, its lines without their ends."""
        match = _HEAD.match(parts[0])
        if match is None:
            raise Retry("protocol_error", readable(parts[0]))
        tag, number, kind, rest = match.groups()
        if kind.startswith(b"[") or tag == b"+":
            kind, rest = b"", kind + rest
        return cls(tag, kind.upper(), int(number or 0), [rest, *parts[1:]])

    def tokens(self) -> list[Token]:
        return tokenize(self.parts)

    def first(self, count: int) -> list[Token]:
        """So many tokens; an empty list stands for each that has not come."""
        return (self.tokens() + [[]] * count)[:count]

    @property
    def code(self) -> tuple[str, bytes]:
        """The bracketed code and its arguments (RFC 3501 7.1, RFC 5530): ``("APPENDUID", b"38505 3955")``, or ``("", b"")``."""
        match = _CODE.match(self.parts[0])
        return (match[1].decode("ascii", "replace").upper(), match[2] or b"") if match else ("", b"")

    @property
    def words(self) -> str:
        """What the server said, verbatim, without tag."""
        return readable(self.kind + b"".join(self.parts))


def readable(line: bytes) -> str:
    """Server text for a person: UTF-8 if it is, else the odd octets escaped; control characters escaped; at most 1,000."""
    text = line.strip()[:1000].decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


# Compiled when a server first refuses something, which most never do.
_QUOTA = r"(?i)quota|mailbox (is )?full|out of (disk )?space|no space left"
_SIZE = (
    r"(?i)too (large|big)|message (is )?too long|max\w* (message |allowed )?size|size (limit|exceed)|exceed\w* .*size"
)
_MISSING = r"(?i)n[o']t exist|no such (mailbox|folder)|unknown (mailbox|folder)|not found|unexistent"
_EXISTS = r"(?i)already exist|exists already|duplicate (mailbox|folder)"
_DENIED = r"(?i)permission|access denied|not (allowed|authori[sz]ed|permitted)"


def temporary(response: Response) -> Retry | None:
    """The error to raise if this refusal will pass by itself, None if it will not."""
    from mailsync.stores.imap.complaints import complaint  # slow to import; most servers never refuse anything

    return complaint(response.code[0], response.words)


def farewell(response: Response) -> MailsyncError:
    """Why the server ends the connection with ``BYE``."""
    from mailsync.stores.imap.complaints import is_about_credentials

    if is_about_credentials(response.code[0], response.words):
        return SignInFailed(response.words)
    return temporary(response) or Retry("hung_up", response.words)


_NOT_CONNECTED = r"(?i)authenticated but not connected"


def is_let_in_nowhere(response: Response) -> bool:
    """Exchange accepts a sign-in without looking at the mailbox. Whether the password was wrong, rights are missing, IMAP is
    off or there is no mailbox, it says at a later command, in these words."""
    return response.kind in (b"NO", b"BAD") and bool(re.search(_NOT_CONNECTED, response.words))


def is_missing(response: Response) -> bool:
    """The folder is not there (any more)."""
    code = response.code[0]
    return code in {"NONEXISTENT", "TRYCREATE"} or (not code and bool(re.search(_MISSING, response.words)))


def already_exists(response: Response) -> bool:
    return response.code[0] == "ALREADYEXISTS" or bool(re.search(_EXISTS, response.words))


def refusal(response: Response) -> MailsyncError:
    """The error for a command that has to work: ``NO`` or ``BAD``."""
    words, (code, _) = response.words, response.code
    passing = temporary(response)
    if passing:
        return passing
    if code == "OVERQUOTA" or re.search(_QUOTA, words):
        return Stop("over_quota", words)
    if is_missing(response):
        return Stop("mailbox_missing", words)
    if code in {"NOPERM", "ACL", "AUTHORIZATIONFAILED"} or re.search(_DENIED, words):
        return Stop("permission_denied", words)
    return Retry("protocol_error" if response.kind == b"BAD" else "unavailable", words)


def sign_in_refusal(response: Response) -> MailsyncError:
    """Anything that is not plainly the server's own trouble counts as refused: accounts lock."""
    from mailsync.stores.imap.complaints import is_about_credentials

    words, (code, _) = response.words, response.code
    if code == "PRIVACYREQUIRED":
        return Stop("plaintext_refused", words)
    if is_about_credentials(code, words):
        return SignInFailed(words)
    if passing := temporary(response):
        return passing
    # Elsewhere this code says that a message or a name is beyond the server.
    return Retry("too_many_connections", words) if code == "LIMIT" else SignInFailed(words)


def append_refusal(response: Response) -> str:
    """The code of a :class:`~mailsync.model.Refused`."""
    words, (code, _) = response.words, response.code
    if code in {"TOOBIG", "LIMIT"} or (code != "OVERQUOTA" and re.search(_SIZE, words)):
        return "too_large"
    if code == "OVERQUOTA" or re.search(_QUOTA, words):
        return "over_quota"
    return "folder_missing" if is_missing(response) else "refused"
