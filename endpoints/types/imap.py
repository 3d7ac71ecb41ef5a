"""Endpoints that speak IMAP (RFC 3501)."""

from __future__ import annotations

from collections.abc import Callable
from ssl import SSLSocket
from typing import Any

from endpoints.certificates import read_der
from endpoints.models import ConnectionSettings, Security, SignIn
from endpoints.sign_in import authorization_id, login_name
from mailsync.errors import MailsyncError
from mailsync.model import INBOX
from mailsync.store import Store
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.stores.imap.folders import list_folders
from mailsync.stores.imap.opening import examine
from mailsync.stores.imap.securing import presented_certificate
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.store import open_session
from mailsync.stores.imap.tls import der_of


def open_store(
    settings: ConnectionSettings,
    *,
    user: str,
    password: str,
    trace: Callable[[str, bytes], None] | None = None,
    wanted: Callable[[], bool] = lambda: True,
) -> Store:
    """The mailbox of ``user``, not connected yet."""
    return ImapStore(_imap_settings(settings, _login(settings, user, password)), trace=trace, wanted=wanted)


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
        compress=settings.compress,
    )


def check(settings: ConnectionSettings) -> dict[str, Any]:
    """Sign in to the test mailbox if its password, or an administrator's, is known, and look at what is in it."""
    login = _login(settings, settings.test_mailbox, settings.test_password)
    known = bool(login.user and login.password)
    session = open_session(_imap_settings(settings, login if known else None))
    try:
        found = {"greeting": session.greeting, "capabilities": sorted(session.capabilities), **_encryption(session)}
        return {**found, "signed_in_as": login.user, **_mailbox(session)} if known else found
    finally:
        session.leave()


def _encryption(session: Session) -> dict[str, Any]:
    secured = session.wire.socket
    if not isinstance(secured, SSLSocket):
        return {}
    return {"tls": secured.version(), **_certificate(der_of(secured))}


def _certificate(der: bytes) -> dict[str, Any]:
    """Its facts; nothing where there is none, or one so odd that it can not be read."""
    try:
        return {"certificate": read_der(der).to_json()}
    except ValueError:
        return {}


def _mailbox(session: Session) -> dict[str, int]:
    """Opening the inbox, read-only, tells whether the mailbox is there and may be read."""
    names, folders = list_folders(session)
    examine(session, names, INBOX)
    states = [folder.state for folder in folders if folder.state]  # no message can be in the others
    return {"folders": len(states), "messages": sum(state.messages for state in states)}


def shown_certificate(settings: ConnectionSettings) -> dict[str, Any]:
    if settings.security == Security.NONE:
        return {}
    try:
        return _certificate(presented_certificate(_imap_settings(settings, None)))
    except MailsyncError:
        return {}
