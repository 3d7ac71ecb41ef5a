"""What administrators decide for everybody."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from core.models import AuditEntry, OrganizationSettings, PasswordWipe
from core.organization import keep, organization
from tests.batches.examples import make_endpoint
from tests.html import Page, page_at

GENERAL = {"name": "Contoso", "language": "nl", "time_zone": "Europe/Amsterdam"}


def test_each_section_shows_what_holds_and_saves_what_is_sent(administrator_client: Client) -> None:
    page = page_at(administrator_client, "/settings/")
    assert page.one("select", id="id_time_zone")
    assert administrator_client.post("/settings/", GENERAL).status_code == 303
    retention = {"draft_days": "7", "wipe_passwords": "days", "password_days": "14"}
    assert administrator_client.post("/settings/retention/", retention).status_code == 303
    assert administrator_client.post("/settings/syncs/", {"incremental_sync_hours": "0.5"}).status_code == 303
    assert administrator_client.post("/settings/sign-in/", {"helpdesk_may_download": "on"}).status_code == 303
    row = organization()
    assert (row.name, row.language, row.time_zone) == ("Contoso", "nl", "Europe/Amsterdam")
    assert (row.draft_days, row.password_days, row.endpoint_credential_days) == (7, 14, None)
    assert (row.wipe_passwords, row.incremental_sync_hours) == (PasswordWipe.DAYS, 0.5)
    assert (row.helpdesk_may_download, row.two_factor_for_administrators) == (True, False)


@pytest.mark.parametrize(("hours", "shown"), [(24.0, "24"), (0.5, "0.5")])
def test_whole_hours_have_no_decimals(administrator_client: Client, hours: float, shown: str) -> None:
    keep(OrganizationSettings(incremental_sync_hours=hours))
    page = page_at(administrator_client, "/settings/syncs/")
    assert page.one("input", id="id_incremental_sync_hours")["value"] == shown


def test_what_was_changed_is_kept_with_its_old_and_new_value(administrator_client: Client) -> None:
    keep(OrganizationSettings(name="Contoso", language="en", time_zone="UTC"))
    administrator_client.post("/settings/", GENERAL)
    administrator_client.post("/settings/", GENERAL)
    entry = AuditEntry.objects.get(action="change settings")
    assert entry.details == {
        "language": {"from": "en", "to": "nl"},
        "time_zone": {"from": "UTC", "to": "Europe/Amsterdam"},
    }


@pytest.mark.parametrize(
    ("section", "sent", "field"),
    [
        ("", GENERAL | {"time_zone": "Mars/Olympus"}, "time_zone"),
        ("syncs/", {"incremental_sync_hours": "0"}, "incremental_sync_hours"),
        ("syncs/", {"incremental_sync_hours": "nan"}, "incremental_sync_hours"),
        ("retention/", {"draft_days": "0", "wipe_passwords": "synced"}, "draft_days"),
        ("retention/", {"draft_days": "1", "wipe_passwords": "days"}, "password_days"),
    ],
)
def test_a_wrong_value_is_explained_beside_its_field_and_nothing_is_saved(
    section: str, sent: dict[str, str], field: str, administrator_client: Client
) -> None:
    answer = administrator_client.post(f"/settings/{section}", sent)
    assert answer.status_code == 422
    assert Page(answer).all("ul", id=f"id_{field}_error")
    assert not OrganizationSettings.objects.exists()


def test_the_bounds_of_the_hours_between_syncs_are_told_as_people_say_them(administrator_client: Client) -> None:
    answer = administrator_client.post("/settings/syncs/", {"incremental_sync_hours": "-1"})
    (error,) = Page(answer).all("ul", id="id_incremental_sync_hours_error")
    assert error.text == "Type at least a minute (0.017) and at most a year (8,760)."


def test_there_is_no_other_section(administrator_client: Client) -> None:
    assert administrator_client.get("/settings/nothing/").status_code == 404


def test_only_administrators_see_them(manager_client: Client) -> None:
    assert manager_client.get("/settings/").status_code == 403


def test_the_default_target_is_chosen_among_the_settings_of_syncs(administrator_client: Client) -> None:
    assert "There is no endpoint yet." in page_at(administrator_client, "/settings/syncs/").text
    make_endpoint("OLD")
    new = make_endpoint("NEW")
    assert page_at(administrator_client, "/settings/syncs/").one("select", name="endpoint")
    chosen = {"endpoint": str(new.pk), "next": "/settings/syncs/"}
    shown = Page(administrator_client.post("/endpoints/default-target/", chosen, follow=True))
    assert "New batches move mailboxes to NEW." in shown.text
    assert shown.one("option", value=str(new.pk))["selected"] == ""
    gone = administrator_client.post("/endpoints/default-target/", {"endpoint": "9999"}, follow=True)
    assert "This endpoint is not there any more." in Page(gone).text


def test_a_name_that_has_no_room_is_refused(administrator_client: Client) -> None:
    shown = Page(administrator_client.post("/settings/", GENERAL | {"name": "x" * 61}))
    assert shown.one("input", name="name")["aria-invalid"] == "true"


def test_openid_connect_is_shown_with_what_the_provider_has_to_know(
    administrator_client: Client, settings: Settings
) -> None:
    page = page_at(administrator_client, "/settings/sign-in/")
    assert "Not set up" in page.text
    assert page.facts() == {"Redirect URI for the provider": "http://testserver/sign-in/openid/back/"}
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = "https://login.contoso.com", "migration"
    settings.OIDC_CLIENT_SECRET = "canary"
    page = page_at(administrator_client, "/settings/sign-in/")
    assert page.facts()["Issuer"] == "https://login.contoso.com"
    assert "canary" not in page.text
