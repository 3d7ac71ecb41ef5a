"""What the columns of the list of domains mean, for who points at the question mark beside them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import help

COLUMNS: Mapping[str, Promise] = {
    "percentage": _(
        "How many mailboxes of this domain have their first copy, in all batches. Change its MX record at 100 %."
    ),
    "waiting": _("Mailboxes in the queue: their batch is not started, or their turn has not come."),
    "working": _("Mailboxes that a worker is at, with their first copy."),
}


def register() -> None:
    help.register("domain", COLUMNS, more="finish/#turn-the-mx-record")
