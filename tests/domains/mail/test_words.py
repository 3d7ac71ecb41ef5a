"""Every code of the DNS library has its sentence."""

from __future__ import annotations

from domains.dns.answers import Server
from domains.dns.health import Health, Kind, Reason
from domains.dns.mx import Setback, Stage
from domains.dns.verification import Finding, Seen
from domains.mail.words import HEALTH, KINDS, REASONS, SETBACKS, STAGES, TONES
from domains.words import finding


def test_nothing_that_is_found_out_is_left_without_words() -> None:
    assert set(KINDS) == set(Kind)
    assert set(HEALTH) == set(Health)
    assert set(REASONS) == set(Reason)
    assert set(STAGES) == set(TONES) == set(Stage)
    assert set(SETBACKS) == set(Setback) - {Setback.NONE}


def test_a_near_miss_that_not_all_servers_give_names_those_that_do() -> None:
    seen = Seen(Finding.FORMER, (Server("ns2.contoso.com", "192.0.2.2"),), "contoso.com", "MS=ms1")
    words = finding(seen, domain="contoso.com", token="MS=ms2", by_mx=False, partly=True)
    assert words.endswith("Only these servers give it: ns2.contoso.com (192.0.2.2).")
    assert "Only these" not in finding(seen, domain="contoso.com", token="MS=ms2", by_mx=False)
