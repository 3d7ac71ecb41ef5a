"""Who somebody is here whom the OpenID provider knows."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.models import Person, Role
from core.openid import Refused

REFUSE = "refuse"


def person_for(claims: dict[str, Any]) -> Person:
    """The person with this subject, or with this verified mail address, or a new one. Raises Refused.

    Whoever comes in twice at once, as with two tabs, is one person: the database lets the first of them in, and the second
    one finds who that is.
    """
    try:
        return _person_for(claims)
    except IntegrityError:
        return _person_for(claims)


@transaction.atomic
def _person_for(claims: dict[str, Any]) -> Person:
    openid = f"{settings.OIDC_ISSUER} {claims['sub']}"[:500]
    person = Person.objects.filter(openid=openid).first() or _linked(openid, claims) or _new(openid, claims)
    if not person.is_active:
        raise Refused(_("This account is switched off. Ask an administrator."))
    return person


def verified_address(claims: dict[str, Any]) -> str:
    return str(claims.get("email", "")) if claims.get("email_verified") is True else ""


def role_of(claims: dict[str, Any]) -> Role | None:
    """The first role that the claim gives, as ``OIDC_ROLES`` lists them; else that of new people; None where refused."""
    given = claims.get(settings.OIDC_ROLE_CLAIM, [])
    values = {str(value) for value in (given if isinstance(given, list) else [given])}
    for value, role in settings.OIDC_ROLES:
        if value in values:
            return Role(role)
    return None if settings.OIDC_NEW_PEOPLE == REFUSE else Role(settings.OIDC_NEW_PEOPLE)


def _linked(openid: str, claims: dict[str, Any]) -> Person | None:
    """Whoever an administrator has invited with the address that the provider has verified."""
    address = verified_address(claims)
    invited = Person.objects.select_for_update().filter(email__iexact=address, openid=None)
    person = invited.first() if address else None
    if person:
        person.openid = openid
        person.save(update_fields=["openid"])
        audit.record(person, "link account", person, mail=address)
    return person


def _new(openid: str, claims: dict[str, Any]) -> Person:
    role = role_of(claims)
    if role is None:
        raise Refused(
            _("Nobody has invited you to Migration Center. Ask an administrator to invite your mail address.")
        )
    address = verified_address(claims)
    taken = Person.objects.filter(email__iexact=address).exists()
    name = _free_name(str(claims.get("preferred_username") or address or claims["sub"]))
    person = Person(username=name, email="" if taken else address, role=role, openid=openid)
    person.set_unusable_password()
    person.save()
    audit.record(person, "join by OpenID", person, role=role, mail=person.email)
    return person


def _free_name(wanted: str) -> str:
    """Never the name of somebody else: that would be their account in the eyes of others."""
    plain = "".join(sign for sign in wanted if sign.isalnum() or sign in "@.+-_")[:140] or "person"
    names = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
    return next(name for name in names if not Person.objects.filter(username__iexact=name).exists())
