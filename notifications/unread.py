"""What a person has not seen yet: one number a person, so that it costs one query a page."""

from __future__ import annotations

from django.db.models import BigIntegerField, Max, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from core.models import Person
from notifications.models import Event, Kind, ReadUntil

# Reports that come at an interval are mails; who looks at the pages sees the figures.
SHOWN = (Kind.STARTED, Kind.FINISHED, Kind.STOPPED, Kind.FAILURES, Kind.UNREACHABLE, Kind.RECORD_GONE)
MOST = 99  # more are not counted


def shown_events() -> QuerySet[Event]:
    """The newest first."""
    return Event.objects.filter(kind__in=SHOWN).select_related("batch", "domain").order_by("-pk")


def unread(person: Person) -> QuerySet[Event]:
    """Of what has happened since the account was made."""
    seen = ReadUntil.objects.filter(person=person).values("event_id")
    until = Coalesce(Subquery(seen), Value(0), output_field=BigIntegerField())
    return Event.objects.filter(kind__in=SHOWN, at__gte=person.date_joined, pk__gt=until)


def count_unread(person: Person) -> int:
    """Up to one more than ``MOST``."""
    return unread(person)[: MOST + 1].count()


def mark_read(person: Person) -> None:
    newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
    ReadUntil.objects.update_or_create(person=person, defaults={"event_id": newest})
