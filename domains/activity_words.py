"""What people do with domains, and what the system finds out of them, in words for the Activity page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "add domain": _("Added the domain %(thing)s"),
    "remove domain": _("Removed the domain %(thing)s"),
    "check domain": _("Asked the name servers about the domain %(thing)s"),
    "verify domain": _("Found the record that verifies the domain %(thing)s"),
    "miss record": _("No longer found the record that verifies the domain %(thing)s"),
    "name source hosts": _("Named the old mail servers of the domain %(thing)s"),
}
DETAILS = {
    "record": _("Record"),
    "hosts": _("Mail servers"),
    "verified_domains_only": _("Staged batches only with verified domains"),
    "mail_target": _("Where mail goes"),
    "target_tenant": _("First domain at Microsoft 365"),
    "target_mx_hosts": _("Mail servers of the new system"),
    "target_spf_include": _("SPF of the new system"),
    "target_autodiscover_host": _("Autodiscover of the new system"),
}
VALUES = {"record": {"TXT": _("TXT record"), "MX": _("MX record")}}
