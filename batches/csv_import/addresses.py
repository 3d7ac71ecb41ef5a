"""What makes a text a mail address that both a mail server and a directory accept.

Stricter than RFC 5321: no quoted local parts, no address literals, no single-label domains, ASCII only, because no
directory that we provision from or to takes them.
"""

from __future__ import annotations

import re

MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3, less the angle brackets
MAX_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1
MAX_DOMAIN = 253  # RFC 1035 2.3.4, without the root

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
# "Anna <anna@contoso.com>", "SMTP:anna@contoso.com" and the like, as directories and mail programs export them.
_DECORATED = re.compile(r"[<>\"()\[\]]|^(smtp|mailto|sip|x500):", re.IGNORECASE)


def fault_in_address(address: str) -> str:
    """The first reason why ``address`` can not be used, as a stable code, or "" when it can.

    Codes: address_missing, address_decorated, address_no_at, address_several_at, address_blank, address_not_ascii,
    address_too_long, address_local_part, address_domain.
    """
    if not address:
        return "address_missing"
    if _DECORATED.search(address):
        return "address_decorated"
    if address.count("@") != 1:
        return "address_several_at" if "@" in address else "address_no_at"
    return _fault_in_characters(address) or _fault_in_parts(*address.split("@"))


def _fault_in_characters(address: str) -> str:
    if any(character.isspace() for character in address):
        return "address_blank"
    if not address.isascii():
        return "address_not_ascii"
    return "address_too_long" if len(address) > MAX_ADDRESS else ""


def _fault_in_parts(local_part: str, domain: str) -> str:
    if len(local_part) > MAX_LOCAL_PART or not _LOCAL_PART.fullmatch(local_part):
        return "address_local_part"
    labels = domain.split(".")
    well_formed = len(domain) <= MAX_DOMAIN and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return "" if well_formed and not labels[-1].isdigit() else "address_domain"


def domain_of(address: str) -> str:
    """In lower case."""
    return address.rpartition("@")[2].lower()
