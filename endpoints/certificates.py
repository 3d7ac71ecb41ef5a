"""X.509 certificates as administrators see them: whose, issued by whom, until when. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a page shows of a certificate; ``sha256`` is that of its DER form, in lower-case hexadecimal."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    sha256: str
    names: tuple[str, ...] = ()  # host names and addresses it is good for

    @classmethod
    def of(cls, found: x509.Certificate) -> Self:
        return cls(
            subject=found.subject.rfc4514_string(),
            issuer=found.issuer.rfc4514_string(),
            not_before=found.not_valid_before_utc,
            not_after=found.not_valid_after_utc,
            sha256=found.fingerprint(SHA256()).hex(),
            names=_names(found),
        )

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        times = {name: datetime.fromisoformat(facts[name]) for name in ("not_before", "not_after")}
        return cls(**{**facts, **times, "names": tuple(facts["names"])})

    def to_json(self) -> dict[str, Any]:
        times = {name: getattr(self, name).isoformat() for name in ("not_before", "not_after")}
        return {**asdict(self), **times, "names": list(self.names)}

    @property
    def fingerprint(self) -> str:
        """The SHA-256 as people compare it: pairs of upper-case digits with colons."""
        return ":".join(re.findall("..", self.sha256)).upper()


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple(str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress))


def read_pem(pem: str) -> list[Certificate]:
    """All certificates in ``pem``, which may hold other text between them. Raises ValueError where there is none."""
    return [Certificate.of(found) for found in x509.load_pem_x509_certificates(pem.encode())]


def read_der(der: bytes) -> Certificate:
    """Raises ValueError if it is not a certificate."""
    return Certificate.of(x509.load_der_x509_certificate(der))


def plain_fingerprint(text: str) -> str:
    """A SHA-256 as 64 lower-case digits, however it was written. Raises ValueError if it is none."""
    digits = re.sub(r"[\s:]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise ValueError("not 64 hexadecimal digits")
    return digits
