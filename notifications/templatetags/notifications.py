"""What pages say of notifications."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from core.models import Person
from notifications.models import Event, Kind, Outgoing
from notifications.unread import MOST, count_unread
from notifications.writing import letter_of, page_of

register = template.Library()


@register.simple_tag
def unread_count(person: Person) -> int:
    return count_unread(person)


@register.filter
def at_most(number: int) -> str:
    """``7``, or ``99+``."""
    return f"{MOST}+" if number > MOST else str(number)


@register.filter
def unread_words(number: int) -> str:
    """For who does not see the bell."""
    if not number:
        return _("Notifications, nothing new")
    return _("Notifications, %(number)s new") % {"number": at_most(number)}


@register.filter
def subject(event: Event) -> str:
    return letter_of(event).subject


@register.filter
def event_page(event: Event) -> str:
    """Where one sees more of it."""
    about = event.batch or event.domain
    return page_of(about) if about else ""


@register.filter
def kind_words(kind: str) -> str:
    return str(Kind(kind).label)


@register.filter
def condition(message: Outgoing) -> str:
    """``sent``, ``waiting``, ``retrying`` or ``failed``."""
    if message.sent_at:
        return "sent"
    if message.due_at is None:
        return "failed"
    return "retrying" if message.words else "waiting"
