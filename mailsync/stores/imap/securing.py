"""From a plain connection to one over TLS, and what certificate a server shows."""

from __future__ import annotations

import socket
import ssl
from hashlib import sha256

from mailsync.errors import Retry, Stop
from mailsync.stores.imap.connect import greet
from mailsync.stores.imap.dialing import dial
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.settings import ImapSettings, Security
from mailsync.stores.imap.tls import CertificateRefused, fetch_der, wrap
from mailsync.stores.imap.wire import Wire


def secure(sock: socket.socket, settings: ImapSettings) -> ssl.SSLSocket:
    """TLS from here on. Raises Stop, with the fingerprint of the certificate if that is the reason, or Retry."""
    try:
        return wrap(sock, settings)
    except CertificateRefused as error:
        raise _with_fingerprint(error, settings) from error
    except TimeoutError as error:
        words = "the server did not answer in time: connected, but TLS has not begun; does this port expect it?"
        raise Retry("timeout", words) from error
    except OSError as error:
        words = f"{str(error) or type(error).__name__}: connected, but TLS has not begun; does this port expect it?"
        raise Retry("hung_up", words) from error


def _with_fingerprint(error: CertificateRefused, settings: ImapSettings) -> CertificateRefused:
    """A failed handshake does not show the certificate: look at it over a connection that is good for nothing else."""
    if error.sha256:
        return error
    try:
        der = presented_certificate(settings)
    except (Retry, Stop):
        return error
    return CertificateRefused(error.code, error.words, sha256=sha256(der).hexdigest()) if der else error


def presented_certificate(settings: ImapSettings) -> bytes:
    """The certificate (DER) that the server shows to anybody, trusted or not; b"" if it shows none. Signs in nowhere."""
    sock = dial(settings)
    try:
        if settings.security == Security.STARTTLS:
            session = Session(Wire(sock, timeout=settings.connect_timeout))
            greet(session)
            session.command(b"STARTTLS")
            sock.settimeout(settings.connect_timeout)
        return fetch_der(sock, settings)
    finally:
        sock.close()
