"""Who guesses passwords has to wait: after a few refused sign-ins, for a name from an address, for a while.

Counted in the database, so that it holds on every web server at once and needs no cache. Counting by name and address
together means that nobody can lock somebody else out from afar.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from core.models import RefusedSignIn

ALLOWED_REFUSALS = 5
WITHIN = timedelta(minutes=15)


def wait_until(name: str, address: str | None, *, now: datetime) -> datetime | None:
    """The time before which ``name`` may not try again from ``address``; None where it may."""
    refused = RefusedSignIn.objects.filter(name=_key(name), address=address, at__gt=now - WITHIN)
    newest = refused.order_by("-at").values_list("at", flat=True)[:ALLOWED_REFUSALS]
    return newest[ALLOWED_REFUSALS - 1] + WITHIN if len(newest) == ALLOWED_REFUSALS else None


def note_refusal(name: str, address: str | None, *, now: datetime) -> None:
    """Remember that a sign-in was refused, and drop what no longer matters."""
    RefusedSignIn.objects.filter(at__lte=now - WITHIN).delete()
    RefusedSignIn.objects.create(name=_key(name), address=address, at=now)


def forget_refusals(name: str, address: str | None) -> None:
    """It was the right person after all."""
    RefusedSignIn.objects.filter(name=_key(name), address=address).delete()


def _key(name: str) -> str:
    return name.casefold()[:150]
