"""Forms whose answers were refused. They are shown by a GET, so that Back, Reload and a closed browser are harmless.

What was typed waits in the session under a token that stands in the URL: two tabs do not disturb each other, and the page
without the token is the empty form. Passwords and files do not wait: they are asked for again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from core.http import see_other
from core.uploads import PARAMETER as TOO_LARGE

PARAMETER = "refused"
KEPT = 5  # tabs in which somebody was refused last
_SESSION_KEY = "refusals"

FormT = TypeVar("FormT", bound=forms.BaseForm)


def fill_in(form: type[FormT], request: HttpRequest, **given: Any) -> FormT:
    """``form`` with what was sent, be it nothing; on a GET with what was refused before, if anything was."""
    if request.method == "POST":
        return form(request.POST, request.FILES, **given)
    if TOO_LARGE in request.GET:
        return _told_at_its_file(form(**given))
    kept = _refusals(request).get(request.GET.get(PARAMETER, ""))
    if kept is None or kept["path"] != request.path:
        return form(**given)
    return _restored(form(_query(kept["data"]), **given), kept["errors"])


def _told_at_its_file(form: FormT) -> FormT:
    """Nothing of what was sent has been read, so the rest of the form is as it was before."""
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField):
            form.errors[name] = form.error_class([_("What was sent is far too large, so nothing of it was read.")])
    return form


def refuse(request: HttpRequest, form: forms.BaseForm) -> HttpResponse:
    """Back to the same page, which then shows what was typed and what is wrong with it."""
    token = secrets.token_urlsafe(6)
    kept = {"path": request.path, "data": _harmless(form), "errors": form.errors}
    newest = [*_refusals(request).items(), (token, kept)][-KEPT:]
    request.session[_SESSION_KEY] = dict(newest)
    return see_other(f"{request.path}?{with_parameter(request.GET, token)}")


def with_parameter(query: QueryDict, token: str) -> str:
    changed = query.copy()
    changed[PARAMETER] = token
    return changed.urlencode()


def _refusals(request: HttpRequest) -> dict[str, Any]:
    return cast(dict[str, Any], request.session.get(_SESSION_KEY, {}))


def _harmless(form: forms.BaseForm) -> dict[str, list[str]]:
    secret = {
        form.add_prefix(name) for name, field in form.fields.items() if isinstance(field.widget, forms.PasswordInput)
    }
    sent = cast(QueryDict, form.data)
    return {name: values for name, values in sent.lists() if name not in secret | {"csrfmiddlewaretoken"}}


def _query(data: Mapping[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, values)
    return query


def _restored(form: FormT, errors: Mapping[str, list[str]]) -> FormT:
    """With the sentences of then: without password and file the form would find other faults now.

    A field that the form had then may be gone, as where another tab has changed what is asked.
    """
    form.errors.clear()
    for name, sentences in errors.items():
        if name == NON_FIELD_ERRORS or name in form.fields:
            form.add_error(None if name == NON_FIELD_ERRORS else name, list(sentences))
    return form
