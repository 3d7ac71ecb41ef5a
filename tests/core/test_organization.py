"""The organization's settings: one row, and the environment's values until there is one."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from core import organization
from core.models import OrganizationSettings, Person
from core.organization import keep, stored_settings
from core.roles import may_download
from tests.at_once import at_once
from tests.html import page_at

pytestmark = pytest.mark.django_db


def test_until_somebody_saves_them_the_environments_values_hold(settings: Settings) -> None:
    settings.ORGANIZATION, settings.INCREMENTAL_SYNC_HOURS = "Contoso", 6.0
    settings.LANGUAGE_CODE, settings.TIME_ZONE = "nl", "Europe/Amsterdam"
    row = stored_settings()
    assert (row.name, row.incremental_sync_hours, row.language) == ("Contoso", 6.0, "nl")
    assert (str(row.zone), row.incremental_sync_interval.total_seconds()) == ("Europe/Amsterdam", 21_600)
    assert not OrganizationSettings.objects.exists()


def test_afterwards_the_saved_ones_do(settings: Settings) -> None:
    keep(OrganizationSettings(name="Contoso", incremental_sync_hours=2))
    settings.ORGANIZATION = "Fabrikam"
    assert stored_settings().name == organization.organization().name == "Contoso"


def test_two_who_save_different_settings_at_once_undo_nothing(administrator: Person) -> None:
    keep(OrganizationSettings(name="Contoso", draft_days=30))
    first, second = stored_settings(), stored_settings()
    first.name, second.draft_days = "Fabrikam", 7
    organization.change(first, {"name": ("Contoso", "Fabrikam")}, by=administrator)
    organization.change(second, {"draft_days": (30, 7)}, by=administrator)
    assert (stored_settings().name, stored_settings().draft_days) == ("Fabrikam", 7)


@pytest.mark.django_db(transaction=True)
def test_several_who_save_the_first_settings_at_once_all_succeed(administrator: Person) -> None:
    def save() -> None:
        row = OrganizationSettings(name="Contoso")
        organization.change(row, {"name": ("", "Contoso")}, by=administrator)

    at_once(save, times=4)
    assert OrganizationSettings.objects.get().name == "Contoso"


def test_two_who_save_the_first_settings_at_once_undo_nothing(administrator: Person) -> None:
    first, second = stored_settings(), stored_settings()
    first.name, second.draft_days = "Fabrikam", 7
    organization.change(first, {"name": ("", "Fabrikam")}, by=administrator)
    organization.change(second, {"draft_days": (30, 7)}, by=administrator)
    assert (stored_settings().name, stored_settings().draft_days) == ("Fabrikam", 7)


def test_there_is_no_second_row() -> None:
    with pytest.raises(IntegrityError):
        OrganizationSettings.objects.create(id=2)


def test_they_are_read_once_in_a_while_and_not_each_time(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    keep(OrganizationSettings())
    with django_assert_num_queries(1):
        for _ in range(10):
            organization.organization()


def test_what_another_process_has_saved_is_noticed_a_little_later(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(OrganizationSettings(name="Contoso"))
    monkeypatch.setattr(organization, "FRESH_FOR", 0)
    assert organization.organization().name == "Contoso"
    OrganizationSettings.objects.update(name="Fabrikam")
    assert organization.organization().name == "Fabrikam"


def test_without_a_database_the_last_known_ones_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organization, "FRESH_FOR", 0)
    keep(OrganizationSettings(name="Contoso"))
    assert organization.organization().name == "Contoso"
    with patch("core.organization.stored_settings", side_effect=DatabaseError):
        assert organization.organization().name == "Contoso"


def test_the_name_stands_on_every_page(helpdesk_client: Client) -> None:
    keep(OrganizationSettings(name="Contoso"))
    assert page_at(helpdesk_client, "/domains/").one("span", class_="organization").text == "Contoso"


@pytest.mark.parametrize(
    ("chosen", "asked", "shown"),
    [("en", "nl", "en"), ("", "en-GB,en;q=0.8", "en"), ("", "fr, de;q=0.5", "nl"), ("", "", "nl")],
)
def test_the_language_is_the_persons_or_the_browsers_or_the_organizations(
    chosen: str, asked: str, shown: str, helpdesk: Person, helpdesk_client: Client
) -> None:
    keep(OrganizationSettings(language="nl"))
    Person.objects.update(language=chosen)
    page = page_at(helpdesk_client, "/domains/", headers={"Accept-Language": asked})
    assert page.one("html")["lang"] == shown


def test_helpdesk_downloads_where_the_organization_lets_it(helpdesk: Person, manager: Person) -> None:
    assert (may_download(helpdesk), may_download(manager)) == (False, True)
    keep(OrganizationSettings(helpdesk_may_download=True))
    assert (may_download(helpdesk), may_download(manager)) == (True, True)


def test_times_are_in_the_organizations_zone_for_who_has_chosen_none(helpdesk_client: Client) -> None:
    keep(OrganizationSettings(time_zone="Asia/Tokyo"))
    assert "All times are in the time zone Asia/Tokyo." in page_at(helpdesk_client, "/domains/").text
