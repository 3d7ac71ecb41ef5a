"""A server's certificate, for a person to judge. Apart from :mod:`tls`, because a copy never needs it and it loads slowly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography import x509


@dataclass(frozen=True, slots=True)
class Certificate:
    subject: str
    issuer: str
    names: tuple[str, ...]  # host names and addresses it is good for
    not_before: datetime
    expires: datetime
    sha256: str  # of the DER form, hexadecimal, lower case: what a pin is compared with

    @classmethod
    def of(cls, der: bytes) -> Certificate:
        """Raises ValueError for what is no certificate."""
        read = x509.load_der_x509_certificate(der)
        return cls(
            subject=read.subject.rfc4514_string(),
            issuer=read.issuer.rfc4514_string(),
            names=_names(read),
            not_before=read.not_valid_before_utc,
            expires=read.not_valid_after_utc,
            sha256=sha256(der).hexdigest(),
        )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple(str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress))
