"""What stands in the zones of the demo when it begins."""

from __future__ import annotations

from migrationcenter.demo.people import DOMAIN

PRIMARY, SECONDARY = "127.0.0.1", "127.0.0.2"
NEW_MAIL_HOST, NEW_SPF, NEW_AUTODISCOVER = "mx.fabrikam.com", "spf.fabrikam.com", "autodiscover.fabrikam.com"
HEAD = "@ 3600 IN SOA ns1 hostmaster 1 7200 900 1209600 30\n"  # what is not there is forgotten after half a minute

# A day, as many organizations have it: reason enough to lower it before the mail is routed elsewhere.
ORGANIZATION = f"""{HEAD}@ 86400 IN NS ns1
{{secondary}}@ 86400 IN MX 10 mail
@ 3600 IN TXT "v=spf1 mx -all"
@ 3600 IN A 192.0.2.80
_dmarc 3600 IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@{DOMAIN}"
autodiscover 3600 IN CNAME mail
mail 3600 IN A 192.0.2.25
www 3600 IN CNAME {DOMAIN}.
ns1 86400 IN A {PRIMARY}
"""
FOLLOWED = f"@ 86400 IN NS ns2\nns2 86400 IN A {SECONDARY}\n"

# The rest of this small internet: what is above the organization's domain, and who will receive its mail.
ELSEWHERE = {
    ".": f"{HEAD}@ 86400 IN NS ns1\nns1 86400 IN A {PRIMARY}\ncom 86400 IN NS ns1.com.\n",
    "com.": f"{HEAD}@ 86400 IN NS ns1\nns1 86400 IN A {PRIMARY}\n",
    "fabrikam.com.": f"""{HEAD}@ 86400 IN NS ns1
ns1 86400 IN A {PRIMARY}
mx 3600 IN A 198.51.100.25
spf 3600 IN TXT "v=spf1 ip4:198.51.100.0/24 -all"
autodiscover 3600 IN A 198.51.100.80
""",
}


def first_zone(*, followed: bool) -> str:
    """The zone of the organization, in the words of a zone file; ``followed`` by a secondary."""
    return ORGANIZATION.format(secondary=FOLLOWED if followed else "")
