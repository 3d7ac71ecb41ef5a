"""What fields and columns of endpoints mean, for who points at the question mark beside them.

A hint that stands on the page says what to write; these say what it is good for, and what to choose.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import help

COLUMNS: Mapping[str, Promise] = {
    "limits": _(
        "How many mailboxes are copied for the first time at once, and how many are brought up to date at once, at most."
    ),
    "test": _("What came of the newest test: connect, check the certificate, sign in, open the test mailbox."),
}

GENERAL: Mapping[str, Promise] = {
    "type": _(
        "What the server speaks. IMAP is spoken by nearly every mail server, Exchange and Microsoft 365 among them."
    ),
    "name": _("It stands on every page where a batch waits for this server, so choose one that your colleagues know."),
}

ACCOUNT: Mapping[str, Promise] = {
    "test_mailbox": _(
        "The test does with this mailbox what a migration does with all: it signs in and opens it. Take one that is in use."
    ),
    "sign_in": _(
        "With an administrator's account nobody has to give you a password. Which of the two ways a server knows is told in "
        "its manual under master user, impersonation or SASL authorization."
    ),
    "user_template": _(
        "Servers differ in how both names are put together: {user}*{admin} for Dovecot, DOMAIN/{admin}/{user} for Exchange."
    ),
    "admin_user": _(
        "It needs to read every mailbox of the source, or to write every mailbox of the target. Nothing more."
    ),
    "admin_password": _("It is kept encrypted, and no page, log or report shows it."),
    "test_password": _("It is used by the test alone: a migration takes passwords from the CSV file of its batch."),
}

CONNECTION: Mapping[str, Promise] = {
    "server": _("The name decides which certificate is accepted. An IP address works only if the certificate has it."),
    "security": _(
        "TLS is encrypted from the first byte and is the best choice. STARTTLS begins in the open and is encrypted before "
        "anybody signs in."
    ),
    "port": _("Where the server listens. It follows the encryption as long as you write no other."),
    "trust": _(
        "Trusted certification authorities are those of the operating system. Choose another only if your server's "
        "certificate is from none of them."
    ),
    "ca_pem": _("Every server with a certificate of this authority, in its own name, is then accepted here."),
    "pinned_sha256": _(
        "Exactly this certificate is accepted, whatever its name and its expiry. When the server gets a new one, the "
        "endpoint has to be changed."
    ),
}

LIMITS: Mapping[str, Promise] = {
    "max_concurrent_migrations": _(
        "More is faster as long as the server keeps up. It counts for all batches together, and the smaller limit of source "
        "and target binds."
    ),
    "max_concurrent_incremental_syncs": _(
        "Mailboxes that have their first copy need little; a lower number leaves the server to those that have not."
    ),
    "connections_per_mailbox": _(
        "More connections finish a very large mailbox earlier, at the end of a batch above all."
    ),
    "compress": _("For slow lines between here and the server. It needs processor time on both sides."),
    "max_messages_per_second": _(
        "Protects a server that people work on at the same time. It can be changed at any time."
    ),
    "max_kilobytes_per_second": _("Leaves room on a line that others need too. It can be changed at any time."),
    "hours_from": _(
        "For servers that are needed in the daytime. Mailboxes under way stop, and go on when the hours begin again."
    ),
    "hours_until": _(
        "For servers that are needed in the daytime. Mailboxes under way stop, and go on when the hours begin again."
    ),
    "whole_days": _("Weekends, mostly: on these days the server may be used at all hours."),
}


def register() -> None:
    help.register("endpoint", COLUMNS, more="endpoints/#what-a-server-has-enough-of")
    help.register("endpoint-general", GENERAL, more="endpoints/#the-steps")
    help.register("endpoint-account", ACCOUNT, more="endpoints/#who-signs-in")
    help.register("endpoint-connection", CONNECTION, more="endpoints/#connection-and-certificates")
    help.register("endpoint-limits", LIMITS, more="endpoints/#what-a-server-has-enough-of")
