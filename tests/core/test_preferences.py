"""Language, time zone and theme."""

from __future__ import annotations

from django.test import Client

from core.models import Person
from tests.html import Page, page_at

URL = "/preferences/"


def test_the_menu_changes_one_thing_and_leaves_the_others(helpdesk: Person, helpdesk_client: Client) -> None:
    Person.objects.update(time_zone="Asia/Tokyo")
    answer = helpdesk_client.post(URL, {"language": "nl", "next": "/domains/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/domains/")
    helpdesk.refresh_from_db()
    assert (helpdesk.language, helpdesk.time_zone) == ("nl", "Asia/Tokyo")


def test_the_chosen_language_is_that_of_the_page(helpdesk_client: Client) -> None:
    helpdesk_client.post(URL, {"language": "nl"})
    assert page_at(helpdesk_client, "/domains/").one("html")["lang"] == "nl"


def test_times_are_in_the_chosen_zone_and_the_page_says_which(helpdesk_client: Client) -> None:
    helpdesk_client.post(URL, {"time_zone": "Asia/Tokyo"})
    assert "All times are in the time zone Asia/Tokyo." in page_at(helpdesk_client, "/domains/").text


def test_the_theme_is_kept_in_the_browser(helpdesk_client: Client) -> None:
    assert page_at(helpdesk_client, "/domains/").one("html")["data-theme"] == "system"
    helpdesk_client.post(URL, {"theme": "dark"})
    assert page_at(helpdesk_client, "/domains/").one("html")["data-theme"] == "dark"


def test_a_zone_that_does_not_exist_is_refused_beside_the_field(helpdesk: Person, helpdesk_client: Client) -> None:
    page = Page(helpdesk_client.post(URL, {"time_zone": "Mars/Olympus"}))
    assert page.one("div", class_="error-summary").text
    field = page.one("select", name="time_zone")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "id_time_zone_helptext id_time_zone_error")
    helpdesk.refresh_from_db()
    assert helpdesk.time_zone == ""


def test_who_is_not_signed_in_chooses_language_and_theme_too(stranger: Client) -> None:
    form = page_at(stranger, "/sign-in/").one("form", action="/look/")
    assert form
    answer = stranger.post("/look/", {"language": "nl", "next": "/sign-in/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/")
    stranger.post("/look/", {"theme": "dark"})
    html = page_at(stranger, "/sign-in/").one("html")
    assert (html["lang"], html["data-theme"]) == ("nl", "dark")


def test_what_is_no_language_of_ours_changes_nothing(stranger: Client) -> None:
    stranger.post("/look/", {"language": "xx", "theme": "pink"})
    stranger.cookies["language"] = "../../etc"
    html = page_at(stranger, "/sign-in/").one("html")
    assert (html["lang"], html["data-theme"]) == ("en", "system")


def test_the_persons_own_choice_counts_more_than_the_browsers(helpdesk_client: Client) -> None:
    helpdesk_client.cookies["language"] = "nl"
    assert page_at(helpdesk_client, "/domains/").one("html")["lang"] == "nl"
    helpdesk_client.post(URL, {"language": "en"})
    assert page_at(helpdesk_client, "/domains/").one("html")["lang"] == "en"
