"""A mail server and a web server that notifications go to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.notifications.receiver import Receiver
from tests.servers.smtp import SmtpServer


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    """The mail server of the settings."""
    with SmtpServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        yield server
