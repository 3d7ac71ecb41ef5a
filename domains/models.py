"""The DNS domains whose mail moves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Domain(models.Model):
    """A domain of the organization, in lower case and without a final dot."""

    name = models.CharField(_("domain name"), max_length=253, unique=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
