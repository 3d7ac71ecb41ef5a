"""What people do with endpoints, in words for the Activity page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from core.audit_words import Words
from endpoints.words import SENTENCES as ERRORS
from endpoints.words import sentence

SENTENCES = {
    "create endpoint": _("Created the endpoint %(thing)s"),
    "change endpoint": _("Changed the endpoint %(thing)s"),
    "delete endpoint": _("Deleted the endpoint %(thing)s"),
    "test endpoint": _("Tested the endpoint %(thing)s"),
    "make default target": _("Made the endpoint %(thing)s the default target"),
    "slow down endpoint": _("Slowed down the endpoint %(thing)s, which complained"),
}
DETAILS = {
    "server": _("Server"),
    "passed": _("Passed"),
    "code": _("Error"),
    "words": _("Words of the server"),
    "to": _("Mailboxes at once"),
    "of": _("Highest number of mailboxes at once"),
}
VALUES: Mapping[str, Words] = {
    "code": {code: lazy(sentence, str)(code) for code in ERRORS},
    "admin_password": {"changed": _("changed")},
    "test_password": {"changed": _("changed")},
}
