"""Where an IMAP server is, how to trust it and how to sign in."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Security(StrEnum):
    TLS = "tls"  # from the first octet on (RFC 8314)
    STARTTLS = "starttls"
    NONE = "none"


class Trust(StrEnum):
    """What makes the server's certificate good."""

    SYSTEM = "system"  # signed by an authority this machine trusts, for this host name
    CA = "ca"  # signed by the given authority, for this host name
    PINNED = "pinned"  # it is exactly the given certificate, whatever it says


class Mechanism(StrEnum):
    AUTO = "auto"  # SASL PLAIN where the server offers it, LOGIN elsewhere
    PLAIN = "plain"
    LOGIN = "login"


class Login(NamedTuple):
    """Who signs in. ``authorization_id`` names the mailbox to open if it is another than the user's (RFC 4616)."""

    user: str
    password: str
    authorization_id: str = ""
    mechanism: str = Mechanism.AUTO

    def __repr__(self) -> str:
        """Without the password, for it might end up in a log."""
        return f"Login({self.user!r}, ..., {self.authorization_id!r}, {self.mechanism!r})"


class ImapSettings(NamedTuple):
    """All that is needed to open one mailbox. Times in seconds.

    ``ca_pem``: the authorities' certificates, for ``trust="ca"``. ``pin``: SHA-256 of the server's own certificate (DER), in
    hexadecimal, colons allowed, for ``trust="pinned"``. ``login`` is None for a probe that does not sign in.
    """

    host: str
    port: int
    login: Login | None = None
    security: str = Security.TLS
    trust: str = Trust.SYSTEM
    ca_pem: str = ""
    pin: str = ""
    compress: bool = False  # where the server can (RFC 4978); pays on lines below some 100 Mbit/s
    connect_timeout: float = 15.0  # Exchange's own figure for a server that does not answer
    read_timeout: float = 300.0
