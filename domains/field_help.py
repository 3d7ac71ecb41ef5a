"""What columns and fields of domains mean, for who points at the question mark beside them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import help
from domains.words import STATUS_HELP

COLUMNS: Mapping[str, Promise] = {
    "percentage": _(
        "How many mailboxes of this domain have their first copy, in all batches. Change its MX record at 100 %."
    ),
    "waiting": _("Mailboxes in the queue: their batch is not started, or their turn has not come."),
    "working": _("Mailboxes whose first copy is being made."),
}

FIELDS: Mapping[str, Promise] = {
    "name": _("Domains below it, such as mail.contoso.com, are verified with it."),
    "dns_host": _("It only decides which instructions are shown. Records that are already there do not change."),
    "hosts": _("As long as a server names one of these, mail still comes to the old system."),
    "proof": _(
        "The record says nothing about you or your mail: only that whoever asked for it here can change the DNS of the domain."
    ),
}


TARGET: Mapping[str, Promise] = {
    "target_tenant": _(
        "Each organization at Microsoft 365 begins with such a domain; the keys that sign its mail are kept under it."
    ),
    "target_mx_hosts": _("The names that the MX records of every domain are to have in the end, and no others."),
    "target_spf_include": _("It lets the new system send mail for the domains, as its provider tells."),
    "target_autodiscover_host": _(
        "Outlook finds the mailbox by it. The record is only asked for when everybody has moved."
    ),
    "verified_domains_only": _(
        "The address of a mailbox goes along to the new system, which takes only mail for domains that are proved to be yours."
    ),
    "mail_target": _(
        "Nothing is changed in the DNS from here: the pages of the domains compare and tell which records to set."
    ),
}


def register() -> None:
    help.register("domain", COLUMNS, more="mx/#turn-it-and-watch")
    help.register("domain-field", FIELDS, more="verify-domain/#add-it-and-set-the-record")
    help.register("mail-target", TARGET, more="organization/#settings")
    help.register("domain-status", STATUS_HELP, more="reference/statuses/#domain")
