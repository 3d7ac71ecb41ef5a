"""Which names can be domains of an organization, and what is wrong with those that can not."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

from domains.dns.lookalikes import as_latin, deceives

NAME_OCTETS, LABEL_OCTETS = 253, 63  # RFC 1035 section 2.3.4; a name of 253 has 255 on the wire

# RFC 2606, RFC 6761, RFC 7686, RFC 8375, RFC 9476; .internal was set aside by ICANN in 2024.
_SET_ASIDE = ("local", "localhost", "test", "example", "invalid", "onion", "alt", "internal", "home.arpa")
# What networks were named before anybody thought of a certificate.
_HABIT = ("intern", "lan", "corp", "home", "mail", "localdomain", "domain", "private", "intranet")
INTERNAL = (*_SET_ASIDE, *_HABIT)


class NameFault(StrEnum):
    """Why a text is no domain of an organization."""

    EMPTY = "empty"
    SEVERAL = "several"  # contoso.com;fabrikam.com
    SPACES = "spaces"
    SCHEME = "scheme"  # https://contoso.com
    PATH = "path"  # contoso.com/owa, contoso.com?x, contoso.com:443
    ADDRESS = "address"  # anna@contoso.com
    TRAILING_DOT = "trailing_dot"
    EMPTY_LABEL = "empty_label"  # contoso..com, .contoso.com
    TOO_LONG = "too_long"
    LABEL_TOO_LONG = "label_too_long"
    BAD_CHARACTERS = "bad_characters"
    HYPHEN = "hyphen"  # a label begins or ends with one
    WILDCARD = "wildcard"  # *.contoso.com
    SINGLE_LABEL = "single_label"  # contoso, localhost
    PUBLIC_SUFFIX = "public_suffix"  # com, co.uk
    UNKNOWN_TOP_LEVEL = "unknown_top_level"  # contoso.nosuch
    INTERNAL = "internal"  # contoso.local
    INFRASTRUCTURE = "infrastructure"  # 2.0.192.in-addr.arpa
    IP_ADDRESS = "ip_address"
    HOMOGRAPH = "homograph"  # letters of two scripts in one label, or all of them look like Latin ones
    INVALID_IDN = "invalid_idn"


class BadDomain(ValueError):
    """``value`` is what was typed; ``suggestion`` the domain that may have been meant, or empty."""

    def __init__(self, code: NameFault, value: str, suggestion: str = "") -> None:
        super().__init__(f"{value!r} is no domain of an organization: {code}")
        self.code, self.value, self.suggestion = code, value, suggestion


@dataclass(frozen=True, slots=True)
class DomainName:
    """``ascii`` is what is asked for ("xn--mnchen-3ya.de"), in lower case without a final dot; ``shown`` what people
    read ("münchen.de"); ``registrable`` the part that somebody registered, in ASCII: "contoso.co.uk" of
    "mail.contoso.co.uk"."""

    ascii: str
    shown: str
    registrable: str

    def __str__(self) -> str:
        return self.shown


def parse_domain(text: str) -> DomainName:
    """Raises BadDomain, whose code says which of all that can be wrong is.

    Space around the name is nobody's intention and is dropped. All else is said rather than mended, with the name that
    may have been meant: what is verified is what somebody has read.
    """
    name = text.strip()
    if fault := next(_faults_of_text(name), None):
        raise BadDomain(fault, text, _suggestion(name))
    ascii_name = _to_ascii(name, text)
    shown = idna.decode(ascii_name)
    if deceives(shown):
        raise BadDomain(NameFault.HOMOGRAPH, text, _valid(as_latin(shown)))
    if fault := _fault_of_place(ascii_name):
        raise BadDomain(fault, text)
    return DomainName(ascii_name, shown, registrable(ascii_name) or ascii_name)


def _faults_of_text(name: str) -> Iterator[NameFault]:
    """What can be seen without knowing any name, most telling first."""
    tests = (
        (NameFault.EMPTY, not name.strip(". ")),
        (NameFault.IP_ADDRESS, _is_address(name)),
        (NameFault.SEVERAL, _are_several(name)),
        (NameFault.SCHEME, re.match(r"[a-z][a-z0-9+.-]*://|(mailto|https?):", name, re.IGNORECASE)),
        (NameFault.ADDRESS, "@" in name),
        (NameFault.PATH, re.search(r"[/\\?#:]", name)),
        (NameFault.SPACES, re.search(r"\s", name)),
        (NameFault.WILDCARD, "*" in name),
        (NameFault.TRAILING_DOT, name.endswith((".", "。"))),
        (NameFault.EMPTY_LABEL, name.startswith(".") or ".." in name),
        (NameFault.TOO_LONG, len(name) > NAME_OCTETS),
        (NameFault.BAD_CHARACTERS, re.search(r"[\x00-\x2c\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]", name)),
        (NameFault.LABEL_TOO_LONG, any(len(label) > LABEL_OCTETS for label in name.split("."))),
        (NameFault.HYPHEN, any(label.startswith("-") or label.endswith("-") for label in name.split("."))),
    )
    yield from (fault for fault, found in tests if found)


def _are_several(name: str) -> bool:
    """Whether more than one name stands there, each with a dot in it."""
    parts = [part for part in re.split(r"[\s,;|]+", name) if part]
    return len(parts) > 1 and all(re.fullmatch(r"[\w-]+(\.[\w-]+)+", part) for part in parts)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _to_ascii(name: str, typed: str) -> str:
    """By IDNA 2008 (RFC 5891), upper case and full-width letters mapped before (UTS 46). Raises BadDomain."""
    try:
        ascii_name = idna.encode(name, uts46=True, std3_rules=True).decode()
        idna.decode(ascii_name)  # a label that is typed as xn-- may be none
    except idna.IDNAError as error:
        too_long = "too long" in str(error).lower()
        raise BadDomain(NameFault.LABEL_TOO_LONG if too_long else NameFault.INVALID_IDN, typed) from error
    if len(ascii_name) > NAME_OCTETS:
        raise BadDomain(NameFault.TOO_LONG, typed)
    return ascii_name


def _fault_of_place(name: str) -> NameFault | None:
    """Where a well-formed name stands in the tree of all names."""
    if name == "arpa" or name.endswith(".arpa"):
        return NameFault.INTERNAL if name.endswith("home.arpa") else NameFault.INFRASTRUCTURE
    if name in {_suffixes().publicsuffix(name), _shared_suffixes().publicsuffix(name)}:
        return NameFault.PUBLIC_SUFFIX
    if "." not in name:
        return NameFault.SINGLE_LABEL
    if name in INTERNAL or name.endswith(tuple(f".{suffix}" for suffix in INTERNAL)):
        return NameFault.INTERNAL
    return None if registrable(name) else NameFault.UNKNOWN_TOP_LEVEL


def registrable(name: str) -> str | None:
    """What somebody registered of a name in ASCII; None of a public suffix and below none."""
    found: str | None = _suffixes().privatesuffix(name)
    return found


@cache
def _suffixes() -> PublicSuffixList:
    """Those of registries alone: only they say what is registered."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@cache
def _shared_suffixes() -> PublicSuffixList:
    """Those below which somebody lets others have names, too: github.io."""
    return PublicSuffixList(accept_unknown=False)


def _suggestion(name: str) -> str:
    """The domain in an address, a link or a name with too much around it; of several none."""
    if _are_several(name):
        return ""
    bare = re.sub(r"^(mailto:|https?:|[a-z][a-z0-9+.-]*://)/*", "", name, flags=re.IGNORECASE)
    bare = re.split(r"[/\\?#:]", bare)[0].rpartition("@")[2]
    return _valid(re.sub(r"^\*\.|\s|[<>\"'`,;]", "", bare).strip(".。"))


def _valid(name: str) -> str:
    try:
        return parse_domain(name).shown if name and not next(_faults_of_text(name), None) else ""
    except BadDomain:
        return ""
