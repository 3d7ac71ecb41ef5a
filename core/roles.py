"""Who may call which view. Signing in is demanded by middleware; these decorators demand more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from core.models import Person, Role
from core.organization import organization

View = Callable[..., HttpResponseBase]


def signed_in_person(request: HttpRequest) -> Person:
    """Who asks. Signing in is demanded by middleware, so somebody does."""
    if not isinstance(request.user, Person):
        raise PermissionDenied(_("Sign in first."))
    return request.user


def may_download(person: Person) -> bool:
    """Reports and the subjects of mail in them."""
    return person.role != Role.HELPDESK or organization().helpdesk_may_download


def _demand(allowed: Callable[[Person], bool], sentence: Callable[[], str]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not isinstance(request.user, Person) or not allowed(request.user):
                raise PermissionDenied(sentence())
            return view(request, *args, **kwargs)

        return guarded

    return decorate


administrators_only = _demand(
    lambda person: person.is_administrator, lambda: _("Only an administrator can do this. Ask one, or sign in as one.")
)
auditors_only = _demand(
    lambda person: person.may_audit, lambda: _("Only a manager or an administrator can see what people did.")
)
downloaders_only = _demand(may_download, lambda: _("Only a manager or an administrator can download reports."))
