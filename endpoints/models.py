"""Servers we read from and write to."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField
from core.models import Person

# Never {user} alone: an administrator's password tried with everybody's own name locks their accounts.
DEFAULT_TEMPLATE = "{user}*{admin}"
LIMIT = [MinValueValidator(1), MaxValueValidator(100)]


class EndpointType(models.TextChoices):
    """What a server speaks. A new type is one entry here and one module that ``endpoints.connect`` knows."""

    IMAP = "imap", _("IMAP")


class Security(models.TextChoices):
    TLS = "tls", _("TLS")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("None (not encrypted)")


class Trust(models.TextChoices):
    """Which certificates are accepted."""

    SYSTEM = "system", _("Trusted certification authorities")
    CA = "ca", _("Our own certification authority")
    PINNED = "pinned", _("This one certificate")


class SignIn(models.TextChoices):
    """Whose name and password open a mailbox."""

    USER = "user", _("Each user's own name and password, from the CSV file")
    TEMPLATE = "template", _("An administrator's account, named together with the user")
    AUTHORIZATION = "authorization", _("An administrator's account, with the user as SASL authorization identity")


class ConnectionSettings(models.Model):
    """Everything that is needed to connect to a server and sign in."""

    type = models.CharField(_("type"), max_length=20, choices=EndpointType, default=EndpointType.IMAP)
    server = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(_("security"), max_length=10, choices=Security, default=Security.TLS)
    trust = models.CharField(_("certificate check"), max_length=10, choices=Trust, default=Trust.SYSTEM)
    ca_pem = models.TextField(_("certificate of the authority (PEM)"), blank=True)
    pinned_sha256 = models.CharField(_("SHA-256 fingerprint of the certificate"), max_length=64, blank=True)
    compress = models.BooleanField(_("compress the connection"), default=False)
    sign_in = models.CharField(_("sign-in"), max_length=20, choices=SignIn, default=SignIn.USER)
    # {user} is the mailbox's own name, {admin} the administrator's: "{user}*{admin}" (Dovecot), "DOMAIN/{admin}/{user}" (Exchange).
    user_template = models.CharField(_("user name"), max_length=200, default=DEFAULT_TEMPLATE)
    admin_user = models.CharField(_("administrator's account"), max_length=254, blank=True)
    admin_password = EncryptedTextField(_("administrator's password"), blank=True)
    test_mailbox = models.CharField(_("test mailbox"), max_length=254, blank=True)
    test_password = EncryptedTextField(_("test mailbox's password"), blank=True)

    class Meta:
        abstract = True


class Limits(models.Model):
    """How much a server may be asked to do at once and in a second, and at which hours. Blank means: without that limit."""

    max_concurrent_migrations = models.PositiveSmallIntegerField(
        _("maximum concurrent migrations"), default=20, validators=LIMIT
    )
    max_concurrent_incremental_syncs = models.PositiveSmallIntegerField(
        _("maximum concurrent incremental syncs"), default=10, validators=LIMIT
    )
    # Exchange allows about 16 for one user, whose own mail program needs some of them.
    connections_per_mailbox = models.PositiveSmallIntegerField(
        _("connections for one mailbox"), default=2, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    max_messages_per_second = models.PositiveIntegerField(
        _("maximum messages per second"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_kilobytes_per_second = models.PositiveIntegerField(
        _("maximum kilobytes per second"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    # Times of the clock in the organization's zone; both or none. Over midnight where the second is the earlier.
    hours_from = models.TimeField(_("allowed from"), null=True, blank=True)
    hours_until = models.TimeField(_("allowed until"), null=True, blank=True)
    whole_days = models.CharField(_("allowed all day on"), max_length=7, blank=True)  # "67": Saturday, Sunday

    class Meta:
        abstract = True


class MigrationEndpoint(ConnectionSettings, Limits):
    """A server with its connection settings, credentials and limits, described once and used by many batches.

    ``slowed_to`` and what follows it is what came of its complaints, as ``pressure.Slowdown`` reads it.
    """

    name = models.CharField(_("name"), max_length=64, unique=True)
    slowed_to = models.PositiveSmallIntegerField(null=True)
    slowed_at = models.DateTimeField(null=True)
    slowed_since = models.DateTimeField(null=True)
    slowed_words = models.TextField(blank=True)  # the server's, verbatim
    is_default_target = models.BooleanField(_("default target"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(max_concurrent_incremental_syncs__lte=models.F("max_concurrent_migrations")),
                name="incremental_syncs_within_migrations",
            ),
            models.UniqueConstraint(
                fields=["is_default_target"], condition=models.Q(is_default_target=True), name="one_default_target"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AvailabilityTest(models.Model):
    """The result of one availability test of an endpoint; the newest is shown, the others are its history."""

    endpoint = models.ForeignKey(MigrationEndpoint, on_delete=models.CASCADE, related_name="tests")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    passed = models.BooleanField()
    code = models.CharField(max_length=40, blank=True)  # of mailsync.errors; empty when passed
    words = models.TextField(blank=True)  # what the server said, verbatim
    found = models.JSONField(default=dict)  # capabilities, certificate, counts: what the server told
    outdated = models.BooleanField(default=False)  # the connection settings have changed since

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        get_latest_by = "at"


class Complaint(models.Model):
    """What a server said when it was too much for it. The newest are kept."""

    endpoint = models.ForeignKey(MigrationEndpoint, on_delete=models.CASCADE, related_name="complaints")
    at = models.DateTimeField()
    mailbox = models.CharField(max_length=254)
    code = models.CharField(max_length=40)  # of mailsync.errors
    words = models.TextField(blank=True)  # what the server said, verbatim

    class Meta:
        ordering: ClassVar = ["-at", "-id"]


class EndpointDraft(ConnectionSettings, Limits):
    """An endpoint that somebody is describing in the wizard: it survives leaving and coming back."""

    name = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    test = models.JSONField(default=dict)  # passed, code, words, found of the last try
    return_to = models.CharField(max_length=500, blank=True)  # the page of ours that waits for the endpoint
