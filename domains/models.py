"""The DNS domains whose mail moves, and what their name servers answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Person
from domains.dns.names import parse_domain


class Proof(models.TextChoices):
    """What shows that a domain belongs to the organization. ``PARENT``: the domain above it does."""

    TXT = "txt", _("TXT record")
    MX = "mx", _("MX record")
    PARENT = "parent", _("Parent domain")


class Domain(models.Model):
    """A domain of the organization, as in the DNS: in lower case, ASCII, without a final dot.

    ``token`` is what its DNS has to show. A person's decisions are ``proof`` (which record they mean to set), ``dns_host`` (whose instructions they read) and
    ``source_hosts`` (the mail servers of before, found at the first look and correctable). All else the DNS has answered:

    ``verified_at`` stays when the record is taken away afterwards, as people do; ``gone_since`` tells of it.
    ``mail_records`` are the newest mail records, ``tracker`` and ``mx_stage`` how far the MX change is (``domains.dns``).

    The database is the truth of what is to be asked: what is due by ``verification_due_at`` or ``mail_due_at`` is asked by
    any worker that gets the lease. ``asked_at`` is when somebody wanted to know at once.
    """

    name = models.CharField(_("domain name"), max_length=253, unique=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=60)
    proof = models.CharField(max_length=10, choices=Proof, default=Proof.TXT)
    dns_host = models.CharField(max_length=30, blank=True)  # a code of domains.dns.dns_hosts, "" for the general words
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=10, choices=Proof, blank=True)
    gone_since = models.DateTimeField(null=True)
    zone = models.CharField(max_length=253, blank=True)  # holds its records: the domain itself, or one above it
    name_servers = models.JSONField(default=list)  # as the parent names them
    found_host = models.CharField(max_length=30, blank=True)  # whose they are, like dns_host
    asked_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)  # when the proof was last looked for
    verification_due_at = models.DateTimeField(null=True, db_index=True)
    mail_due_at = models.DateTimeField(null=True, db_index=True)
    lease_until = models.DateTimeField(null=True)
    source_hosts = models.JSONField(default=list)
    mail_records = models.JSONField(default=dict)
    mail_checked_at = models.DateTimeField(null=True)
    tracker = models.JSONField(default=dict)
    tracked_by = models.CharField(
        max_length=64, blank=True
    )  # fingerprint of what the tracker took for source and target
    mx_stage = models.CharField(max_length=20, default="not_started")

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "domains"

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people read it: "münchen.de"."""
        return parse_domain(self.name).shown if "xn--" in self.name else self.name

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def former_tokens(self) -> tuple[str, ...]:
        """What this name had to show before it was removed and added again, the newest first."""
        return tuple(FormerToken.objects.filter(name=self.name).order_by("-pk").values_list("token", flat=True)[:20])


class FormerToken(models.Model):
    """What a domain of this name had to show before it was removed. Whoever still shows it has read an old page."""

    name = models.CharField(max_length=253, db_index=True)
    token = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class CheckKind(models.TextChoices):
    """What the name servers were asked for, and what a row holds: a Verification, an Observation or MailRecords."""

    VERIFICATION = "verification", _("Proof of ownership")
    MX = "mx", _("MX records")
    MAIL = "mail", _("Mail records")


class DnsCheck(models.Model):
    """What the name servers answered, from ``first_at`` until ``last_at``, so many ``times``.

    The next look that finds the same only moves ``last_at``: the rows of a domain are the moments at which something
    changed. ``result`` is the newest that ``domains.dns`` found, as its ``to_json`` writes it; ``fingerprint`` is of what
    makes two results differ, which neither times nor lifetimes counting down do. ``passed``: the proof is there, or, of mail,
    a server of the domain answered.
    """

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=20, choices=CheckKind)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    passed = models.BooleanField()
    result = models.JSONField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-last_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["domain", "kind", "-last_at"], name="checks_of_a_domain")]

    def __str__(self) -> str:
        return f"{self.domain_id} {self.kind} {self.first_at:%Y-%m-%d %H:%M}"
