"""Sign-in, preferences, and what monitoring asks."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from core import audit, second_step, sessions, two_factor
from core.forms import THEMES, PreferencesForm, SignInForm
from core.health import health
from core.http import is_htmx, next_page, see_other
from core.models import Person
from core.openid import is_configured
from core.roles import signed_in_person

YEAR = 365 * 24 * 60 * 60


@require_GET
def home(_request: HttpRequest) -> HttpResponse:
    return redirect("overview:start")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if is_htmx(request):  # the session ended while a page refreshed itself: load the whole page, which leads here
        return HttpResponseClientRefresh()
    if request.user.is_authenticated:
        return see_other(next_page(request))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _welcome(request, form)
    status = 429 if form.has_error("__all__", "wait") else 200
    context = {"form": form, "next": next_page(request), "openid": is_configured() and settings.OIDC_NAME}
    return render(request, "core/sign_in.html", context, status=status)


def _welcome(request: HttpRequest, form: SignInForm) -> HttpResponse:
    person = form.get_user()
    if two_factor.authenticator_of(person):
        second_step.begin(request, person, next_page(request), now=timezone.now())
        return see_other(resolve_url("core:second-step"))
    sessions.begin(request, person, sessions.PASSWORD)
    return see_other(next_page(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    person = signed_in_person(request)
    audit.record(person, "sign out", person)
    sessions.forget(request)
    logout(request)
    return see_other(resolve_url("core:sign-in"))


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    theme = request.COOKIES.get("theme", "system")
    form = PreferencesForm(request.POST or None, instance=signed_in_person(request), theme=theme)
    if request.method == "POST" and form.is_valid():
        return _keep_preferences(request, form.save(), form.cleaned_data["theme"])
    return render(request, "core/preferences.html", {"form": form})


def _keep_preferences(request: HttpRequest, person: Person, theme: str) -> HttpResponse:
    with translation.override(person.language or translation.get_language()):
        messages.success(request, _("Your preferences are saved."))
    response = _remember(see_other(next_page(request)), theme=theme)
    response.delete_cookie("language")  # the person's own choice counts from now on
    return response


@login_not_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Language and theme for who is not signed in; what is no choice of ours is left out."""
    offered = {"language": dict(settings.LANGUAGES), "theme": dict(THEMES)}
    chosen = {name: request.POST.get(name, "") for name in offered}
    kept = {name: value for name, value in chosen.items() if value in offered[name]}
    return _remember(see_other(next_page(request)), **kept)


def _remember(response: HttpResponse, **cookies: str) -> HttpResponse:
    for name, value in cookies.items():
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """For monitoring: what is needed and whether it answers; 503 if something does not."""
    answers = health()
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)
