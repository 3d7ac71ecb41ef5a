"""What people do with notifications, in words for the Activity page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "create webhook": _("Created the webhook %(thing)s"),
    "test webhook": _("Tested the webhook %(thing)s"),
    "switch webhook": _("Switched the webhook %(thing)s on or off"),
    "delete webhook": _("Deleted the webhook %(thing)s"),
    "retry mail": _("Sent the mail to %(thing)s again"),
}
DETAILS = {"is_on": _("On")}
