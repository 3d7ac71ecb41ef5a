"""What can go wrong, said so that a caller knows whether trying again can help.

Every error carries ``side`` ("source" or "target", filled in by the sync), ``code`` (a stable word that a user interface
translates) and ``words``: what the server or the operating system said, verbatim. No error ever carries a secret.
"""

from __future__ import annotations


class MailsyncError(Exception):
    """Base of all errors of the engine."""

    def __init__(self, code: str, words: str = "", *, side: str = "") -> None:
        super().__init__(code, words)
        self.code = code
        self.words = words
        self.side = side

    def __str__(self) -> str:
        place = f"{self.side}: " if self.side else ""
        return f"{place}{self.code}: {self.words}" if self.words else f"{place}{self.code}"


class Retry(MailsyncError):
    """It may well work later: the line broke, the server is busy or asked for patience.

    ``after`` is the number of seconds the server asked for, or None where the caller may choose.
    Codes: connection_refused, unknown_host, timeout, hung_up, throttled, unavailable, protocol_error, too_many_connections.
    """

    def __init__(self, code: str, words: str = "", *, side: str = "", after: float | None = None) -> None:
        super().__init__(code, words, side=side)
        self.after = after


class Reject(MailsyncError):
    """One item can not be copied; the mailbox goes on without it. Codes: refused, too_large, unreadable."""


class Stop(MailsyncError):
    """Trying again by itself would not help, or would do harm (a locked account): a person has to act.

    Codes: sign_in_failed, over_quota, mailbox_missing, permission_denied, certificate_untrusted, certificate_expired,
    certificate_name, tls_failed, plaintext_refused, no_mechanism, not_imap, folder_refused.
    """


class SignInFailed(Stop):
    """The server refused the credentials. Never repeated without a person's word: accounts lock."""

    def __init__(self, words: str = "", *, side: str = "") -> None:
        super().__init__("sign_in_failed", words, side=side)
