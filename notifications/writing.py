"""What is said of an event: the same words in mails, on the page and in webhooks, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batches.models import MigrationBatch
from core.models import Person
from core.organization import organization
from core.preferences import zone_of
from core.templatetags.page import grouped, short_size
from domains.models import Domain
from endpoints.words import sentence
from notifications.models import Event, Kind, Mail


@dataclass(frozen=True, slots=True)
class Letter:
    """``subject`` in a line, ``lead`` in a sentence or two, the server's own ``words`` or none, figures and links by names."""

    subject: str
    lead: str
    words: str
    figures: Sequence[tuple[str, str]]
    links: Sequence[tuple[str, str]]


def write(event: Event, recipient: str, person: Person | None) -> Mail:
    """A mail in the language and the time zone of the person, or of the organization where nobody is known by that address."""
    language = (person.language if person else "") or organization().language
    zone = zone_of((person.time_zone if person else "") or organization().time_zone)
    with translation.override(language), timezone.override(zone):
        letter = letter_of(event)
        context = {"letter": letter, "event": event, "organization": organization().name, "zone": zone}
        text, html = (render_to_string(f"notifications/letter.{form}", context) for form in ("txt", "html"))
    subject = " ".join(letter.subject.split())[:250]
    return Mail(
        event=event,
        recipient=recipient,
        language=language,
        created_at=event.at,
        due_at=event.at,
        subject=subject,
        text=text.strip() + "\n",
        html=html,
    )


def letter_of(event: Event) -> Letter:
    """In the language that is active."""
    if event.domain:
        return _record_gone(event.domain)
    if event.kind == Kind.TEST or event.batch is None:
        return Letter(_("Test of a webhook"), _("If you read this, it works."), "", [], [])
    name, facts = event.batch.name, event.facts
    subject, lead = SAID[Kind(event.kind)](name, facts)
    return Letter(subject, lead, facts.get("words", ""), _figures(facts), _links(event))


def _started(name: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    begun = facts["total"] - facts["waiting"] - facts["failed"]
    subject = ngettext(
        "Migration batch %(name)s: %(begun)s mailbox has begun, %(failed)s failed",
        "Migration batch %(name)s: %(begun)s mailboxes have begun, %(failed)s failed",
        begun,
    )
    lead = _("The batch has been started. This is where its mailboxes stand.")
    return subject % {"name": name, "begun": begun, "failed": facts["failed"]}, lead


def _finished(name: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    if facts["failed"]:
        lead = _(
            "All others have their first copy. Look at the failed ones, mend what the errors name, then retry them."
        )
        return _("Migration batch %(name)s has ended its first copies, with errors") % {"name": name}, lead
    lead = _(
        "Every mailbox has its first copy. They are kept in step as the batch's settings say, until it is deleted."
    )
    return _("Migration batch %(name)s has ended its first copies") % {"name": name}, lead


def _report(name: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    subject = _("Migration batch %(name)s: %(synced)s of %(total)s mailboxes are synced")
    return subject % {"name": name, **facts}, _(
        "The report that comes at the interval which the batch has in its settings."
    )


def _stopped(name: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    lead = _(
        "A server refused sign-ins one after the other. So that no account gets locked, nothing more is tried. Correct the "
        "account or the passwords, then resume the batch."
    )
    return _("Migration batch %(name)s has stopped by itself") % {"name": name}, lead


def _failures(name: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    subject = ngettext(
        "Migration batch %(name)s: %(failed)s mailbox failed",
        "Migration batch %(name)s: %(failed)s mailboxes failed",
        facts["failed"],
    )
    lead = _("That is a lot of them, and there may be one cause for all. The others go on.")
    return subject % {"name": name, **facts}, lead


def _unreachable(name: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    lead = sentence(facts.get("code", ""), side=facts.get("side", ""))
    return _("Migration batch %(name)s: a server does not answer") % {"name": name}, lead


def _record_gone(domain: Domain) -> Letter:
    lead = _(
        "The record that proved that the domain is yours is not found any more. It stays verified, and nothing stops. If you "
        "did not take the record away yourself, look whether the domain is still in your hands."
    )
    subject = _("The verification record of %(name)s is gone") % {"name": domain.shown}
    return Letter(subject, lead, "", [], [(_("Open the domain"), site_address(page_of(domain)))])


def page_of(about: MigrationBatch | Domain) -> str:
    """The path of the page of what an event is about."""
    return reverse("domains:detail" if isinstance(about, Domain) else "batches:detail", args=[about.pk])


SAID: Mapping[Kind, Callable[[str, Mapping[str, Any]], tuple[str, str]]] = {
    Kind.STARTED: _started,
    Kind.FINISHED: _finished,
    Kind.REPORT: _report,
    Kind.STOPPED: _stopped,
    Kind.FAILURES: _failures,
    Kind.UNREACHABLE: _unreachable,
}


def _figures(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    counts = [
        (_("Mailboxes"), "total"),
        (_("Synced"), "synced"),
        (_("Failed"), "failed"),
        (_("In progress"), "working"),
        (_("Waiting"), "waiting"),
        (_("Stopped"), "stopped"),
        (_("Items synced"), "items"),
        (_("Items skipped"), "skipped"),
    ]
    shown = [
        (label, grouped(facts[name])) for label, name in counts if facts[name] or name in {"total", "synced", "failed"}
    ]
    return [*shown, (_("Data migrated"), short_size(facts["octets"]))]


def _links(event: Event) -> list[tuple[str, str]]:
    about = [event.batch_id]
    failed = [(_("Failed mailboxes"), reverse("batches:users", args=about) + "?status=failed")]
    links = [
        (_("Open the batch"), reverse("batches:detail", args=about)),
        *(failed if event.facts["failed"] else []),
        (_("Statistics"), reverse("batches:statistics", args=about)),
        (_("Error report"), reverse("batches:errors", args=about)),
    ]
    return [(label, site_address(path)) for label, path in links]


def site_address(path: str) -> str:
    """The whole address of one of our pages."""
    return f"{settings.SITE_URL}{path}"
