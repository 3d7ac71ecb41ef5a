"""What monitoring asks."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import DatabaseError
from django.test import Client

from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db


def test_all_is_well(stranger: Client, valkey: Valkey) -> None:
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "broker": True})
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_broker_that_is_gone_is_told(stranger: Client, valkey: Valkey) -> None:
    valkey.kill()
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "broker": False})


def test_a_database_that_is_gone_is_told(stranger: Client, valkey: Valkey) -> None:
    with patch("core.health.connection.cursor", side_effect=DatabaseError):
        answer = stranger.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": False, "broker": True})
