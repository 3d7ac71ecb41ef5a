"""The link by which an invited person chooses a password, sent by mail where a mail server is set."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit
from core.models import Person
from core.organization import organization


class NotSent(Exception):
    """The mail server did not take it. Its text is what the server, or this computer, said."""


def can_mail(person: Person) -> bool:
    return bool(settings.EMAIL_HOST and person.email)


def mail_invitation(person: Person, link: str, *, by: Person) -> None:
    """In the person's language, or the organization's. Raises NotSent."""
    with translation.override(person.language or organization().language):
        subject = _("Your sign-in for Migration Center")
        context = {"person": person, "link": link, "organization": organization().name, "by": by}
        text = render_to_string("core/people/invitation.txt", context)
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [person.email])
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(_words(error)) from error
    audit.record(by, "mail invitation", person, mail=person.email)


def _words(error: Exception) -> str:
    return str(error).replace(settings.EMAIL_HOST_PASSWORD or "\0", "…")[:500] or type(error).__name__
