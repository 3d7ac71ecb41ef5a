"""What can be a domain of an organization; everything else is refused with its own reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.dns.names import BadDomain, DomainName, NameFault, parse_domain


@pytest.mark.parametrize(
    ("typed", "ascii_name", "shown", "registrable"),
    [
        ("contoso.com", "contoso.com", "contoso.com", "contoso.com"),
        (" Contoso.COM\n", "contoso.com", "contoso.com", "contoso.com"),
        ("mail.contoso.co.uk", "mail.contoso.co.uk", "mail.contoso.co.uk", "contoso.co.uk"),
        ("MÜNCHEN.de", "xn--mnchen-3ya.de", "münchen.de", "xn--mnchen-3ya.de"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "münchen.de", "xn--mnchen-3ya.de"),
        ("straße.de", "xn--strae-oqa.de", "straße.de", "xn--strae-oqa.de"),
        ("contoso。com", "contoso.com", "contoso.com", "contoso.com"),  # the full stop of Chinese keyboards
        ("日本テスト.jp", "xn--zckzah9945czlb.jp", "日本テスト.jp", "xn--zckzah9945czlb.jp"),
        ("αθήνα.gr", "xn--jxafb0a0a.gr", "αθήνα.gr", "xn--jxafb0a0a.gr"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai", "пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("contoso.github.io", "contoso.github.io", "contoso.github.io", "github.io"),
    ],
)
def test_a_domain_is_read_as_it_is_asked_for_and_as_people_read_it(
    typed: str, ascii_name: str, shown: str, registrable: str
) -> None:
    assert parse_domain(typed) == DomainName(ascii_name, shown, registrable)


@pytest.mark.parametrize(
    ("typed", "code", "suggestion"),
    [
        ("", NameFault.EMPTY, ""),
        (" . ", NameFault.EMPTY, ""),
        ("contoso.com;fabrikam.com", NameFault.SEVERAL, ""),
        ("contoso.com, fabrikam.com", NameFault.SEVERAL, ""),
        ("contoso.com fabrikam.com", NameFault.SEVERAL, ""),
        ("con toso.com", NameFault.SPACES, "contoso.com"),
        ("https://www.contoso.com/owa", NameFault.SCHEME, "www.contoso.com"),
        ("mailto:anna@contoso.com", NameFault.SCHEME, "contoso.com"),
        ("contoso.com/owa", NameFault.PATH, "contoso.com"),
        ("contoso.com:443", NameFault.PATH, "contoso.com"),
        (r"contoso.com\share", NameFault.PATH, "contoso.com"),
        ("anna@contoso.com", NameFault.ADDRESS, "contoso.com"),
        ("@", NameFault.ADDRESS, ""),
        ("contoso.com.", NameFault.TRAILING_DOT, "contoso.com"),
        ("contoso..com", NameFault.EMPTY_LABEL, ""),
        (".contoso.com", NameFault.EMPTY_LABEL, "contoso.com"),
        ("a" * 300, NameFault.TOO_LONG, ""),
        (f"{'a' * 64}.com", NameFault.LABEL_TOO_LONG, ""),
        (f"{'ü' * 60}.de", NameFault.LABEL_TOO_LONG, ""),
        ("con_toso.com", NameFault.BAD_CHARACTERS, ""),
        ('"contoso.com"', NameFault.BAD_CHARACTERS, "contoso.com"),
        ("-contoso.com", NameFault.HYPHEN, ""),
        ("contoso-.com", NameFault.HYPHEN, ""),
        ("*.contoso.com", NameFault.WILDCARD, "contoso.com"),
        ("contoso", NameFault.SINGLE_LABEL, ""),
        ("localhost", NameFault.SINGLE_LABEL, ""),
        ("com", NameFault.PUBLIC_SUFFIX, ""),
        ("co.uk", NameFault.PUBLIC_SUFFIX, ""),
        ("github.io", NameFault.PUBLIC_SUFFIX, ""),  # many have a name below it
        ("contoso.arpa", NameFault.INFRASTRUCTURE, ""),
        ("2.0.192.in-addr.arpa", NameFault.INFRASTRUCTURE, ""),
        ("contoso.home.arpa", NameFault.INTERNAL, ""),
        ("contoso.nosuchending", NameFault.UNKNOWN_TOP_LEVEL, ""),
        ("contoso.local", NameFault.INTERNAL, ""),
        ("exchange.corp.contoso.lan", NameFault.INTERNAL, ""),
        ("contoso.test", NameFault.INTERNAL, ""),
        ("192.0.2.1", NameFault.IP_ADDRESS, ""),
        ("[2001:db8::1]", NameFault.IP_ADDRESS, ""),
        ("contоso.com", NameFault.HOMOGRAPH, "contoso.com"),  # one letter is Cyrillic
        ("соре.com", NameFault.HOMOGRAPH, "cope.com"),  # all of them are
        ("ɡoogle.com", NameFault.HOMOGRAPH, "google.com"),
        ("☃.net", NameFault.INVALID_IDN, ""),
        ("xn--a.de", NameFault.INVALID_IDN, ""),
        ("a\u200db.com", NameFault.INVALID_IDN, ""),
    ],
)
def test_every_mistake_has_its_own_reason(typed: str, code: NameFault, suggestion: str) -> None:
    with pytest.raises(BadDomain) as caught:
        parse_domain(typed)
    assert (caught.value.code, caught.value.value, caught.value.suggestion) == (code, typed, suggestion)


def test_a_name_may_be_as_long_as_the_dns_allows() -> None:
    longest = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 57, "com"])
    assert len(parse_domain(longest).ascii) == 253
    with pytest.raises(BadDomain) as caught:
        parse_domain(longest.replace(".com", ".info"))
    assert caught.value.code is NameFault.TOO_LONG


@given(st.text(max_size=80) | st.text("абcоe.-xn@:/ü", max_size=30))
def test_whatever_is_typed_is_a_domain_or_refused_with_a_reason(text: str) -> None:
    read = outcome(text)
    if isinstance(read, DomainName):
        assert parse_domain(read.ascii) == read == parse_domain(read.shown)
    else:
        assert not read.suggestion or parse_domain(read.suggestion)


def outcome(text: str) -> DomainName | BadDomain:
    try:
        return parse_domain(text)
    except BadDomain as refused:
        return refused
