"""IMAP4rev1 (RFC 3501) and those of its extensions that save round trips."""

from typing import TYPE_CHECKING, Any

from mailsync.stores.imap.settings import ImapSettings, Login, Mechanism, Security, Trust

if TYPE_CHECKING:
    from mailsync.stores.imap.store import ImapStore

__all__ = ["ImapSettings", "ImapStore", "Login", "Mechanism", "Security", "Trust"]


def __getattr__(name: str) -> Any:
    """The store is imported by whoever wants one: to read what a command line asks for, the settings are enough."""
    if name == "ImapStore":
        from mailsync.stores.imap.store import ImapStore

        return ImapStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
