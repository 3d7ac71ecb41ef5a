"""The second step of signing in, and the page where people set it up."""

from __future__ import annotations

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import second_step, sessions, two_factor
from core.http import see_other
from core.models import Authenticator, Person
from core.organization import organization
from core.roles import signed_in_person

MANY_WRONG = 3  # codes in a row: before that it is a slip


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )

    def refuse(self, why: str) -> None:
        self.add_error("code", why)


def _verified(form: CodeForm, person: Person) -> sessions.Way | None:
    """What the code of the form is; None with a sentence beside the field where it is wrong."""
    try:
        way = two_factor.verify(person, form.cleaned_data["code"], now=timezone.now())
    except two_factor.Wait as wait:
        form.refuse(_wait_words(wait))
        return None
    if way is None:
        form.refuse(_("This is neither the current code nor an unused recovery code."))
    return way


def _wait_words(wait: two_factor.Wait) -> str:
    time = formats.time_format(timezone.localtime(wait.until), "H:i:s")
    words = _("The last code was wrong. Wait until %(time)s, then type the code that is shown by then.")
    if wait.wrong >= MANY_WRONG:
        words = _("Too many wrong codes. Wait until %(time)s, then type the code that is shown by then.")
    return words % {"time": time}


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def second_step_page(request: HttpRequest) -> HttpResponse:
    """After the password: nobody is signed in before this."""
    pending = second_step.pending(request, now=timezone.now())
    if pending is None:
        return redirect("core:sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (way := _verified(form, pending.person)):
        second_step.end(request)
        sessions.begin(request, pending.person, way)
        return see_other(pending.next)
    return render(request, "core/two_factor/step.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    person = _local_person(request)
    return _show(request, person, CodeForm())


def _show(request: HttpRequest, person: Person, form: CodeForm) -> HttpResponse:
    authenticator = Authenticator.objects.filter(user=person).first()
    context = {
        "form": form,
        "authenticator": authenticator,
        "codes_left": person.recovery_codes.count(),
        "is_demanded": second_step.is_demanded(person),
    }
    return render(request, "core/two_factor/overview.html", context, status=422 if form.errors else 200)


def _local_person(request: HttpRequest) -> Person:
    """Whoever has a password here; others have a second factor at their OpenID provider."""
    person = signed_in_person(request)
    if not person.has_usable_password():
        raise PermissionDenied(_("You sign in by OpenID Connect: set up a second factor there."))
    return person


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    person = _local_person(request)
    if not two_factor.authenticator_of(person):
        two_factor.new_authenticator(person)
    return see_other(resolve_url("core:two-factor"))


@never_cache
@require_GET
def qr_code(request: HttpRequest) -> HttpResponse:
    """The new authenticator as a picture. One that counts already is shown to nobody."""
    authenticator = Authenticator.objects.filter(user=_local_person(request), confirmed=False).first()
    if authenticator is None:
        raise Http404
    address = two_factor.address_for_app(authenticator, organization().name or "Migration Center")
    picture = segno.make(address, error="m").svg_inline(scale=4, border=2)
    return HttpResponse(picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), "image/svg+xml")


@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    person, form = _local_person(request), CodeForm(request.POST)
    if form.is_valid() and (codes := _confirmed(form, person)):
        request.session[sessions.STRONG] = True
        return _codes(request, codes)
    return _show(request, person, form)


def _confirmed(form: CodeForm, person: Person) -> list[str]:
    try:
        codes = two_factor.confirm(person, form.cleaned_data["code"], now=timezone.now())
    except two_factor.Wait as wait:
        form.refuse(_wait_words(wait))
        return []
    if not codes:
        form.refuse(_("This is not the code that the app shows now. Check the clock of the telephone."))
    return codes


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "core/two_factor/codes.html", {"codes": codes})


@never_cache
@require_POST
def change(request: HttpRequest, what: str) -> HttpResponse:
    """With a present code: ``new-codes`` or ``off``."""
    person, form = _local_person(request), CodeForm(request.POST)
    if what not in {"new-codes", "off"}:
        raise Http404
    if not form.is_valid() or _verified(form, person) is None:
        return _show(request, person, form)
    if what == "new-codes":
        return _codes(request, two_factor.new_recovery_codes(person))
    two_factor.turn_off(person)
    messages.success(request, _("The second factor is turned off."))
    return see_other(resolve_url("core:two-factor"))
