"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.shortcuts import resolve_url
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from time_machine import travel

from core.models import AuditEntry, Person, RefusedSignIn
from core.sign_in import ALLOWED_REFUSALS, WITHIN
from tests.conftest import PASSWORD
from tests.html import Page

SIGN_IN = "/sign-in/"
WRONG = {"username": "administrator", "password": "wrong"}
RIGHT = {"username": "administrator", "password": PASSWORD}


def refuse(client: Client, times: int = ALLOWED_REFUSALS, **more: str) -> None:
    for _ in range(times):
        assert client.post(SIGN_IN, WRONG, **more).status_code == 200  # type: ignore[arg-type]


def test_the_right_password_leads_to_the_page_that_was_asked_for(administrator: Person, stranger: Client) -> None:
    asked = stranger.get("/batches/?status=failed")
    assert asked.headers["Location"] == "/sign-in/?next=/batches/%3Fstatus%3Dfailed"
    form = Page(stranger.get(asked.headers["Location"]))
    assert form.all("input", name="next")[-1]["value"] == "/batches/?status=failed"
    answer = stranger.post(SIGN_IN, RIGHT | {"next": "/batches/?status=failed"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/batches/?status=failed")


def test_nobody_is_led_to_another_site(administrator: Person, stranger: Client) -> None:
    answer = stranger.post(SIGN_IN, RIGHT | {"next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_explained_and_never_shown_again(administrator: Person, stranger: Client) -> None:
    page = Page(stranger.post(SIGN_IN, WRONG))
    assert "This name and password do not belong together." in page.one("div", class_="error-summary").text
    assert 'value="wrong"' not in page.source


def test_an_account_that_is_switched_off_gets_no_further(administrator: Person, stranger: Client) -> None:
    Person.objects.update(is_active=False)
    assert stranger.post(SIGN_IN, RIGHT).status_code == 200


def test_who_guesses_has_to_wait_even_with_the_right_password(administrator: Person, stranger: Client) -> None:
    refuse(stranger)
    answer = stranger.post(SIGN_IN, RIGHT)
    assert answer.status_code == 429
    assert "Too many sign-ins as administrator were refused. Wait until" in Page(answer).text


def test_capital_letters_are_no_other_name(administrator: Person, stranger: Client) -> None:
    refuse(stranger)
    assert stranger.post(SIGN_IN, RIGHT | {"username": "Administrator"}).status_code == 429


def test_others_and_other_places_need_not_wait(administrator: Person, manager: Person, stranger: Client) -> None:
    refuse(stranger)
    assert stranger.post(SIGN_IN, RIGHT, REMOTE_ADDR="192.0.2.7").status_code == 303
    assert Client().post(SIGN_IN, RIGHT | {"username": "manager"}).status_code == 303


def test_after_a_while_one_may_try_again(administrator: Person, stranger: Client) -> None:
    with travel(timezone.now() - WITHIN - timedelta(seconds=1)):
        refuse(stranger)
    assert stranger.post(SIGN_IN, RIGHT).status_code == 303


def test_the_right_password_forgets_what_was_refused(administrator: Person, stranger: Client) -> None:
    refuse(stranger, ALLOWED_REFUSALS - 1)
    stranger.post(SIGN_IN, RIGHT)
    assert not RefusedSignIn.objects.exists()


def test_refusals_do_not_pile_up(administrator: Person, stranger: Client) -> None:
    with travel(timezone.now() - WITHIN - timedelta(seconds=1)):
        refuse(stranger)
    refuse(stranger, 1)
    assert RefusedSignIn.objects.count() == 1


def test_a_page_that_refreshes_itself_after_the_session_has_ended_is_loaded_anew(stranger: Client) -> None:
    asked = stranger.get("/batches/", headers={"HX-Request": "true"}, follow=True)
    assert asked.headers["HX-Refresh"] == "true"
    assert asked.content == b""


def test_who_is_signed_in_is_not_asked_again(administrator_client: Client) -> None:
    assert administrator_client.get(SIGN_IN).headers["Location"] == "/"


def test_signing_out_takes_a_form(administrator_client: Client) -> None:
    assert administrator_client.get("/sign-out/").status_code == 405
    answer = administrator_client.post("/sign-out/")
    assert (answer.status_code, answer.headers["Location"]) == (303, resolve_url("core:sign-in"))
    assert administrator_client.get("/batches/").status_code == 302


def test_signing_in_and_out_are_audited(administrator: Person, stranger: Client) -> None:
    stranger.post(SIGN_IN, RIGHT)
    stranger.post("/sign-out/")
    entries = AuditEntry.objects.order_by("id").values_list("action", "name", "address")
    assert list(entries) == [("sign in", "administrator", "127.0.0.1"), ("sign out", "administrator", "127.0.0.1")]


@pytest.mark.django_db
def test_a_form_without_its_token_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post(SIGN_IN, RIGHT)
    assert answer.status_code == 403
    assert "The form is out of date" in answer.content.decode()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (True, "203.0.113.9, 198.51.100.4", "198.51.100.4"),
        (True, "2001:DB8::1", "2001:db8::1"),
        (True, "", "127.0.0.1"),
        (True, "nonsense", None),
        (False, "203.0.113.9", "127.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_tells_where_somebody_is(
    trusted: bool, forwarded: str, address: str | None, settings: Settings, administrator: Person, stranger: Client
) -> None:
    settings.TRUST_PROXY = trusted
    stranger.post(SIGN_IN, RIGHT, headers={"X-Forwarded-For": forwarded})
    assert AuditEntry.objects.get().address == address
