"""Which names can be domains of an organization, and what is wrong with those that can not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NAME_OCTETS, LABEL_OCTETS = 253, 63  # RFC 1035 section 2.3.4; a name of 253 has 255 on the wire

# RFC 2606, RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476; .internal was set aside by ICANN in 2024. The rest is what
# networks were named before anybody thought of a certificate, with the names that ICANN will never give to anybody.
_SET_ASIDE = ("local", "localhost", "test", "example", "invalid", "onion", "alt", "internal", "home.arpa")
_HABIT = ("intern", "lan", "corp", "home", "mail", "localdomain", "domain", "private", "intranet")
INTERNAL = frozenset((*_SET_ASIDE, *_HABIT))


class NameFault(StrEnum):
    """Why a text is no domain of an organization."""

    EMPTY = "empty"
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
    """Raises BadDomain, whose code says which of all that can be wrong is."""
    raise NotImplementedError
