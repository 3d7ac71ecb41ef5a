"""Each person's language and time zone, and the address that the audit log keeps."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from core.audit import client_address


class PreferencesMiddleware:
    """Activates the signed-in person's language and time zone for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = client_address.set(address_of(request))
        if language := getattr(request.user, "language", ""):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or language
        timezone.activate(zone_of(getattr(request.user, "time_zone", "")))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()
            client_address.reset(token)


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name, or the organization's where there is none."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def address_of(request: HttpRequest) -> str | None:
    """Where the request came from; behind a trusted proxy the last address that the proxy added."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUST_PROXY else ""
    told = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(told))
    except ValueError:  # a server behind a socket tells none
        return None
