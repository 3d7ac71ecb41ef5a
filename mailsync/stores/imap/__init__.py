"""IMAP4rev1 (RFC 3501) and those of its extensions that save round trips."""

from mailsync.stores.imap.settings import ImapSettings, Login, Mechanism, Security, Trust
from mailsync.stores.imap.store import ImapStore

__all__ = ["ImapSettings", "ImapStore", "Login", "Mechanism", "Security", "Trust"]
