"""Endpoints that speak IMAP (RFC 3501)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from endpoints.models import ConnectionSettings, SignIn
from endpoints.sign_in import authorization_id, login_name
from mailsync.store import Store
from mailsync.stores.imap.settings import ImapSettings, Login

ANSWER_SECONDS = 15.0  # for each answer during a test, as long as connecting gets


def open_store(
    settings: ConnectionSettings, *, user: str, password: str, trace: Callable[[str, bytes], None] | None = None
) -> Store:
    """The mailbox of ``user``, not connected yet."""
    from mailsync.stores.imap.store import ImapStore

    return ImapStore(_imap_settings(settings, _login(settings, user, password)), trace=trace)


def _login(settings: ConnectionSettings, user: str, password: str) -> Login:
    own = settings.sign_in == SignIn.USER
    return Login(
        user=login_name(settings, user),
        password=password if own else settings.admin_password,
        authorization_id=authorization_id(settings, user),
    )


def _imap_settings(settings: ConnectionSettings, login: Login | None, **times: float) -> ImapSettings:
    return ImapSettings(
        host=settings.server,
        port=settings.port,
        login=login,
        security=settings.security,
        trust=settings.trust,
        ca_pem=settings.ca_pem,
        pin=settings.pinned_sha256,
        **times,
    )


def check(settings: ConnectionSettings) -> dict[str, Any]:
    return {}


def shown_certificate(settings: ConnectionSettings) -> dict[str, Any]:
    return {}
