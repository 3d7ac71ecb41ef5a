"""To the OpenID provider and back."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import openid, sessions
from core.http import see_other
from core.openid_people import person_for

OPENID = sessions.Way("OpenID Connect", strong=True)  # a second factor is the provider's affair
PATIENCE = 600  # seconds from leaving for the provider to coming back


@login_not_required
@never_cache
@require_GET
def leave(request: HttpRequest) -> HttpResponseBase:
    if not openid.is_configured():
        raise Http404
    try:
        answer: HttpResponseBase = openid.RequestView.as_view()(request)
    except openid.Refused as refusal:
        return _back_to_sign_in(request, str(refusal))
    return answer


@login_not_required
@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponseBase:
    if not openid.is_configured():
        raise Http404
    try:
        wanted = request.session.get("oidc_login_next")
        sessions.begin(request, person_for(_claims(request)), OPENID)
    except openid.Refused as refusal:
        return _back_to_sign_in(request, str(refusal))
    return see_other(wanted or resolve_url("core:home"))


def _claims(request: HttpRequest) -> dict[str, object]:
    """Each way out leads back once, in the browser that left, and within ``PATIENCE``."""
    known = request.session.get("oidc_states", {}).pop(request.GET.get("state", ""), None)
    request.session.modified = True
    if known is None or time.time() > known["added_on"] + PATIENCE:
        raise openid.Refused(_("This sign-in was begun too long ago or in another browser. Begin it again."))
    if "code" not in request.GET:
        words = request.GET.get("error_description") or request.GET.get("error", "")
        raise openid.Refused(_("%(name)s has refused: %(words)s") % {"name": settings.OIDC_NAME, "words": words[:300]})
    return openid.claims_of(request, request.GET["code"], nonce=known["nonce"], verifier=known["code_verifier"])


def _back_to_sign_in(request: HttpRequest, why: str) -> HttpResponseBase:
    messages.error(request, why)
    return see_other(resolve_url("core:sign-in"))
