"""Sends mails by SMTP."""

from __future__ import annotations

import smtplib
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from batches.server_words import kept
from notifications.models import Mail
from notifications.trying import due, forget_old, in_vain, sent


def send_mails(now: datetime) -> None:
    """Those that are due. Without a mail server they wait, for somebody to read them on the page."""
    forget_old(Mail, now)
    if not settings.EMAIL_HOST:
        return
    connection = get_connection()
    try:
        for mail in due(Mail, now):
            _send(mail, connection, now)
    finally:
        connection.close()


def _send(mail: Mail, connection: BaseEmailBackend, now: datetime) -> None:
    try:
        connection.open()
        _message(mail, connection).send()
    except (smtplib.SMTPException, OSError) as error:
        connection.close()  # whatever state it is in: the next mail opens a new one
        in_vain(mail, _words(error), now, for_good=_is_final(error))
    else:
        sent(mail, now)


def _message(mail: Mail, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    # The same in every try, so that a mail which arrives twice is known as one; nobody's absence note answers it.
    site = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": f"<notification-{mail.pk}@{site}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.recipient], connection=connection, headers=headers
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refused = [f"{code} {_text(said)}" for code, said in error.recipients.values()]
        return _clean("; ".join(refused))
    if isinstance(error, smtplib.SMTPResponseException):
        return _clean(f"{error.smtp_code} {_text(error.smtp_error)}")
    return _clean(f"{type(error).__name__}: {error}")


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _clean(words: str) -> str:
    return kept(words, without=(settings.EMAIL_HOST_PASSWORD,))


def _is_final(error: Exception) -> bool:
    """The server will not change its mind about this recipient (RFC 5321 section 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return False
