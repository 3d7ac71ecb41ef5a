"""Mailboxes as addresses: ``imap://USER@HOST:PORT``, ``imaps://`` for TLS, ``imap+starttls://`` for STARTTLS."""

from __future__ import annotations

from typing import NamedTuple

from mailsync.cli.usage import UsageError

SCHEMES = {"imap": ("none", 143), "imaps": ("tls", 993), "imap+starttls": ("starttls", 143)}  # security, usual port


class Address(NamedTuple):
    """``user`` is empty where the address is only that of a server."""

    scheme: str
    host: str
    port: int
    user: str = ""

    def __str__(self) -> str:
        user = f"{encode(self.user, '@*')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{user}{host}:{self.port}"

    @property
    def security(self) -> str:
        return SCHEMES[self.scheme][0]

    @property
    def mailbox(self) -> tuple[str, int, str]:
        """Equal for addresses of the same mailbox: the usual ports are two doors of one server."""
        usual = {port for _, port in SCHEMES.values()}
        return self.host, 0 if self.port in usual else self.port, self.user.lower()

    def of_user(self, user: str) -> Address:
        return Address(self.scheme, self.host, self.port, user)


def encode(text: str, safe: str) -> str:
    """With ``%2F`` and the like for all but letters, digits, ``_.-~`` and what is ``safe``."""
    if text.isascii() and all(character.isalnum() or character in f"_.-~{safe}" for character in text):
        return text
    from urllib.parse import quote  # slow to import, and most names are plain

    return quote(text, safe=safe)


def _decode(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text)


def parse_address(text: str, *, with_user: bool) -> Address:
    """Raises UsageError. An ``@`` in the user name may be written as it is; other unusual characters as ``%40``."""
    scheme, _, rest = text.partition("://")
    user, _, server = rest.removesuffix("/").rpartition("@")
    host, port = _host_and_port(server)
    odd = any(character in "/?#" or character.isspace() for character in user + server)
    is_port = not port or (port.isascii() and port.isdecimal() and int(port) < 65_536)
    if scheme.lower() not in SCHEMES or not host or odd or not is_port:
        raise UsageError(
            f"{text} is not an address. Write {'|'.join(SCHEMES)}://{'USER@' if with_user else ''}HOST:PORT."
        )
    if ":" in user:
        raise UsageError("Never write a password into an address: others can read the command line.")
    if bool(user) is not with_user:
        raise UsageError(f"{text} {'lacks a user name' if with_user else 'must not have a user name'}.")
    scheme = scheme.lower()
    return Address(scheme, host.lower(), int(port or 0) or SCHEMES[scheme][1], _decode(user))


def _host_and_port(server: str) -> tuple[str, str]:
    """``mail.contoso.com:143`` or ``[2001:db8::1]:143``; no host for what is neither."""
    if server.startswith("["):
        host, bracket, rest = server[1:].partition("]")
        return (host, rest[1:]) if bracket and rest[:1] in ("", ":") else ("", "")
    host, _, port = server.partition(":")
    return host, port
