"""Each person's language and time zone, and the address that the audit log keeps."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from core.audit import client_address
from core.organization import organization


class PreferencesMiddleware:
    """Activates the signed-in person's language and time zone for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = client_address.set(address_of(request))
        translation.activate(language_of(request))
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        timezone.activate(zone_of(getattr(request.user, "time_zone", "")))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()
            client_address.reset(token)


def language_of(request: HttpRequest) -> str:
    """What the person has chosen, or somebody in this browser before signing in, or the first of the browser's languages
    that we speak, or the organization's.
    """
    if chosen := getattr(request.user, "language", ""):
        return str(chosen)
    if (kept := request.COOKIES.get("language", "")) in dict(settings.LANGUAGES):
        return kept
    for code, _quality in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return organization().language


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name, or the organization's where there is none."""
    try:
        return ZoneInfo(name) if name else organization().zone
    except (ZoneInfoNotFoundError, ValueError):
        return organization().zone


def address_of(request: HttpRequest) -> str | None:
    """Where the request came from; behind a trusted proxy the last address that the proxy added."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUST_PROXY else ""
    told = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(told))
    except ValueError:  # a server behind a socket tells none
        return None
