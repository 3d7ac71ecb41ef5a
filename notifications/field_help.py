"""What the fields of a webhook mean, for who points at the question mark beside them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import help

WEBHOOK: Mapping[str, Promise] = {
    "url": _("The program there should check the signature of each call, so that it trusts nobody else's."),
    "kinds": _("The same events that the bell shows. A call without an answer is tried again for nearly two days."),
}


def register() -> None:
    help.register("webhook", WEBHOOK, more="reports/#webhooks")
