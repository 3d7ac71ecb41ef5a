"""What is said and shown after one command to many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from core.http import is_htmx, see_other

NAMED = 10  # of many; the others are counted


def tell(request: HttpRequest, label: str | Promise, done: Sequence[str], refusals: Sequence[str]) -> None:
    """Say which things the command ``label`` was given to, and of each that refused why."""
    if done:
        messages.success(request, _("%(command)s: %(names)s.") % {"command": label, "names": some(done)})
    if refusals:
        messages.error(request, some(refusals, between="\n"))


def some(texts: Iterable[str], between: str = ", ") -> str:
    """All of a few, or the first of many and how many there are besides."""
    texts = list(texts)
    more = len(texts) - NAMED
    if more > 0:
        words = ngettext("and %(number)s more", "and %(number)s more", more)
        texts = [*texts[:NAMED], words % {"number": more}]
    return between.join(texts)


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """See ``url`` as a whole page, also where htmx asked for a dialog."""
    return HttpResponseClientRedirect(url) if is_htmx(request) else see_other(url)
