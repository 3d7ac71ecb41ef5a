"""The organization, its people, and what they did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

DAYS = [MinValueValidator(1), MaxValueValidator(3650)]


class PasswordWipe(models.TextChoices):
    """When the passwords of a batch's users are forgotten."""

    DELETED = "deleted", _("When the batch is deleted")
    SYNCED = "synced", _("When the first sync is done and the batch is not kept in step")
    DAYS = "days", _("Some days after the last sync")


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
    trace_days = models.PositiveSmallIntegerField(_("days that protocol traces are kept"), default=14, validators=DAYS)
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
    """Somebody who signs in. ``language`` and ``time_zone`` empty mean: as the browser or the settings say."""

    objects: ClassVar[People] = People()

    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.HELPDESK)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def may_download(self) -> bool:
        from core.organization import organization  # which reads a row of this file

        return self.role != Role.HELPDESK or organization().helpdesk_may_download


class AuditEntry(models.Model):
    """One action of a person: who did what to which thing, when and from where. Never changed, never deleted."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    who = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=150)  # stays readable when the account is renamed
    address = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=64)
    thing = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]


class RefusedSignIn(models.Model):
    """A sign-in that was refused a short while ago. Rows older than the waiting time are dropped as new ones come."""

    at = models.DateTimeField()
    name = models.CharField(max_length=150)  # as typed, in lower case; need not be anybody's
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "address", "at"], name="refused_sign_ins")]
