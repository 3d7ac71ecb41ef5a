"""Who may sign in, and as what. Administrators decide; nobody decides about themselves."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from core import audit, sessions
from core.models import Authenticator, Person, RecoveryCode, Role


class NotAllowed(Exception):
    """Nobody may do this. Its text is a sentence for people: why not."""


def invite(person: Person, *, by: Person) -> None:
    """Save somebody new, who chooses a password by the page that :func:`join_path` leads to."""
    person.set_unusable_password()
    with transaction.atomic():
        person.save()
        audit.record(by, "invite person", person, role=person.role, mail=person.email)


def join_path(person: Person) -> str:
    """The page where an invited person chooses a password: once, within ``PASSWORD_RESET_TIMEOUT`` from now."""
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("core:join", args=[uid, default_token_generator.make_token(person)])


def invited_person(uid: str, token: str) -> Person | None:
    """Whom such a page is for; None where it has been used, is too old, or never was."""
    try:
        person = Person.objects.filter(pk=int(urlsafe_base64_decode(uid))).first()
    except ValueError:
        return None
    known = person is not None and person.is_invited and default_token_generator.check_token(person, token)
    return person if known else None


@transaction.atomic
def change_role(person: Person, role: str, *, by: Person) -> None:
    _demand_another(person, by)
    if role == person.role:
        return
    if role != Role.ADMINISTRATOR:
        _demand_other_administrators(person)
    old, person.role = person.role, Role(role)
    person.save(update_fields=["role"])
    audit.record(by, "change role", person, role={"from": old, "to": role})


@transaction.atomic
def disable(person: Person, *, by: Person) -> None:
    """Nobody signs in with this account any more, and who is signed in is out. What it did stays in the audit log."""
    _demand_another(person, by)
    _demand_other_administrators(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    sessions.end_all(person)
    audit.record(by, "disable person", person)


@transaction.atomic
def enable(person: Person, *, by: Person) -> None:
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record(by, "enable person", person)


@transaction.atomic
def reset_password(person: Person, *, by: Person) -> None:
    """The old password counts no more, and the person is invited anew."""
    _demand_another(person, by)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    sessions.end_all(person)
    audit.record(by, "reset password", person)


@transaction.atomic
def reset_two_factor(person: Person, *, by: Person) -> None:
    """For somebody who has lost the authenticator and the recovery codes."""
    _demand_another(person, by)
    Authenticator.objects.filter(user=person).delete()
    RecoveryCode.objects.filter(person=person).delete()
    sessions.end_all(person)
    audit.record(by, "reset two-factor", person)


@transaction.atomic
def end_sessions(person: Person, *, by: Person) -> None:
    sessions.end_all(person)
    audit.record(by, "end sessions", person)


def _demand_another(person: Person, by: Person) -> None:
    if person == by:
        raise NotAllowed(_("Nobody can do this to their own account. Ask another administrator."))


def _demand_other_administrators(person: Person) -> None:
    """Locks the administrators' rows, so that two of them can not switch each other off at once."""
    enabled = Person.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    if {other.pk for other in enabled} <= {person.pk}:
        raise NotAllowed(_("%(name)s is the last administrator who can sign in.") % {"name": person})
