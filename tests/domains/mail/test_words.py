"""Every code of the DNS library has its sentence."""

from __future__ import annotations

from domains.dns.health import Health, Kind, Reason
from domains.dns.mx import Setback, Stage
from domains.mail.words import HEALTH, KINDS, REASONS, SETBACKS, STAGES, TONES


def test_nothing_that_is_found_out_is_left_without_words() -> None:
    assert set(KINDS) == set(Kind)
    assert set(HEALTH) == set(Health)
    assert set(REASONS) == set(Reason)
    assert set(STAGES) == set(TONES) == set(Stage)
    assert set(SETBACKS) == set(Setback) - {Setback.NONE}
