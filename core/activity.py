"""What people did, as an auditor looks for it: by person, action, words and days, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import audit_words
from core.as_text import Row
from core.models import AuditEntry, Person

PER_PAGE = 50
AT_ONCE = 500  # entries that are read from the database at a time
SYSTEM = "system"


def _people() -> list[tuple[str, str]]:
    names = Person.objects.order_by("username").values_list("pk", "username")
    return [
        ("", gettext("Everybody")),
        (SYSTEM, gettext("The system itself")),
        *((str(pk), name) for pk, name in names),
    ]


def _actions() -> list[tuple[str, str]]:
    return [("", gettext("All actions")), *audit_words.actions()]


def _day(label: Any) -> forms.DateField:
    sensible = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}), validators=sensible)


class ActivityFilter(forms.Form):
    """Days are those of the viewer's time zone; both ends count."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    person = forms.ChoiceField(label=_("Person"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)
    since = _day(_("From"))
    until = _day(_("Until"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name, choices in (("person", _people()), ("action", _actions())):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def entries(self) -> QuerySet[AuditEntry]:
        """What fits; a field that makes no sense hides nothing, and says so beside it."""
        self.full_clean()
        wanted: dict[str, Any] = self.cleaned_data
        found = AuditEntry.objects.all()
        if word := wanted.get("q"):
            found = found.filter(Q(thing__icontains=word) | Q(name__icontains=word) | Q(address__startswith=word))
        if person := wanted.get("person"):
            found = found.filter(who=None if person == SYSTEM else person)
        if action := wanted.get("action"):
            found = found.filter(action=action)
        if since := wanted.get("since"):
            found = found.filter(at__gte=_midnight(since))
        if until := wanted.get("until"):
            found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
        return found

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


COLUMNS = ("Time", "Who", "Address", "Action", "Thing", "Sentence", "Details")


def rows(found: QuerySet[AuditEntry]) -> Iterator[Row]:
    """For a file: in English, because it is evidence, and with the recorded action and details as they are."""
    for entry in found.iterator(AT_ONCE):
        with translation.override("en"):
            sentence = audit_words.sentence(entry.action, entry.thing)
        details = json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
        yield (entry.at, entry.name, entry.address, entry.action, entry.thing, sentence, details)


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Some entries; ``older`` is where the next page goes on, None on the last."""

    entries: list[AuditEntry]
    older: int | None
    is_first: bool


def page_of(found: QuerySet[AuditEntry], before: str) -> ActivityPage:
    """The entries that come after the one with the number ``before``, or the newest. Costs the same on every page."""
    start = AuditEntry.objects.filter(pk=before).first() if before.isdecimal() else None
    if start:
        found = found.filter(Q(at__lt=start.at) | Q(at=start.at, pk__lt=start.pk))
    entries = list(found[: PER_PAGE + 1])
    older = entries[PER_PAGE - 1].pk if len(entries) > PER_PAGE else None
    return ActivityPage(entries[:PER_PAGE], older, is_first=start is None)
