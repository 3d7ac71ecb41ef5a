"""What an organization puts into its DNS to prove that a domain is its own.

A token is written ``MS=ms`` and digits, so that what people know of the record holds. Eight digits as in the original
could be guessed by somebody whose domain already has such a record (10**8 possibilities, and Microsoft 365 puts its own
there); ours has 20 from the system's generator (66 bits), and is made for one domain alone.
"""

from __future__ import annotations

import secrets

from domains.dns.records import ExactRecord

PREFIX, DIGITS = "MS=", 20
MX_ZONE = "msv1.invalid"  # can never receive mail (RFC 6761)
MX_PREFERENCE = 32767  # the last that anybody would try


def new_token() -> str:
    """ "MS=ms" and 20 digits."""
    return f"{PREFIX}ms{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def txt_record(domain: str, token: str) -> ExactRecord:
    return ExactRecord("TXT", domain, token)


def mx_record(domain: str, token: str) -> ExactRecord:
    """The alternative for who can not make TXT records. It must go again once it is found: senders trip over it."""
    return ExactRecord("MX", domain, mx_host(token), preference=MX_PREFERENCE)


def mx_host(token: str) -> str:
    return f"{token.removeprefix(PREFIX)}.{MX_ZONE}"
