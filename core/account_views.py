"""The pages about one's own account: choosing a password, and where one is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import audit, people, sessions
from core.http import see_other
from core.roles import signed_in_person


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Somebody who was invited chooses a password."""
    person = people.invited_person(uid, token)
    if person is None:
        return render(request, "core/people/join.html", status=410)
    form = SetPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            audit.record(person, "choose password", person)
        messages.success(request, _("Your password is set. Sign in with it."))
        return see_other(resolve_url("core:sign-in"))
    context = {"form": form, "person": person}
    return render(request, "core/people/join.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    person = signed_in_person(request)
    context = {"sessions": sessions.live(person), "this_session": request.session.session_key}
    return render(request, "core/account/account.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    person = signed_in_person(request)
    form = PasswordChangeForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            sessions.end_all(person, but=request)
            audit.record(person, "change password", person)
        messages.success(request, _("Your password is changed. You are signed out everywhere else."))
        return see_other(resolve_url("core:account"))
    return render(request, "core/account/password.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    person = signed_in_person(request)
    with transaction.atomic():
        sessions.end_all(person, but=request)
        audit.record(person, "end sessions", person)
    messages.success(request, _("You are signed out everywhere else."))
    return see_other(resolve_url("core:account"))
