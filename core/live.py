"""How often live pages ask again: every few seconds, and less often while so many people watch that it would cost too much."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic, thread_time

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

SHARE = 0.3  # of a processor, for all who watch pages of this process
GONE = 60.0  # seconds after the last question
SLOWEST = 30  # seconds between two questions
WEIGHT = 0.1  # of the newest answer in what an answer costs


class Audience:
    """Who watches, and what an answer to them costs."""

    def __init__(self) -> None:
        self._asked: dict[tuple[object, str], float] = {}  # by person and page, by the monotonic clock
        self._cost = 0.0  # seconds of a processor

    def note(self, person: object, page: str, cost: float) -> None:
        """Somebody's page has just asked again."""
        self._asked[person, page] = monotonic()
        self._cost += WEIGHT * (cost - self._cost)

    def interval(self, wished: int) -> int:
        """Seconds until a page may ask again that would like to after so many."""
        since = monotonic() - GONE
        self._asked = {who: at for who, at in list(self._asked.items()) if at > since}
        return max(wished, min(math.ceil(len(self._asked) * self._cost / SHARE), SLOWEST))


audience = Audience()


class LivePagesMiddleware:
    """Notes what answers to pages that ask again cost: those that ``asking_again`` has marked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = thread_time()
        response = self._get_response(request)
        if getattr(request, "asks_again", False):
            audience.note(request.user.pk, request.path, thread_time() - begun)
        return response


def asking_again(request: HttpRequest, wished: int) -> int:
    """Seconds until the page of this request may ask again that would like to after ``wished``."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    # What asks by itself takes the answer itself; links and forms have it put elsewhere.
    request.asks_again = bool(htmx) and htmx.trigger is not None and htmx.trigger == htmx.target  # type: ignore[attr-defined]
    return audience.interval(wished)
