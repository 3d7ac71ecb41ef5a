"""The organization, its people, and what they did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, NoReturn
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin

from core.fields import EncryptedTextField

DAYS = [MinValueValidator(1), MaxValueValidator(3650)]


class PasswordWipe(models.TextChoices):
    """When the passwords of a batch's users are forgotten."""

    DELETED = "deleted", _("When the batch is deleted")
    SYNCED = "synced", _("When the first sync is done and the batch is not kept in step")
    DAYS = "days", _("Some days after the last sync")


class MailTarget(models.TextChoices):
    """Where the mail of the organization's domains is to be delivered, which decides what their DNS has to say."""

    MICROSOFT_365 = "microsoft_365", "Microsoft 365"
    OWN = "own", _("Other mail servers")


def _organization_name() -> str:
    return str(settings.ORGANIZATION)


def _language() -> str:
    return str(settings.LANGUAGE_CODE)


def _time_zone() -> str:
    return str(settings.TIME_ZONE)


def _incremental_sync_hours() -> float:
    return float(settings.INCREMENTAL_SYNC_HOURS)


class OrganizationSettings(models.Model):
    """What administrators decide for everybody: one row. Read it by ``organization.organization()``.

    As long as nobody has saved it there is none, and the environment's values hold.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name of the organization"), max_length=100, blank=True, default=_organization_name)
    language = models.CharField(_("language"), max_length=10, default=_language)
    time_zone = models.CharField(_("time zone"), max_length=64, default=_time_zone)
    incremental_sync_hours = models.FloatField(
        _("hours between incremental syncs"),
        default=_incremental_sync_hours,
        validators=[MinValueValidator(1 / 60), MaxValueValidator(24 * 365)],
    )
    draft_days = models.PositiveSmallIntegerField(_("days that drafts are kept"), default=30, validators=DAYS)
    wipe_passwords = models.CharField(
        _("forget passwords from CSV files"), max_length=10, choices=PasswordWipe, default=PasswordWipe.DELETED
    )
    password_days = models.PositiveSmallIntegerField(
        _("days after the last sync"), null=True, blank=True, validators=DAYS
    )
    endpoint_credential_days = models.PositiveSmallIntegerField(
        _("days after the last use"), null=True, blank=True, validators=DAYS
    )
    helpdesk_may_download = models.BooleanField(_("helpdesk may download reports"), default=False)
    two_factor_for_administrators = models.BooleanField(_("administrators need a second factor"), default=False)
    verified_domains_only = models.BooleanField(_("staged batches only with verified domains"), default=True)
    mail_target = models.CharField(
        _("where mail goes"), max_length=20, choices=MailTarget, default=MailTarget.MICROSOFT_365
    )
    target_tenant = models.CharField(_("first domain at Microsoft 365"), max_length=80, blank=True)
    target_mx_hosts = models.JSONField(_("mail servers of the new system"), default=list, blank=True)
    target_spf_include = models.CharField(_("SPF of the new system"), max_length=253, blank=True)
    target_autodiscover_host = models.CharField(_("Autodiscover of the new system"), max_length=253, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_organization")]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def incremental_sync_interval(self) -> timedelta:
        return timedelta(hours=self.incremental_sync_hours)


class Role(models.TextChoices):
    """What a person may do: an administrator everything, a manager look and download, helpdesk look.

    The organization may let helpdesk download too.
    """

    ADMINISTRATOR = "administrator", _("Administrator")
    HELPDESK = "helpdesk", _("Helpdesk")
    MANAGER = "manager", _("Manager")


class People(UserManager["Person"]):
    """Makes people. Who is made on the command line of the server is an administrator."""

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **more: Any
    ) -> Person:
        return super().create_superuser(username, email, password, **{"role": Role.ADMINISTRATOR, **more})


class Person(AbstractUser):
    """Somebody who signs in. ``language`` and ``time_zone`` empty mean: as the browser or the settings say.

    ``openid`` is the issuer and the subject that an OpenID provider knows the person by. ``generation`` grows when all
    sessions of the person end: older ones count no more.
    """

    objects: ClassVar[People] = People()

    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.HELPDESK)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    openid = models.CharField(max_length=500, null=True, unique=True, editable=False)
    generation = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="mail_address_of_one_person",
                violation_error_message=_("Somebody else has this mail address."),
            )
        ]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        known = f"{self.password}{self.generation}"
        return salted_hmac("core.models.Person.session", known, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_invited(self) -> bool:
        """Whether somebody is let in but has chosen no password yet."""
        return self.is_active and not self.has_usable_password() and not self.openid

    @property
    def may_audit(self) -> bool:
        return self.role != Role.HELPDESK


class PersonSession(models.Model):
    """One browser that a person has signed in with, as long as its session lives."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)  # as it calls itself


class Authenticator(ThrottlingMixin, Device):  # type: ignore[misc]
    """An app that shows a person a new code every half a minute. ``core.two_factor`` verifies them."""

    objects: ClassVar[models.Manager[Authenticator]]  # which the library does not type

    user = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="authenticator")
    key = EncryptedTextField()  # base32
    last_t = models.BigIntegerField(default=-1)  # the half minute of the last code that was accepted

    def get_throttle_factor(self) -> int:
        """Seconds to wait after the first wrong code; twice as long after each further one."""
        return 1


class RecoveryCode(models.Model):
    """Opens the second step once, for somebody whose authenticator is lost."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recovery_codes")
    sha256 = models.CharField(max_length=64)  # a code has 80 random bits: nobody finds it from this


class AuditIsFinal(Exception):
    """Somebody tried to change or delete what is kept of people's actions: a mistake in the program."""


class AuditEntries(models.QuerySet["AuditEntry"]):
    """Entries can be added and read."""

    def update(self, **_: Any) -> NoReturn:
        raise AuditIsFinal

    def delete(self) -> NoReturn:
        raise AuditIsFinal

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise AuditIsFinal


class AuditEntry(models.Model):
    """One action of a person: who did what to which thing, when and from where. Never changed, never deleted."""

    at = models.DateTimeField(auto_now_add=True)
    who = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=150)  # stays readable when the account is renamed
    address = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=64)
    thing = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    objects = AuditEntries.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        base_manager_name = "objects"
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="activity"),
            models.Index(fields=["action", "-at"], name="activity_by_action"),
            models.Index(fields=["who", "-at"], name="activity_by_person"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AuditIsFinal
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise AuditIsFinal


class RefusedSignIn(models.Model):
    """A sign-in that was refused a short while ago. Rows older than the waiting time are dropped as new ones come."""

    at = models.DateTimeField()
    name = models.CharField(max_length=150)  # as typed, in lower case; need not be anybody's
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "address", "at"], name="refused_sign_ins")]
