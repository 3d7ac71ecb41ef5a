"""The Settings page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import openid, organization
from core.http import see_other
from core.roles import administrators_only, signed_in_person
from core.settings_forms import SECTIONS


@require_http_methods(["GET", "POST"])
@administrators_only
def settings_section(request: HttpRequest, section: str = "general") -> HttpResponse:
    if section not in SECTIONS:
        raise Http404
    form = SECTIONS[section](request.POST or None, instance=organization.stored_settings())
    if request.method == "POST" and form.is_valid():
        organization.change(form.instance, form.changes(), by=signed_in_person(request))
        messages.success(request, _("The settings are saved."))
        return see_other(request.path)
    context = {"form": form, "section": section, "openid": openid.shown(request)}
    return render(request, f"core/settings/{section}.html", context, status=422 if form.errors else 200)
