"""What fields and columns of endpoints mean, for who points at the question mark beside them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELD_HELP: Mapping[str, Promise] = {
    "limits": _(
        "How many mailboxes are copied for the first time at once, and how many are brought up to date at once, at most."
    ),
}
