"""People, and what they did."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do: an administrator everything, a manager look and download, helpdesk look."""

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
        return self.role in {Role.ADMINISTRATOR, Role.MANAGER}


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
