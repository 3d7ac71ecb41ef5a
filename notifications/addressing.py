"""Who is told of an event: a mail for each recipient of the batch, a call for each webhook that asked for it.

A domain has no recipients: the administrators are told.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models.functions import Lower

from core.models import Person, Role
from notifications.models import Delivery, Event, Mail, Webhook
from notifications.writing import write


def address(event: Event) -> None:
    """In the transaction that keeps the event: either all of it is kept or nothing."""
    recipients = _recipients(event)
    people = _people(recipients)
    Mail.objects.bulk_create(write(event, recipient, people.get(recipient.lower())) for recipient in recipients)
    Delivery.objects.bulk_create(
        Delivery(event=event, webhook=webhook, created_at=event.at, due_at=event.at)
        for webhook in Webhook.objects.filter(is_on=True)
        if event.kind in webhook.kinds
    )


def _recipients(event: Event) -> Sequence[str]:
    """Each address once, however it is written."""
    given = event.batch.notification_emails if event.batch else _administrators() if event.domain else []
    return list({recipient.lower(): recipient for recipient in given}.values())


def _administrators() -> Sequence[str]:
    active = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(email="")
    return list(active.order_by("pk").values_list("email", flat=True))


def _people(addresses: Sequence[str]) -> dict[str, Person]:
    """Those recipients who sign in here, by their address in lower case."""
    known = Person.objects.annotate(address=Lower("email")).filter(address__in=[each.lower() for each in addresses])
    return {person.email.lower(): person for person in known}
