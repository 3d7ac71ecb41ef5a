"""How every view answers: a whole page or a piece of it, a changed piece or a redirect."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece: boosted links and restored history want the whole page."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, partial: str, status: int = 200
) -> HttpResponse:
    """The page, or only its ``partial`` when htmx asks: one URL, whole or piece."""
    name = f"{template}#{partial}" if is_htmx(request) else template
    response = render(request, name, context, status=status)
    response.headers["Vary"] = "HX-Request"
    return response


def see_other(url: str) -> HttpResponse:
    """After a POST: go and look at ``url`` (RFC 9110 section 15.4.4). htmx follows it as a browser does."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def page_context(_request: HttpRequest) -> dict[str, Any]:
    """What every template may use."""
    return {"organization": settings.ORGANIZATION}
