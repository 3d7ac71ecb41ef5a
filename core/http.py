"""How every view answers: a whole page or a piece of it, a changed piece or a redirect."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from core.live import asking_again
from core.organization import organization
from core.roles import may_download, signed_in_person


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece: boosted links and restored history want the whole page."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, partial: str, status: int = 200
) -> HttpResponse:
    """The page, or only its ``partial`` when htmx asks: one URL, whole or piece.

    ``context["pace"]``, the seconds after which a live page would like to ask again, is stretched while many watch.
    """
    if context and (pace := context.get("pace")):
        context = {**context, "pace": asking_again(request, pace)}
    name = f"{template}#{partial}" if is_htmx(request) else template
    response = render(request, name, context, status=status)
    # Going back must neither show a piece as a page nor yesterday's figures.
    patch_vary_headers(response, ["HX-Request"])
    add_never_cache_headers(response)
    return response


def see_other(url: str) -> HttpResponse:
    """After a POST: go and look at ``url`` (RFC 9110 section 15.4.4). htmx follows it as a browser does."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def next_page(request: HttpRequest, default: str = "core:home") -> str:
    """Where the person was or wanted to go, as the form says, if that is a page of ours; else ``default``."""
    return wanted_page(request) or resolve_url(default)


def wanted_page(request: HttpRequest) -> str:
    """The page of ours that ``next`` names, or ""."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else ""


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every template may use. Only a page that asks for it looks who reads it."""
    return {"organization": organization().name, "may_download": lambda: may_download(signed_in_person(request))}
