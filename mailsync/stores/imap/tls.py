"""TLS: whom to trust, and why a certificate is not good enough."""

from __future__ import annotations

import socket
import ssl
from hashlib import sha256

from mailsync.errors import Stop
from mailsync.stores.imap.settings import ImapSettings, Trust


class CertificateRefused(Stop):
    """The certificate is not good enough. ``sha256`` is that of the one presented, for pinning it; "" where unknown."""

    def __init__(self, code: str, words: str, *, sha256: str = "") -> None:
        super().__init__(code, f"{words} (certificate sha256={sha256})" if sha256 else words)
        self.sha256 = sha256


def wrap(sock: socket.socket, settings: ImapSettings) -> ssl.SSLSocket:
    """Start TLS on a connected socket. Raises Stop with a certificate code or ``tls_failed``; OSError if the line breaks."""
    context = _unverified() if settings.trust == Trust.PINNED else _verified(settings)
    try:
        secured = context.wrap_socket(sock, server_hostname=settings.host)
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused(_code(error), error.verify_message) from error
    except ssl.SSLEOFError:
        raise
    except ssl.SSLError as error:
        raise Stop("tls_failed", _reason(error)) from error
    if settings.trust == Trust.PINNED:
        _compare(secured, settings.pin)
    return secured


def _reason(error: ssl.SSLError) -> str:
    words = (error.reason or str(error)).replace("_", " ").lower()
    # OpenSSL takes the letters of a greeting for the version of TLS.
    return f"{words}: the server does not speak TLS at this port" if "wrong version" in words else words


def _verified(settings: ImapSettings) -> ssl.SSLContext:
    if settings.trust != Trust.CA:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cadata=settings.ca_pem)
    except (ssl.SSLError, ValueError) as error:
        raise Stop("tls_failed", "the certificate of the authority that is to be trusted can not be read") from error


def _unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _compare(secured: ssl.SSLSocket, pin: str) -> None:
    presented = sha256(der_of(secured)).hexdigest()
    if presented != pin.replace(":", "").strip().lower():
        secured.close()
        raise CertificateRefused("certificate_untrusted", "not the pinned certificate", sha256=presented)


# X509_V_ERR_* of OpenSSL
_EXPIRED = {9, 10}  # not yet valid, expired
_OTHER_NAME = {62, 63, 64}  # host name, e-mail address, IP address


def _code(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _EXPIRED:
        return "certificate_expired"
    return "certificate_name" if error.verify_code in _OTHER_NAME else "certificate_untrusted"


def der_of(secured: ssl.SSLSocket) -> bytes:
    """The certificate that the server showed on this connection, b"" if none."""
    return secured.getpeercert(binary_form=True) or b""


def fetch_der(sock: socket.socket, settings: ImapSettings) -> bytes:
    """What the server shows to anybody: a handshake without any check, after which nothing is sent. b"" if it fails."""
    try:
        with _unverified().wrap_socket(sock, server_hostname=settings.host) as secured:
            return der_of(secured)
    except OSError:
        return b""
