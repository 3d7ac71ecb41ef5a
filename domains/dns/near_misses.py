"""Records that are nearly the one that was asked for, and what is wrong with each. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from domains.dns.routes import is_verification, preference_and_host
from domains.dns.tokens import MX_ZONE, PREFIX, mx_host
from domains.dns.verification import Finding

SLIPS = 2
_QUOTES = re.compile(r"[\s\"'`\\“”„‘’«»]")


def in_txt(text: str, token: str, former: Collection[str]) -> Finding | None:
    """What a TXT record other than ``token`` has to do with it; None if nothing."""
    bare = _QUOTES.sub("", text)
    if text == token:
        return None
    if bare == token:
        return Finding.QUOTES_OR_SPACES
    if bare.lower() == token.lower():
        return Finding.WRONG_CASE
    if bare.lower() == token.lower().removeprefix(PREFIX.lower()):
        return Finding.MISSING_PREFIX
    if _number(token) in bare:
        return Finding.CHANGED
    if any(_number(each) in bare for each in former):
        return Finding.FORMER
    if _is_mistyped(bare.lower(), token.lower()):
        return Finding.MISTYPED
    return Finding.FOREIGN if bare.upper().startswith(PREFIX) else None


def _is_mistyped(text: str, token: str) -> bool:
    """Cut off behind half of it, or with two characters more, less or other than it should have. Nobody else's token
    comes so near by chance."""
    if len(text) > len(token) // 2 and token.startswith(text):
        return True
    return abs(len(text) - len(token)) <= SLIPS and _differences(text, token) <= SLIPS


def _differences(one: str, other: str) -> int:
    """Characters to put in, leave out or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        corner, row[0] = row[0], number
        for place, another in enumerate(other, 1):
            corner, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, corner + (letter != another))
    return row[-1]


def in_mx(text: str, token: str, former: Collection[str]) -> Finding | None:
    """The same of an MX record, "32767 ms123.msv1.invalid"."""
    _, host = preference_and_host(text)
    if host == mx_host(token):
        return None
    if _number(token) in host:  # as in ms123.msv1.invalid.contoso.com: a final dot was missing
        return Finding.CHANGED
    if any(_number(each) in host for each in former):
        return Finding.FORMER
    return Finding.LEFTOVER_MX if is_verification(host) or f".{MX_ZONE}." in host else None


def stands_before(records: Collection[str], token: str) -> bool:
    """Whether the verification MX is tried before or with a mail server."""
    parted = [preference_and_host(text) for text in records]
    ours = [number for number, host in parted if host == mx_host(token)]
    mail = [number for number, host in parted if not is_verification(host)]
    return bool(ours and mail) and min(ours) <= max(mail)


def _number(token: str) -> str:
    return re.sub(r"\D", "", token)
