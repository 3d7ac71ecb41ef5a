"""Sign-in by OpenID Connect, against a real provider."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from time_machine import travel

from core import openid
from core.models import AuditEntry, OrganizationSettings, Person, Role
from core.openid_people import person_for
from core.organization import keep
from core.sign_in import ALLOWED_REFUSALS
from tests.at_once import at_once
from tests.html import Page, page_at
from tests.servers.openid import CLIENT, SECRET, OpenIdProvider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings) -> Iterator[OpenIdProvider]:
    with OpenIdProvider() as running:
        settings.OIDC_ISSUER, settings.OIDC_NAME = running.issuer, "Contoso"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
        yield running
    openid._discover.cache_clear()


def leave(client: Client, next_page: str = "") -> str:
    """To the provider, and where it leads back to."""
    answer = client.get("/sign-in/openid/", {"next": next_page})
    assert answer.status_code == 302
    there = requests.get(answer.headers["Location"], allow_redirects=False, timeout=10)
    return there.headers["Location"].removeprefix("http://testserver")


def come_back(client: Client, path: str | None = None) -> str:
    """What the person reads then; nothing when signed in."""
    answer = client.get(path or leave(client))
    assert answer.status_code == 303
    if client.get("/account/").status_code == 200:
        return ""
    assert answer.headers["Location"] == "/sign-in/"
    return page_at(client, "/sign-in/").one("div", class_="toasts").text


def test_the_button_is_there_where_a_provider_is(stranger: Client, provider: OpenIdProvider) -> None:
    page = page_at(stranger, "/sign-in/?next=/endpoints/")
    assert page.one("p", class_="other-way").text == "Sign in with Contoso"
    assert "/sign-in/openid/?next=%2Fendpoints%2F" in page.source


def test_without_one_there_is_neither_button_nor_page(stranger: Client) -> None:
    assert not page_at(stranger, "/sign-in/").all("p", class_="other-way")
    assert stranger.get("/sign-in/openid/").status_code == 404
    assert stranger.get("/sign-in/openid/back/").status_code == 404


def test_somebody_new_comes_in_as_helpdesk_at_the_page_that_was_wanted(
    stranger: Client, provider: OpenIdProvider
) -> None:
    answer = stranger.get(leave(stranger, "/endpoints/"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/endpoints/")
    anna = Person.objects.get()
    assert (anna.username, anna.email, anna.role) == ("anna@contoso.com", "anna@contoso.com", Role.HELPDESK)
    assert not anna.has_usable_password()
    assert [*AuditEntry.objects.order_by("id").values_list("action", "thing")] == [
        ("join by OpenID", "anna@contoso.com"),
        ("sign in", "anna@contoso.com"),
    ]


def test_the_same_person_is_known_again_by_the_subject(stranger: Client, provider: OpenIdProvider) -> None:
    assert come_back(stranger) == ""
    provider.about |= {"email": "anna.new@contoso.com"}
    assert come_back(Client()) == ""
    assert Person.objects.count() == 1


def test_who_comes_back_as_somebody_else_is_signed_in_with_a_session_that_can_be_ended(
    helpdesk_client: Client, manager_client: Client, provider: OpenIdProvider
) -> None:
    for client in (helpdesk_client, manager_client):
        assert come_back(client) == ""
    sessions = Person.objects.get(openid__isnull=False).sessions
    assert {*sessions.values_list("key", flat=True)} == {
        client.cookies["sessionid"].value for client in (helpdesk_client, manager_client)
    }


def test_nobody_is_led_to_another_site(stranger: Client, provider: OpenIdProvider) -> None:
    assert stranger.get(leave(stranger, "https://evil.example/")).headers["Location"] == "/"


def test_who_was_invited_gets_that_account(stranger: Client, provider: OpenIdProvider) -> None:
    invited = Person.objects.create_user("anna", "Anna@Contoso.com", role=Role.MANAGER)
    assert come_back(stranger) == ""
    assert Person.objects.get() == invited
    assert AuditEntry.objects.filter(action="link account", who=invited).exists()


@pytest.mark.parametrize("verified", [False, "true", None])
def test_an_address_that_is_not_verified_gives_nobodys_account(
    verified: Any, stranger: Client, provider: OpenIdProvider
) -> None:
    invited = Person.objects.create_user("anna@contoso.com", "anna@contoso.com", role=Role.ADMINISTRATOR)
    provider.about |= {"email_verified": verified, "preferred_username": "Anna@contoso.com"}
    assert come_back(stranger) == ""
    new = Person.objects.exclude(pk=invited.pk).get()
    assert (new.username, new.email, new.role) == ("Anna@contoso.com-2", "", Role.HELPDESK)


def test_an_account_that_is_linked_is_not_given_to_another_subject(stranger: Client, provider: OpenIdProvider) -> None:
    assert come_back(stranger) == ""
    provider.about |= {"sub": "43"}
    assert come_back(Client()) == ""
    assert [*Person.objects.order_by("pk").values_list("email", flat=True)] == ["anna@contoso.com", ""]


@pytest.mark.parametrize(
    ("groups", "role"),
    [(["staff", "mc-admins"], "administrator"), ("mc-managers", "manager"), (["mc-managers", "mc-admins"], "administrator"), (["staff"], "helpdesk")],
)  # fmt: skip
def test_new_people_get_the_role_that_the_claim_gives(
    groups: Any, role: str, stranger: Client, provider: OpenIdProvider, settings: Settings
) -> None:
    settings.OIDC_ROLE_CLAIM = "groups"
    settings.OIDC_ROLES = [("mc-admins", "administrator"), ("mc-managers", "manager")]
    provider.about |= {"groups": groups}
    assert come_back(stranger) == ""
    assert Person.objects.get().role == role


def test_where_new_people_are_refused_only_the_invited_come_in(
    stranger: Client, provider: OpenIdProvider, settings: Settings
) -> None:
    settings.OIDC_NEW_PEOPLE = "refuse"
    assert "Nobody has invited you" in come_back(stranger)
    assert not Person.objects.exists()
    Person.objects.create_user("anna", "anna@contoso.com")
    assert come_back(stranger) == ""


def test_a_disabled_account_stays_out(stranger: Client, provider: OpenIdProvider) -> None:
    Person.objects.create_user("anna", "anna@contoso.com", is_active=False)
    assert "switched off" in come_back(stranger)


def test_the_provider_answers_for_the_second_factor(stranger: Client, provider: OpenIdProvider) -> None:
    keep(OrganizationSettings(two_factor_for_administrators=True))
    Person.objects.create_user("anna", "anna@contoso.com", role=Role.ADMINISTRATOR)
    assert come_back(stranger) == ""
    assert stranger.get("/settings/").status_code == 200


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"token": {"nonce": "another"}},
    "no nonce": {"token": {"nonce": None}},
    "another audience": {"token": {"aud": "another-client"}},
    "another authorized party": {"token": {"aud": [CLIENT, "another"], "azp": "another"}},
    "no audience": {"token": {"aud": None}},
    "another issuer": {"token": {"iss": "https://evil.example"}},
    "no subject": {"token": {"sub": None}},
    "expired": {"token": {"exp": int(time.time()) - 3600}},
    "without end": {"token": {"exp": None}},
    "signed by somebody else": {"signed_with": 1},
    "signed with the client's secret": {"signed_with": SECRET, "algorithm": "HS256"},
    "not signed": {"signed_with": None, "algorithm": "none"},
    "user info of somebody else": {"info": {"sub": "43"}},
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_is_not_true_signs_nobody_in(lie: dict[str, Any], stranger: Client, provider: OpenIdProvider) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    assert "What Contoso says about you cannot be trusted" in come_back(stranger)
    assert not Person.objects.exists()


def test_a_token_for_several_that_was_made_for_us_is_one_of_ours(stranger: Client, provider: OpenIdProvider) -> None:
    provider.token = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert come_back(stranger) == ""


def test_a_way_back_is_used_once_in_the_browser_that_left_and_soon(provider: OpenIdProvider) -> None:
    one, another = Client(), Client()
    back = leave(one)
    assert "in another browser" in come_back(another, back)
    assert come_back(one, back) == ""
    one.post("/sign-out/")
    assert "in another browser" in come_back(one, back)
    late = leave(one)
    with travel(timezone.now() + timedelta(minutes=11)):
        assert "too long ago" in come_back(one, late)


def test_the_code_challenge_is_of_this_sign_in(stranger: Client, provider: OpenIdProvider) -> None:
    asked = parse_qs(urlsplit(stranger.get("/sign-in/openid/").headers["Location"]).query)
    assert (asked["code_challenge_method"], asked["response_type"]) == (["S256"], ["code"])
    assert asked["redirect_uri"] == ["http://testserver/sign-in/openid/back/"]


def test_what_the_provider_says_when_it_refuses_is_shown(stranger: Client, provider: OpenIdProvider) -> None:
    provider.denial = "You are not assigned to this application."
    assert come_back(stranger).startswith("Contoso has refused: You are not assigned to this application.")


def test_a_provider_that_does_not_answer_is_told_apart_and_passwords_still_work(
    stranger: Client, provider: OpenIdProvider
) -> None:
    provider.breaks = True
    assert "did not tell who you are" in come_back(stranger)
    provider.breaks, provider.discovery = False, {"issuer": "https://evil.example"}
    openid._discover.cache_clear()
    assert stranger.get("/sign-in/openid/").headers["Location"] == "/sign-in/"
    assert "Contoso does not answer as it should" in page_at(stranger, "/sign-in/").text
    provider.discovery = {}
    assert come_back(stranger) == ""


def test_a_provider_that_moves_is_found_again_within_an_hour(stranger: Client, provider: OpenIdProvider) -> None:
    assert come_back(stranger) == ""
    provider.discovery = {"authorization_endpoint": f"{provider.issuer}/elsewhere"}
    with travel(timezone.now() + timedelta(hours=1)):
        assert stranger.get("/sign-in/openid/").headers["Location"].startswith(f"{provider.issuer}/elsewhere?")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("invited", [False, True])
def test_who_comes_in_for_the_first_time_in_several_tabs_at_once_is_one_person(invited: bool) -> None:
    if invited:
        Person.objects.create_user("anna", "anna@contoso.com", role=Role.MANAGER)
    claims = {"sub": "42", "email": "anna@contoso.com", "email_verified": True}
    people = at_once(lambda: person_for(claims), times=4)
    assert {person.pk for person in people} == {Person.objects.get().pk}
    assert AuditEntry.objects.filter(action__in=["link account", "join by OpenID"]).count() == 1


def test_guessed_passwords_do_not_lock_that_way(stranger: Client, provider: OpenIdProvider) -> None:
    Person.objects.create_user("anna", "anna@contoso.com")
    for _ in range(ALLOWED_REFUSALS):
        stranger.post("/sign-in/", {"username": "anna", "password": "wrong"})
    assert Page(stranger.post("/sign-in/", {"username": "anna", "password": "wrong"})).source
    assert come_back(stranger) == ""
