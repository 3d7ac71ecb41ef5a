"""What people are told: events, and what goes out because of them. The rows are the outbox: no queue knows more."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from batches.models import MigrationBatch
from core.fields import EncryptedTextField
from core.models import Person
from domains.models import Domain


class Kind(models.TextChoices):
    """What can happen to a batch or a domain that people want to know without looking."""

    STARTED = "started", _("Mailboxes have begun")
    FINISHED = "finished", _("The first copies have ended")
    REPORT = "report", _("Report at an interval")
    STOPPED = "stopped", _("A batch has stopped by itself")
    FAILURES = "failures", _("Many mailboxes fail")
    UNREACHABLE = "unreachable", _("A server does not answer")
    RECORD_GONE = "record_gone", _("The record of a verified domain is gone")
    TEST = "test", _("Test of a webhook")


TOLD = [kind for kind in Kind if kind != Kind.TEST]


class Event(models.Model):
    """Something that happened to a batch, with its figures of that moment, or to a domain.

    It is open as long as it holds, or as nothing newer of its kind has happened: so it is told once.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    batch = models.ForeignKey(MigrationBatch, on_delete=models.CASCADE, null=True, related_name="events")
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, null=True, related_name="events")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "kind"], condition=models.Q(closed_at__isnull=True), name="open_event_once"
            ),
            models.UniqueConstraint(
                fields=["domain", "kind"], condition=models.Q(closed_at__isnull=True), name="open_event_of_domain_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "id"])]


class ReadUntil(models.Model):
    """The newest event that a person has seen."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    event_id = models.BigIntegerField(default=0)


class Outgoing(models.Model):
    """One message to one recipient: waiting until ``due_at``, sent, or given up. ``words`` say why it did not arrive."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="%(class)ss")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # None: nothing more is tried
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["-id"]


class Mail(Outgoing):
    """A mail as it was written, in the recipient's language."""

    recipient = models.CharField(max_length=254)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()

    class Meta(Outgoing.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "recipient"], name="mail_once")]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="mails_due"), models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return self.recipient


class Webhook(models.Model):
    """An address that is called when something happens. ``secret`` signs the calls; it is shown once."""

    url = models.CharField(_("address"), max_length=500)
    kinds = models.JSONField(_("events"), default=list)
    secret = EncryptedTextField()
    is_shown = models.BooleanField(default=False)  # the secret, to who made it
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["url", "id"]

    def __str__(self) -> str:
        return self.url


class Delivery(Outgoing):
    """One call of a webhook. ``code`` is the status that it answered with, if it did."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    code = models.PositiveSmallIntegerField(null=True)

    class Meta(Outgoing.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "webhook"], name="delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="deliveries_due"),
            models.Index(fields=["created_at"]),
        ]
