"""The second step of signing in with a password: a code from an authenticator app, or a recovery code."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from django.db import transaction
from django_otp.oath import TOTP

from core import audit, sessions
from core.models import Authenticator, Person, RecoveryCode

RECOVERY_CODES = 10


class Wait(Exception):
    """After ``wrong`` wrong codes in a row none is looked at before ``until``."""

    def __init__(self, until: datetime, wrong: int) -> None:
        super().__init__(until, wrong)
        self.until, self.wrong = until, wrong


def authenticator_of(person: Person) -> Authenticator | None:
    """The one that is asked for at sign-in."""
    return Authenticator.objects.filter(user=person, confirmed=True).first()


def new_authenticator(person: Person) -> Authenticator:
    """One that counts as soon as :func:`confirm` has seen a code of it. A former unconfirmed one is replaced."""
    key = base64.b32encode(secrets.token_bytes(20)).decode()
    return Authenticator.objects.update_or_create(user=person, confirmed=False, defaults={"key": key, "last_t": -1})[0]


def address_for_app(authenticator: Authenticator, issuer: str) -> str:
    """What the QR code holds."""
    issuer = issuer.replace(":", " ")
    query = urlencode({"secret": authenticator.key, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(authenticator.user.get_username())}?{query}"


def confirm(person: Person, code: str, *, now: datetime) -> list[str]:
    """Count the new authenticator from now on, if ``code`` is one of its. Returns recovery codes, to be shown once."""
    with transaction.atomic():
        authenticator = _locked(person, confirmed=False)
        if authenticator is None or not _accepts(authenticator, code, now):
            return []
        authenticator.confirmed = True
        authenticator.save(update_fields=["confirmed"])
        audit.record(person, "set up second factor", person)
        return _new_codes(person)


def verify(person: Person, code: str, *, now: datetime) -> sessions.Way | None:
    """What ``code`` is, if it is right; it is used up then. Raises Wait after wrong ones."""
    with transaction.atomic():
        authenticator = _locked(person, confirmed=True)
        if authenticator is None:
            return None
        if _accepts(authenticator, code, now):
            return sessions.CODE
        if _is_recovery_code(person, code):
            authenticator.throttle_reset()
            return sessions.RECOVERY_CODE
        return None


def new_recovery_codes(person: Person) -> list[str]:
    """They replace the former ones, and are shown once."""
    with transaction.atomic():
        audit.record(person, "make recovery codes", person)
        return _new_codes(person)


def turn_off(person: Person) -> None:
    with transaction.atomic():
        Authenticator.objects.filter(user=person).delete()
        RecoveryCode.objects.filter(person=person).delete()
        audit.record(person, "turn off second factor", person)


def _locked(person: Person, *, confirmed: bool) -> Authenticator | None:
    """For one request at a time, so that a code counts once. Raises Wait."""
    authenticator = Authenticator.objects.select_for_update().filter(user=person, confirmed=confirmed).first()
    if authenticator:
        allowed, why_not = authenticator.verify_is_allowed()
        if not allowed:
            raise Wait(why_not["locked_until"], authenticator.throttling_failure_count)
    return authenticator


def _accepts(authenticator: Authenticator, code: str, now: datetime) -> bool:
    """A code counts half a minute before and after its time (RFC 6238 section 5.2), and once."""
    digits = "".join(code.split())
    totp = TOTP(base64.b32decode(authenticator.key))
    totp.time = now.timestamp()
    is_code = len(digits) == 6 and digits.isdecimal()
    if is_code and totp.verify(int(digits), tolerance=1, min_t=authenticator.last_t + 1):
        authenticator.last_t = totp.t()
        authenticator.throttle_reset()
        return True
    authenticator.throttle_increment()
    return False


def _is_recovery_code(person: Person, code: str) -> bool:
    deleted, _ = RecoveryCode.objects.filter(person=person, sha256=_digest(code)).delete()
    return deleted > 0


def _new_codes(person: Person) -> list[str]:
    RecoveryCode.objects.filter(person=person).delete()
    raw = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, sha256=_digest(code)) for code in raw)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in raw]


def _digest(code: str) -> str:
    plain = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(plain.encode()).hexdigest()
