"""People and their roles."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core.models import Person, Role
from core.roles import may_download

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


def create_person(name: str, **options: Any) -> None:
    call_command("createperson", name, verbosity=0, **options)


def test_who_is_made_a_superuser_is_an_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="anna", email="anna@contoso.com", interactive=False, verbosity=0)
    assert Person.objects.get(username="anna").is_administrator


@pytest.mark.parametrize("role", Role.values)
def test_people_are_made_with_a_role_and_can_sign_in(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSON_PASSWORD", PASSWORD)
    create_person("judyl", role=role)
    assert Person.objects.get().role == role
    assert Client().post("/sign-in/", {"username": "judyl", "password": PASSWORD}).status_code == 303


def test_whose_role_is_not_told_may_only_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSON_PASSWORD", PASSWORD)
    create_person("judyl")
    person = Person.objects.get()
    assert not person.is_administrator
    assert not may_download(person)


def test_a_password_is_asked_for_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PERSON_PASSWORD", raising=False)
    monkeypatch.setattr("core.management.commands.createperson.getpass", lambda _question: PASSWORD)
    create_person("judyl")
    assert Person.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("name", "password"), [("judyl", "short"), ("zrinkamakovac", "zrinkamakovac1"), ("no such name!", PASSWORD)]
)
def test_a_bad_password_or_name_makes_nobody(name: str, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSON_PASSWORD", password)
    with pytest.raises(CommandError):
        create_person(name)
    assert not Person.objects.exists()


def test_a_name_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSON_PASSWORD", PASSWORD)
    create_person("judyl")
    with pytest.raises(CommandError, match="already exists"):
        create_person("judyl")
