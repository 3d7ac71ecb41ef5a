"""The second step of signing in."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django_otp.oath import totp
from time_machine import Traveller, travel

from core import two_factor
from core.models import AuditEntry, Authenticator, OrganizationSettings, Person, RecoveryCode
from core.organization import keep
from core.second_step import PATIENCE
from tests.conftest import PASSWORD
from tests.html import Page, page_at

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = "/account/two-factor/"
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def clock() -> Iterator[Traveller]:
    with travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def codes(clock: Traveller, administrator: Person) -> list[str]:
    """The recovery codes of an administrator with an authenticator, which was set up a minute ago."""
    authenticator = two_factor.new_authenticator(administrator)
    codes = two_factor.confirm(administrator, code_of(authenticator), now=NOON)
    clock.shift(2 * HALF_A_MINUTE)
    return codes


def code_of(authenticator: Authenticator, *, steps: int = 0) -> str:
    """What the app shows now, or that many half minutes later."""
    return f"{totp(base64.b32decode(authenticator.key), drift=steps):06}"


def code_now(*, steps: int = 0) -> str:
    return code_of(Authenticator.objects.get(), steps=steps)


def wrong_code() -> str:
    near = {code_now(steps=steps) for steps in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in near)


def after_password(next_page: str = "") -> Client:
    client = Client()
    sent = {"username": "administrator", "password": PASSWORD, "next": next_page}
    answer = client.post("/sign-in/", sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/code/")
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_an_authenticator_is_set_up_by_a_picture_and_a_code(clock: Traveller, manager_client: Client) -> None:
    assert manager_client.get(PAGE + "qr.svg").status_code == 404
    page = Page(manager_client.post(PAGE + "start/", follow=True))
    picture = manager_client.get(page.one("img", class_="qr")["src"])
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    assert page.one("code").text == Authenticator.objects.get().key
    refused = manager_client.post(PAGE + "confirm/", {"code": wrong_code()})
    assert (refused.status_code, RecoveryCode.objects.count()) == (422, 0)
    clock.shift(HALF_A_MINUTE)
    shown = Page(manager_client.post(PAGE + "confirm/", {"code": code_now()}))
    assert len({code.text for code in shown.all("code")}) == two_factor.RECOVERY_CODES
    assert manager_client.get(PAGE + "qr.svg").status_code == 404
    assert "10 recovery codes are left" in page_at(manager_client, PAGE).text


def test_the_picture_holds_what_an_app_needs(manager: Person) -> None:
    authenticator = two_factor.new_authenticator(manager)
    assert two_factor.address_for_app(authenticator, "Contoso: IT") == (
        f"otpauth://totp/Contoso%20%20IT:manager?secret={authenticator.key}&issuer=Contoso%20%20IT"
    )


def test_the_key_is_encrypted_and_codes_are_not_kept(codes: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM core_authenticator")
        (stored,) = cursor.fetchone()
    assert Authenticator.objects.get().key not in stored
    assert not RecoveryCode.objects.filter(sha256__in=codes).exists()


def test_the_password_alone_signs_nobody_in(codes: list[str]) -> None:
    client = after_password()
    assert not is_in(client)
    assert not AuditEntry.objects.filter(action="sign in").exists()


def test_the_code_of_the_app_does_and_leads_to_the_page_that_was_wanted(codes: list[str]) -> None:
    client = after_password("/endpoints/")
    answer = client.post("/sign-in/code/", {"code": f" {code_now()[:3]} {code_now()[3:]} "})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/endpoints/")
    assert is_in(client)
    assert AuditEntry.objects.get(action="sign in").details == {"way": "password and code"}


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_half_a_minute_off(steps: int, status: int, codes: list[str], clock: Traveller) -> None:
    clock.shift(5 * HALF_A_MINUTE)
    assert after_password().post("/sign-in/code/", {"code": code_now(steps=steps)}).status_code == status


def test_a_code_counts_once(codes: list[str]) -> None:
    code = {"code": code_now()}
    assert after_password().post("/sign-in/code/", code).status_code == 303
    assert after_password().post("/sign-in/code/", code).status_code == 422


def test_a_recovery_code_counts_once_however_it_is_written(codes: list[str], clock: Traveller) -> None:
    code = {"code": codes[3].replace("-", " ").lower()}
    client = after_password()
    assert client.post("/sign-in/code/", code).status_code == 303
    assert is_in(client)
    assert AuditEntry.objects.get(action="sign in").details == {"way": "password and recovery code"}
    assert after_password().post("/sign-in/code/", code).status_code == 422
    clock.shift(HALF_A_MINUTE)
    assert after_password().post("/sign-in/code/", {"code": codes[4]}).status_code == 303


MANY = "Too many wrong codes"


def test_who_guesses_waits_twice_as_long_each_time_even_with_the_right_code(codes: list[str], clock: Traveller) -> None:
    client = after_password()
    for wait, words in ((1, "The last code was wrong"), (2, "The last code was wrong"), (4, MANY), (8, MANY)):
        assert client.post("/sign-in/code/", {"code": wrong_code()}).status_code == 422
        answer = client.post("/sign-in/code/", {"code": code_now()})
        assert answer.status_code == 422
        assert f"{words}. Wait until 12:0" in Page(answer).text
        clock.shift(timedelta(seconds=wait))
    assert client.post("/sign-in/code/", {"code": code_now()}).status_code == 303
    assert Authenticator.objects.get().throttling_failure_count == 0


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "-12345", "x" * 41])
def test_what_is_no_code_is_refused(code: str, codes: list[str]) -> None:
    assert after_password().post("/sign-in/code/", {"code": code}).status_code == 422


def test_the_second_step_needs_the_first(codes: list[str], clock: Traveller) -> None:
    assert Client().post("/sign-in/code/", {"code": code_now()}).headers["Location"] == "/sign-in/"
    late = after_password()
    clock.shift(PATIENCE + HALF_A_MINUTE)
    assert late.post("/sign-in/code/", {"code": code_now()}).headers["Location"] == "/sign-in/"


def test_the_second_step_ends_with_the_account(codes: list[str]) -> None:
    client = after_password()
    Person.objects.update(is_active=False)
    assert client.post("/sign-in/code/", {"code": code_now()}).headers["Location"] == "/sign-in/"


def test_with_a_present_code_people_make_new_recovery_codes_or_turn_it_off(
    codes: list[str], clock: Traveller, administrator_client: Client
) -> None:
    assert administrator_client.post(PAGE + "off/", {"code": wrong_code()}).status_code == 422
    clock.shift(HALF_A_MINUTE)
    new = Page(administrator_client.post(PAGE + "new-codes/", {"code": code_now()})).all("code")
    assert not {code.text for code in new} & set(codes)
    clock.shift(HALF_A_MINUTE)
    assert administrator_client.post(PAGE + "off/", {"code": code_now()}).status_code == 303
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert administrator_client.post(PAGE + "nothing/", {"code": "1"}).status_code == 404


def test_one_that_counts_is_not_replaced_without_a_code(codes: list[str], administrator_client: Client) -> None:
    key = Authenticator.objects.get().key
    administrator_client.post(PAGE + "start/")
    assert Authenticator.objects.get().key == key


def test_where_administrators_need_one_they_get_no_further_without(
    clock: Traveller, administrator_client: Client, helpdesk_client: Client
) -> None:
    keep(OrganizationSettings(two_factor_for_administrators=True))
    assert administrator_client.get("/endpoints/").headers["Location"] == PAGE
    asked = administrator_client.get("/endpoints/", headers={"HX-Request": "true"})
    assert asked.headers["HX-Redirect"] == PAGE
    assert "Administrators need a second factor here" in page_at(administrator_client, PAGE).text
    assert helpdesk_client.get("/endpoints/").status_code == 200
    administrator_client.post(PAGE + "start/")
    administrator_client.post(PAGE + "confirm/", {"code": code_now()})
    assert administrator_client.get("/endpoints/").status_code == 200


def test_who_has_no_password_here_is_sent_to_the_provider(manager: Person, manager_client: Client) -> None:
    manager.set_unusable_password()
    Person.objects.update(password=manager.password)
    client = Client()
    client.force_login(Person.objects.get())
    answer = client.get(PAGE)
    assert answer.status_code == 403
    assert "set up a second factor there" in Page(answer).text
