"""What servers say when it is too much for them, in the words that real ones use."""

from __future__ import annotations

import re

from mailsync.errors import Retry

# Nobody waits longer than a day because of one line, and nobody asks again at once because of a zero.
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 86_400.0

_SECONDS = {"mi": 60.0, "m": 60.0, "se": 1.0, "s": 1.0, "ho": 3600.0, "h": 3600.0, "ms": 0.001, "milli": 0.001}
# Exchange Online: "Suggested Backoff Time: 299961 milliseconds". Others: "try again in 5 minutes", "retry after 30 seconds".
_HINT = re.compile(
    r"(?:back.?off time:?|(?:try again|retry|wait)(?: \w+)? (?:in|after|for)|please wait) (?:at least )?"
    r"(\d{1,12}) ?(?:(milli)seconds?|(ms)|(se)c(?:ond)?s?|(s)|(mi)n(?:ute)?s?|(m)|(ho)urs?|(h))\b",
    re.IGNORECASE,
)
_THROTTLED = re.compile(
    r"throttl|back.?off|rate limit|rate exceeded|bandwidth limit|command limit|"
    r"too (fast|frequent|many (?!invalid|bad|unknown)(\w+ ){0,2}(commands|requests|operations))",
    re.IGNORECASE,
)
_CONNECTIONS = re.compile(
    r"(too many|maximum( number of)?|simultaneous|concurrent|number of|limit of)( [\w+/-]+){0,3}? "
    r"(connections?|sessions?|logins|clients)\b|"
    r"(connections?|sessions?)( [\w+/-]+)? (limit|exceed|full)|connection queue full",
    re.IGNORECASE,
)
_UNAVAILABLE = re.compile(
    r"temporar|try (again )?later|(server|service|system|backend|mailbox) (is )?(too )?(unavailable|busy|locked|in use)|"
    r"internal (server )?error|server error|not responding|timeout while|timed out",
    re.IGNORECASE,
)
_FULL = re.compile(r"quota|mailbox (is )?full", re.IGNORECASE)
# An account that is about to be locked, or is. To go on asking makes it worse, whatever else the line says.
_LOCKED = re.compile(
    r"(account|user|login|log-in|sign-?in|authentication|password|access)\b.{0,40}"
    r"\b(locked|blocked|disabled|suspended|expired|denied|banned)|"
    r"too many (\w+ ){0,3}(failures|attempts)|(failed|invalid|wrong) (logins?|log-in|sign-?in|authentication|password)",
    re.IGNORECASE,
)

_SIGN_IN_CODES = frozenset({"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED"})
_PASSING_CODES = frozenset({"UNAVAILABLE", "INUSE", "SERVERBUG"})
# These say exactly what is wrong (RFC 3501 7.1, RFC 5530): words beside them, a folder's name for one, are not looked at.
_EXACT_CODES = _SIGN_IN_CODES | {
    "ALREADYEXISTS",
    "BADCHARSET",
    "CANNOT",
    "CLIENTBUG",
    "CONTACTADMIN",
    "EXPUNGEISSUED",
    "NONEXISTENT",
    "NOPERM",
    "PRIVACYREQUIRED",
    "TOOBIG",
    "TRYCREATE",
    "UNKNOWN-CTE",
}


def complaint(code: str, words: str) -> Retry | None:
    """The error to raise if a refusal will pass by itself, None if it will not. ``code`` is the bracketed one, upper case."""
    if code in _EXACT_CODES:
        return None
    if hint := _HINT.search(words):
        return Retry("throttled", words, after=_seconds(hint))
    if _CONNECTIONS.search(words):
        return Retry("too_many_connections", words)
    # Gmail says so of its bandwidth with the code of a full mailbox.
    if code == "THROTTLED" or _THROTTLED.search(words):
        return Retry("throttled", words)
    if code in _PASSING_CODES or (_UNAVAILABLE.search(words) and code != "OVERQUOTA" and not _FULL.search(words)):
        return Retry("unavailable", words)
    return None


def is_about_credentials(code: str, words: str) -> bool:
    """Whether the server refuses the account or is about to lock it, however it says so."""
    return code in _SIGN_IN_CODES or (code != "INUSE" and bool(_LOCKED.search(words)))


def _seconds(hint: re.Match[str]) -> float:
    number, unit = filter(None, hint.groups())
    return min(max(float(number) * _SECONDS[unit.lower()], SHORTEST_WAIT), LONGEST_WAIT)
