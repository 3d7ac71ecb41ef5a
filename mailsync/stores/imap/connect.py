"""From a host name to a session that has not signed in yet: TCP, TLS, greeting, STARTTLS, capabilities."""

from __future__ import annotations

import socket

from mailsync.errors import Retry, Stop
from mailsync.stores.imap.dialing import Dial, dial
from mailsync.stores.imap.responses import readable, temporary
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.settings import ImapSettings, Security
from mailsync.stores.imap.stream import Wanted, always
from mailsync.stores.imap.wire import Trace, Wire


def connect(settings: ImapSettings, trace: Trace | None = None, wanted: Wanted = always, dial: Dial = dial) -> Session:
    """A greeted session, secured as the settings ask. Raises Retry or Stop, after which nothing is left open."""
    sock = dial(settings)
    try:
        if settings.security == Security.TLS:
            sock = _secure(sock, settings)
        session = Session(Wire(sock, trace, timeout=settings.connect_timeout, wanted=wanted))
        greet(session)
        if settings.security == Security.STARTTLS:
            sock = _start_tls(session, settings)
        session.ask_capabilities()
        session.wire.be_patient_for(settings.read_timeout)
        return session
    except BaseException:
        sock.close()
        raise


def _secure(sock: socket.socket, settings: ImapSettings) -> socket.socket:
    from mailsync.stores.imap.securing import secure  # slow to import; not every server has TLS

    return secure(sock, settings)


def greet(session: Session) -> None:
    """Hear the server's greeting. Raises Stop if it is none."""
    line = _first_line(session)
    if not line.upper().startswith((b"* OK", b"* PREAUTH", b"* BYE")):
        raise Stop("not_imap", readable(line))
    greeting = session.digest(session.wire.rest_of(line))
    if greeting.kind == b"PREAUTH":
        raise Stop("no_mechanism", greeting.words)
    session.greeting = greeting.words


def _first_line(session: Session) -> bytes:
    """Raises Retry that says how far it came: a port that expects TLS says nothing before the other side has begun with it."""
    try:
        return session.wire.line()
    except Retry as error:
        perhaps = "" if hasattr(session.wire.socket, "pending") else "; does this port expect TLS?"
        raise Retry(error.code, f"{error.words}: connected, but no greeting has come{perhaps}") from error


def _start_tls(session: Session, settings: ImapSettings) -> socket.socket:
    session.ask_capabilities()
    if not session.can("STARTTLS"):
        raise Stop("tls_failed", "the server does not offer STARTTLS: " + " ".join(sorted(session.capabilities)))
    answer = session.run([b"STARTTLS"])[0]
    if answer.kind != b"OK":
        raise temporary(answer) or Stop("tls_failed", answer.words)
    if not session.wire.is_empty:  # somebody on the way wants plain text to be taken for answers that came by TLS
        raise Stop("tls_failed", "the server sent more before TLS had begun")
    session.wire.socket.settimeout(settings.connect_timeout)
    secured = _secure(session.wire.socket, settings)
    session.wire.use(secured)
    session.capabilities = frozenset()  # what was said in plain text could have been anybody's
    return secured
