"""Who is signed in with which browser, and the end of that."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import login, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core import audit
from core.audit import client_address
from core.models import Person, PersonSession

LOCAL = "django.contrib.auth.backends.ModelBackend"
STRONG = "signed_in_strongly"  # key of the session: by more than a password


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody signed in. ``strong``: by more than a password."""

    name: str
    strong: bool
    backend: str = LOCAL


PASSWORD = Way("password", strong=False)
CODE = Way("password and code", strong=True)
RECOVERY_CODE = Way("password and recovery code", strong=True)


def begin(request: HttpRequest, person: Person, way: Way) -> None:
    """Sign ``person`` in: every way of doing so ends here."""
    login(request, person, backend=way.backend)
    request.session[STRONG] = way.strong
    _remember(request, person)
    audit.record(person, "sign in", person, way=way.name)


def live(person: Person) -> QuerySet[PersonSession]:
    """Of the browsers that the person has signed in with, those that still are, newest first."""
    running = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return person.sessions.filter(key__in=running).order_by("-at")


def end_all(person: Person, *, but: HttpRequest | None = None) -> None:
    """Sign the person out everywhere, ``but`` with the browser of this request. Counts at once, on every web server."""
    keys = list(person.sessions.values_list("key", flat=True))
    Person.objects.filter(pk=person.pk).update(generation=F("generation") + 1)
    person.refresh_from_db(fields=["generation"])
    person.sessions.all().delete()
    Session.objects.filter(session_key__in=keys).exclude(session_key=but and but.session.session_key).delete()
    if but:
        renew(but, person)


def renew(request: HttpRequest, person: Person) -> None:
    """Go on with this browser although the password or the generation is another one now."""
    PersonSession.objects.filter(key=request.session.session_key).delete()
    update_session_auth_hash(request, person)
    _remember(request, person)


def forget(request: HttpRequest) -> None:
    """This browser signs out."""
    PersonSession.objects.filter(key=request.session.session_key).delete()


def _remember(request: HttpRequest, person: Person) -> None:
    if not request.session.session_key:  # somebody else was signed in: that session has been dropped
        request.session.save()
    browser = request.headers.get("User-Agent", "").replace("\0", "")[:200]
    PersonSession.objects.create(
        person=person,
        key=request.session.session_key or "",
        at=timezone.now(),
        address=client_address.get(),
        browser=browser,
    )
