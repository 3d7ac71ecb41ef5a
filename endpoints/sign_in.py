"""Whose name goes to the server: the templates of user names, and what they make of a user's name. Pure."""

from __future__ import annotations

import re
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from endpoints.models import SignIn

# Offered where a template is asked for; any other that names both is as good.
TEMPLATES: tuple[tuple[str, str | Promise], ...] = (
    ("{user}*{admin}", gettext_lazy("Dovecot and Cyrus: master user")),
    ("DOMAIN/{admin}/{user}", gettext_lazy("Exchange: write your domain's name in place of DOMAIN")),
    ("{admin}/{user}", gettext_lazy("Exchange, where the account needs no domain")),
    ("{user}%{admin}", gettext_lazy("Courier and others")),
)

EXAMPLE = "pilarp@contoso.com"  # whose name previews show as long as no test mailbox is named

_PLACE = re.compile(r"\{([^{}]*)\}")


class NamesUsers(Protocol):
    """The part of an endpoint that decides about names."""

    sign_in: str
    user_template: str
    admin_user: str


def login_name(settings: NamesUsers, user: str) -> str:
    """The name that is given to the server to open the mailbox of ``user``."""
    if settings.sign_in == SignIn.AUTHORIZATION:
        return settings.admin_user
    if settings.sign_in == SignIn.TEMPLATE:
        return fill(settings.user_template, user=user, admin=settings.admin_user)
    return user


def authorization_id(settings: NamesUsers, user: str) -> str:
    """The SASL authorization identity (RFC 4616): who to act as, where that is not who signs in."""
    return user if settings.sign_in == SignIn.AUTHORIZATION else ""


def fill(template: str, *, user: str, admin: str) -> str:
    """``template`` with ``{user}`` and ``{admin}`` replaced, once: braces inside a name stay as they are."""
    values = {"user": user, "admin": admin}
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


def template_fault(template: str) -> str:
    """Why ``template`` can not be used, as a sentence, or the empty text."""
    unknown = sorted(set(_PLACE.findall(template)) - {"user", "admin"})
    if unknown:
        return _("{%(name)s} is not known here. Write {user} for the user and {admin} for the administrator.") % {
            "name": unknown[0]
        }
    if "{user}" not in template:
        return _("The user name has to contain {user}, the place of the user's own name.")
    if "{admin}" not in template:
        return _(
            "The user name has to contain {admin}, the place of the administrator's account. Without it the "
            "administrator's password would be tried with each user's own name, which can lock their accounts."
        )
    if not template.isprintable():
        return _("The user name contains a character that cannot be typed. Type it again.")
    return ""


def preview(settings: NamesUsers, user: str) -> str:
    """A sentence that shows what happens when the mailbox of ``user`` is opened."""
    if settings.sign_in == SignIn.TEMPLATE and (fault := template_fault(settings.user_template)):
        return fault
    names = {"user": user, "login": login_name(settings, user) or _("the administrator's account")}
    if settings.sign_in == SignIn.USER:
        return _("%(user)s signs in as %(login)s, with a password of its own.") % names
    if settings.sign_in == SignIn.AUTHORIZATION:
        return _("%(login)s signs in, and opens the mailbox of %(user)s.") % names
    return _("%(user)s signs in as %(login)s.") % names


def short_form(settings: NamesUsers) -> str:
    """The same for a list: ``{user}*migadmin``."""
    if settings.sign_in == SignIn.USER:
        return _("Each user's own")
    if settings.sign_in == SignIn.AUTHORIZATION:
        return _("%(admin)s for {user}") % {"admin": settings.admin_user}
    return fill(settings.user_template, user="{user}", admin=settings.admin_user)
