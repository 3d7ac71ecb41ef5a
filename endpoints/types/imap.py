"""Endpoints that speak IMAP (RFC 3501)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

from endpoints.certificates import read_der
from endpoints.models import ConnectionSettings, Security, SignIn
from endpoints.sign_in import authorization_id, login_name
from mailsync.errors import MailsyncError
from mailsync.store import Store
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.stores.imap.connect import presented_certificate

ANSWER_SECONDS = 15.0  # for each answer during a test, as long as connecting gets


def open_store(
    settings: ConnectionSettings, *, user: str, password: str, trace: Callable[[str, bytes], None] | None = None
) -> Store:
    """The mailbox of ``user``, not connected yet."""
    return ImapStore(_imap_settings(settings, _login(settings, user, password)), trace=trace)


def _login(settings: ConnectionSettings, user: str, password: str) -> Login:
    own = settings.sign_in == SignIn.USER
    return Login(
        user=login_name(settings, user),
        password=password if own else settings.admin_password,
        authorization_id=authorization_id(settings, user),
    )


def _imap_settings(settings: ConnectionSettings, login: Login | None) -> ImapSettings:
    return ImapSettings(
        host=settings.server,
        port=settings.port,
        login=login,
        security=settings.security,
        trust=settings.trust,
        ca_pem=settings.ca_pem,
        pin=settings.pinned_sha256,
    )


def check(settings: ConnectionSettings) -> dict[str, Any]:
    login = _login(settings, settings.test_mailbox, settings.test_password)
    known = bool(login.user and login.password)
    with closing(ImapStore(_imap_settings(settings, login if known else None))) as store:
        found: dict[str, Any] = {"capabilities": sorted(store.capabilities.names), **shown_certificate(settings)}
        if known:
            states = [folder.state for folder in store.folders()]
            found |= {
                "signed_in_as": login.user,
                "folders": len(states),
                "messages": sum(state.messages for state in states if state),
            }
    return found


def shown_certificate(settings: ConnectionSettings) -> dict[str, Any]:
    if settings.security == Security.NONE:
        return {}
    try:
        der = presented_certificate(_imap_settings(settings, None))
        return {"certificate": read_der(der).to_json()} if der else {}
    except (MailsyncError, ValueError):
        return {}
