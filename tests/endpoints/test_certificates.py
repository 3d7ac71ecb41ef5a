from __future__ import annotations

import json

import pytest

from endpoints.certificates import Certificate, plain_fingerprint, read_pem
from tests.servers.certificates import make_ca, make_certificate


def test_a_pem_text_may_hold_several_certificates_and_other_text() -> None:
    ca = make_ca()
    server = make_certificate(ca, host="imap.contoso.com")
    found = read_pem(f"Our authority:\n{ca.pem}\nand a server:\n{server.pem}")
    assert [certificate.subject for certificate in found] == ["CN=Throw-away test CA", "CN=imap.contoso.com"]
    assert found[1].issuer == "CN=Throw-away test CA"
    assert found[1].sha256 == server.sha256


@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_text_without_a_certificate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_pem(text)


def test_facts_survive_being_kept() -> None:
    facts = read_pem(make_certificate(None).pem)[0]
    assert Certificate.from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_a_fingerprint_is_read_however_it_is_written() -> None:
    shown = read_pem(make_certificate(None).pem)[0]
    assert plain_fingerprint(shown.fingerprint) == shown.sha256
    assert plain_fingerprint(f" {shown.sha256.upper()} ") == shown.sha256


@pytest.mark.parametrize("text", ["", "ab:cd", "g" * 64, "a" * 63])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        plain_fingerprint(text or "")
