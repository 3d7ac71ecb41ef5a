"""Which folders are the user's own, and how their names are put together (RFC 2342)."""

from __future__ import annotations

from collections.abc import Set

from mailsync.stores.imap.names import Names
from mailsync.stores.imap.responses import Response
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.tokens import Token, is_nil


def discover_names(session: Session) -> Names:
    """The delimiter and the personal namespaces, in one round trip."""
    names = Names()
    session.run(
        [*ask_for_namespaces(session.capabilities), b'LIST "" ""'], lambda response: note_namespaces(names, response)
    )
    return names


def ask_for_namespaces(capabilities: Set[str]) -> list[bytes]:
    return [b"NAMESPACE"] if "NAMESPACE" in capabilities else []


def note_namespaces(names: Names, response: Response) -> None:
    """Take what a NAMESPACE response, or a LIST response where there is no namespace, says of all names."""
    if response.kind == b"NAMESPACE":
        _note_namespaces(names, response.tokens())
    elif response.kind == b"LIST" and not names.told:
        delimiter = response.first(2)[1]
        if isinstance(delimiter, bytes) and not is_nil(delimiter):
            names.delimiter, names.told = delimiter, True


def _note_namespaces(names: Names, tokens: list[Token]) -> None:
    personal, *others = [_prefixes(token) for token in tokens[:3]]
    if personal:
        names.prefix, names.delimiter = personal[0]
        names.personal = tuple(prefix for prefix, _ in personal)
        names.told = True
    names.foreign = tuple(prefix for group in others for prefix, _ in group)


def _prefixes(token: Token) -> list[tuple[bytes, bytes]]:
    """``(("" "/") ("#news." "."))``"""
    spaces = [item[:2] for item in token if isinstance(item, list) and len(item) > 1] if isinstance(token, list) else []
    return [
        (prefix, b"" if is_nil(delimiter) else delimiter)
        for prefix, delimiter in spaces
        if isinstance(prefix, bytes) and isinstance(delimiter, bytes)
    ]
