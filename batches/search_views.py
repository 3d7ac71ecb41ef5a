"""Where is my mail? From every page, by address or name of a batch."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.views.decorators.http import require_GET

from batches.plain_words import plain_words
from batches.search import MOST, Found, find
from core.http import render_page, see_other


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What is found; where that is one thing, the page of it."""
    text = request.GET.get("q", "").replace("\0", "").strip()
    found, now = find(text), timezone.now()
    if url := _only(found):
        return see_other(url)
    context = {
        "searched": text,
        "found": found,
        "users": [(user, plain_words(user, now)) for user in found.users],
        "most": MOST,
    }
    return render_page(request, "batches/search.html", context, partial="search-results")


def _only(found: Found) -> str:
    if user := found.only_user:
        return resolve_url("batches:user", user.batch_id, user.pk)
    return resolve_url("batches:detail", found.only_batch.pk) if found.only_batch else ""
