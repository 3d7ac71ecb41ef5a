"""Asks before something is done that has consequences: a dialog for htmx, a page of its own otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.http import render_page


@dataclass(frozen=True, slots=True)
class Question:
    """``consequences`` are sentences; ``label`` is the button that does it and ``cancel`` the address of who does not.

    What can not be undone is ``dangerous``: its button is red.

    The answer is a POST to the same address, with ``fields`` in it, and with what the template ``form`` asks besides, which
    is shown with ``more``.
    """

    title: str
    consequences: Sequence[str]
    label: str
    cancel: str
    fields: Mapping[str, str] = field(default_factory=dict)
    dangerous: bool = True
    form: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def ask(request: HttpRequest, question: Question) -> HttpResponse:
    context = {"question": question, "action": request.path}
    return render_page(request, "core/confirm.html", context, partial="confirm-dialog")
