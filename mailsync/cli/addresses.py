"""Mailboxes as addresses: ``imap://USER@HOST:PORT``, ``imaps://`` for TLS, ``imap+starttls://`` for STARTTLS."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from mailsync.cli.usage import UsageError

SCHEMES = {"imap": ("none", 143), "imaps": ("tls", 993), "imap+starttls": ("starttls", 143)}  # security, usual port


class Address(NamedTuple):
    """``user`` is empty where the address is only that of a server."""

    scheme: str
    host: str
    port: int
    user: str = ""

    def __str__(self) -> str:
        user = f"{quote(self.user, safe='@*')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{user}{host}:{self.port}"

    @property
    def security(self) -> str:
        return SCHEMES[self.scheme][0]

    def of_user(self, user: str) -> Address:
        return Address(self.scheme, self.host, self.port, user)


def parse_address(text: str, *, with_user: bool) -> Address:
    """Raises UsageError. An ``@`` in the user name may be written as it is; other unusual characters as ``%40``."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{text} is not an address: {error}.") from error
    if (
        parts.scheme not in SCHEMES
        or not parts.hostname
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise UsageError(
            f"{text} is not an address. Write {'|'.join(SCHEMES)}://{'USER@' if with_user else ''}HOST:PORT."
        )
    if parts.password is not None:
        raise UsageError("Never write a password into an address: others can read the command line.")
    if bool(parts.username) is not with_user:
        raise UsageError(f"{text} {'lacks a user name' if with_user else 'must not have a user name'}.")
    return Address(parts.scheme, parts.hostname, port or SCHEMES[parts.scheme][1], unquote(parts.username or ""))
