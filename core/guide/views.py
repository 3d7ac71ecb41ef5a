"""The guide's pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from core.guide.library import ORIGINAL, Page, chapters, reference
from core.guide.rendering import rendered


@require_GET
def contents(request: HttpRequest) -> HttpResponse:
    return render(request, "guide/contents.html", _shelves())


@require_GET
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """A chapter, with the one before and the one after it."""
    return _show(request, chapters(_language()), slug, in_order=True)


@require_GET
def reference_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _show(request, reference(), slug, in_order=False)


def _show(request: HttpRequest, pages: Mapping[str, Page], slug: str, *, in_order: bool) -> HttpResponse:
    if slug not in pages:
        raise Http404
    order = list(pages.values())
    place = order.index(pages[slug])
    around = {
        "before": order[place - 1] if in_order and place else None,
        "after": order[place + 1] if in_order and place + 1 < len(order) else None,
    }
    context = {"here": pages[slug], "text": rendered(pages[slug]), **around, **_shelves()}
    return render(request, "guide/page.html", context)


def _shelves() -> dict[str, list[Page]]:
    return {"chapters": list(chapters(_language()).values()), "reference": list(reference().values())}


def _language() -> str:
    return (get_language() or ORIGINAL).partition("-")[0]
