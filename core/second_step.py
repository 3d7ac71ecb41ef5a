"""Between the password and the code, and who may not go on without a second factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from core.http import is_htmx
from core.models import Person
from core.organization import organization
from core.sessions import STRONG

KEY = "second_step"
PATIENCE = timedelta(minutes=10)
# Pages that somebody needs who has yet to set up a second factor, or is not signed in.
WITHOUT = {
    *("core:two-factor", "core:two-factor-start", "core:two-factor-confirm", "core:two-factor-qr"),
    *("core:sign-out", "core:sign-in", "core:second-step", "core:openid", "core:openid-callback"),
    *("core:preferences", "core:healthz", "core:join"),
}


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose password was right, and the page that was wanted."""

    person: Person
    next: str


def begin(request: HttpRequest, person: Person, next_page: str, *, now: datetime) -> None:
    """Remember in the session whose password was right. That alone signs nobody in."""
    request.session.cycle_key()
    known = {"person": person.pk, "generation": person.generation, "until": (now + PATIENCE).timestamp()}
    request.session[KEY] = {**known, "next": next_page}


def pending(request: HttpRequest, *, now: datetime) -> Pending | None:
    known: dict[str, Any] = request.session.get(KEY, {})
    if not known or now.timestamp() > known["until"]:
        return None
    who = {"pk": known["person"], "generation": known["generation"], "is_active": True}
    person = Person.objects.filter(**who).first()
    return Pending(person, known["next"]) if person else None


def end(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def is_demanded(person: Person) -> bool:
    return person.is_administrator and organization().two_factor_for_administrators


class SecondFactorMiddleware:
    """Leads who signed in with a password alone, and needs more, to the page where a second factor is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        if request.resolver_match is None or request.resolver_match.view_name in WITHOUT:
            return None
        person = request.user
        if not isinstance(person, Person) or not is_demanded(person) or request.session.get(STRONG):
            return None
        if is_htmx(request):
            return HttpResponseClientRedirect(resolve_url("core:two-factor"))
        return redirect("core:two-factor")
