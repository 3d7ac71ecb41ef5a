"""People and their roles."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from core.models import Person

pytestmark = pytest.mark.django_db


def test_who_is_made_on_the_servers_command_line_is_an_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery staple")
    call_command("createsuperuser", username="anna", email="anna@contoso.com", interactive=False, verbosity=0)
    assert Person.objects.get(username="anna").is_administrator


def test_everybody_else_may_only_look_unless_told_otherwise() -> None:
    person = Person.objects.create_user("judyl")
    assert not person.is_administrator
    assert not person.may_download
