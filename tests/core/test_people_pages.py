"""Who may sign in, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from time_machine import travel

from core import people
from core.models import AuditEntry, Authenticator, Person, RecoveryCode, Role
from core.people import NotAllowed
from tests.conftest import PASSWORD, person, signed_in
from tests.html import Page, page_at
from tests.servers.smtp import SmtpServer

NEW = {"username": "anna", "email": "anna@contoso.com", "role": "manager"}
CHOSEN = {"new_password1": PASSWORD, "new_password2": PASSWORD}


@pytest.fixture
def anna(administrator: Person) -> Person:
    somebody = Person(**NEW)
    people.invite(somebody, by=administrator)
    return somebody


def sign_in(name: str) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": name, "password": PASSWORD}).status_code == 303
    return client


def still_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_who_is_invited_chooses_a_password_by_a_link_and_signs_in(
    administrator_client: Client, stranger: Client
) -> None:
    shown = Page(administrator_client.post("/settings/people/invite/", NEW, follow=True))
    assert shown.facts()["Status"] == "Invited"
    link = shown.one("code").text
    assert "anna" in page_at(stranger, link).text
    answer = stranger.post(link, CHOSEN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/")
    assert still_in(sign_in("anna"))
    assert Person.objects.get(username="anna").role == Role.MANAGER
    assert [*AuditEntry.objects.values_list("name", "action", "thing").order_by("id")] == [
        ("administrator", "invite person", "anna"),
        ("anna", "choose password", "anna"),
        ("anna", "sign in", "anna"),
    ]


def test_a_link_works_once(anna: Person, stranger: Client) -> None:
    link = people.join_path(anna)
    assert stranger.post(link, CHOSEN).status_code == 303
    assert stranger.get(link).status_code == 410
    assert stranger.post(link, CHOSEN).status_code == 410


def test_a_link_works_for_seven_days(anna: Person, stranger: Client) -> None:
    link = people.join_path(anna)
    with travel(timezone.now() + timedelta(days=6, hours=23)):
        assert stranger.get(link).status_code == 200
    with travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert "Ask an administrator for a new one" in Page(stranger.get(link)).text


@pytest.mark.parametrize(
    "path", ["/join/MQ/x/", "/join/x/x/", "/join/---/c1-2/", "/join/OTk5OTk5OTk5OTk5OTk5OTk5OTk/x/"]
)
def test_a_made_up_link_leads_nowhere(path: str, administrator: Person, stranger: Client) -> None:
    assert stranger.get(path).status_code == 410


def test_a_disabled_account_has_no_link(anna: Person, administrator: Person, stranger: Client) -> None:
    link = people.join_path(anna)
    people.disable(anna, by=administrator)
    assert stranger.get(link).status_code == 410


def test_a_weak_password_is_refused(anna: Person, stranger: Client) -> None:
    answer = stranger.post(people.join_path(anna), {"new_password1": "short", "new_password2": "short"})
    assert answer.status_code == 422
    assert "too short" in Page(answer).text


@pytest.mark.parametrize(
    "wrong", [{"username": "administrator"}, {"email": "ADMIN@contoso.com"}, {"email": ""}, {"role": "king"}]
)
def test_an_invitation_that_cannot_be_is_explained(
    wrong: dict[str, str], administrator: Person, administrator_client: Client
) -> None:
    Person.objects.update(email="admin@contoso.com")
    answer = administrator_client.post("/settings/people/invite/", NEW | wrong)
    assert answer.status_code == 422
    assert Page(answer).one("div", class_="error-summary")
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"username": "administrator"}, "Somebody else has this user name."),
        ({"email": "ADMIN@contoso.com"}, "Somebody else has this mail address."),
    ],
)
def test_what_somebody_else_has_is_told_beside_its_field(
    wrong: dict[str, str], sentence: str, administrator: Person, administrator_client: Client
) -> None:
    Person.objects.update(email="admin@contoso.com")
    page = Page(administrator_client.post("/settings/people/invite/", NEW | wrong))
    assert page.one("ul", id=f"id_{next(iter(wrong))}_error").text == sentence


def test_the_list_tells_what_everybody_may_do_and_how_they_sign_in(
    administrator: Person, administrator_client: Client, anna: Person, helpdesk: Person
) -> None:
    Person.objects.filter(pk=helpdesk.pk).update(is_active=False)
    Authenticator.objects.create(user=administrator, key="A", confirmed=True)
    rows = {row[0]: row[1:5] for row in page_at(administrator_client, "/settings/people/").rows()}
    assert rows == {
        "administrator": ["Administrator", "Active", "–", "Password and code"],
        "anna": ["Manager", "Invited", "anna@contoso.com", "–"],
        "helpdesk": ["Helpdesk", "Disabled", "–", "Password"],
    }


def test_a_changed_role_counts_at_once(administrator_client: Client, manager: Person, manager_client: Client) -> None:
    assert manager_client.get("/settings/").status_code == 403
    administrator_client.post(f"/settings/people/{manager.pk}/role/", {"role": "administrator"})
    assert manager_client.get("/settings/").status_code == 200
    assert AuditEntry.objects.get(action="change role").details == {"role": {"from": "manager", "to": "administrator"}}


def test_who_is_disabled_is_out_at_once_and_stays_out(administrator_client: Client, manager: Person) -> None:
    theirs = sign_in("manager")
    page = page_at(administrator_client, f"/settings/people/{manager.pk}/disable/")
    assert "All sessions end at once" in page.text
    administrator_client.post(f"/settings/people/{manager.pk}/disable/")
    assert not still_in(theirs)
    assert Client().post("/sign-in/", {"username": "manager", "password": PASSWORD}).status_code == 200
    administrator_client.post(f"/settings/people/{manager.pk}/enable/")
    assert not still_in(theirs)
    assert still_in(sign_in("manager"))


def test_a_new_password_link_ends_the_old_password_and_all_sessions(
    administrator_client: Client, manager: Person
) -> None:
    theirs = sign_in("manager")
    page = Page(administrator_client.post(f"/settings/people/{manager.pk}/reset-password/", follow=True))
    assert not still_in(theirs)
    assert Client().post("/sign-in/", {"username": "manager", "password": PASSWORD}).status_code == 200
    Client().post(page.one("code").text, CHOSEN)
    assert still_in(sign_in("manager"))


def test_another_administrator_resets_a_lost_second_factor(administrator_client: Client, manager: Person) -> None:
    Authenticator.objects.create(user=manager, key="A", confirmed=True)
    RecoveryCode.objects.create(person=manager, sha256="0")
    administrator_client.post(f"/settings/people/{manager.pk}/reset-two-factor/")
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert still_in(sign_in("manager"))


def test_an_administrator_signs_somebody_out_everywhere(administrator_client: Client, manager: Person) -> None:
    first, second = sign_in("manager"), sign_in("manager")
    administrator_client.post(f"/settings/people/{manager.pk}/end-sessions/")
    assert (still_in(first), still_in(second)) == (False, False)


@pytest.mark.parametrize("command", ["disable", "reset-password", "reset-two-factor"])
def test_nobody_does_that_to_their_own_account(
    command: str, administrator: Person, administrator_client: Client
) -> None:
    person(Role.MANAGER)
    answer = administrator_client.post(f"/settings/people/{administrator.pk}/{command}/", follow=True)
    assert "Nobody can do this to their own account" in Page(answer).text
    assert still_in(administrator_client)


def test_nobody_changes_their_own_role(administrator: Person, administrator_client: Client) -> None:
    administrator_client.post(f"/settings/people/{administrator.pk}/role/", {"role": "manager"})
    administrator.refresh_from_db()
    assert administrator.is_administrator


def test_the_last_administrator_stays_one(administrator: Person, manager: Person) -> None:
    with pytest.raises(NotAllowed, match="administrator is the last administrator who can sign in"):
        people.disable(administrator, by=manager)
    with pytest.raises(NotAllowed):
        people.change_role(administrator, "helpdesk", by=manager)
    another = Person.objects.create_user("second", role=Role.ADMINISTRATOR)
    people.disable(administrator, by=another)
    with pytest.raises(NotAllowed):
        people.disable(another, by=manager)


def test_a_command_that_is_none_is_not_there(administrator_client: Client, manager: Person) -> None:
    assert administrator_client.get(f"/settings/people/{manager.pk}/promote/").status_code == 404
    assert administrator_client.post(f"/settings/people/{manager.pk}/role/", {"role": "king"}).status_code == 303
    manager.refresh_from_db()
    assert manager.role == Role.MANAGER


def test_a_changed_password_ends_all_other_sessions(manager: Person) -> None:
    here, elsewhere = sign_in("manager"), sign_in("manager")
    new = "another horse battery staple"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/account/password/", sent | {"old_password": "wrong"}).status_code == 422
    assert still_in(elsewhere)
    assert here.post("/account/password/", sent).status_code == 303
    assert (still_in(here), still_in(elsewhere)) == (True, False)
    assert Client().post("/sign-in/", {"username": "manager", "password": new}).status_code == 303


def test_people_see_where_they_are_signed_in_and_end_the_rest(manager: Person) -> None:
    elsewhere = signed_in(manager)
    elsewhere.post("/sign-out/")
    elsewhere.post("/sign-in/", {"username": "manager", "password": PASSWORD}, headers={"User-Agent": "Elsewhere/1"})
    here = Client(headers={"User-Agent": "Here/1"})
    here.post("/sign-in/", {"username": "manager", "password": PASSWORD})
    rows = page_at(here, "/account/").rows()
    assert [row[1:] for row in rows] == [["127.0.0.1", "Here/1"], ["127.0.0.1", "Elsewhere/1"]]
    assert ["This browser" in row[0] for row in rows] == [True, False]
    here.post("/account/sign-out-elsewhere/")
    assert (still_in(here), still_in(elsewhere)) == (True, False)
    assert [row[2] for row in page_at(here, "/account/").rows()] == ["Here/1"]


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def test_the_link_is_sent_by_mail_where_there_is_a_mail_server(
    anna: Person, administrator_client: Client, stranger: Client, smtp: SmtpServer
) -> None:
    page = page_at(administrator_client, f"/settings/people/{anna.pk}/")
    form = page.one("form", action=f"/settings/people/{anna.pk}/mail-link/")
    shown = Page(administrator_client.post(form["action"], follow=True))
    assert "The link has been sent to anna@contoso.com." in shown.text
    (mail,) = smtp.mails
    assert (mail["To"], mail["Subject"]) == ("anna@contoso.com", "Your sign-in for Migration Center")
    text = mail.get_content()
    assert "Your user name: anna" in text
    link = next(line for line in text.splitlines() if "/join/" in line)
    assert stranger.post(link, CHOSEN).status_code == 303
    assert AuditEntry.objects.filter(action="mail invitation", thing="anna").exists()


def test_a_mail_server_that_refuses_is_quoted(anna: Person, administrator_client: Client, smtp: SmtpServer) -> None:
    smtp.refuse["anna@contoso.com"] = "550 5.1.1 No such user here"
    shown = Page(administrator_client.post(f"/settings/people/{anna.pk}/mail-link/", follow=True))
    assert "Hand it over yourself." in shown.text
    assert "No such user here" in shown.text
    assert not AuditEntry.objects.filter(action="mail invitation").exists()


def test_without_a_mail_server_nobody_is_offered_one(anna: Person, administrator_client: Client) -> None:
    url = f"/settings/people/{anna.pk}/mail-link/"
    assert not page_at(administrator_client, f"/settings/people/{anna.pk}/").all("form", action=url)
    assert "No link can be sent" in Page(administrator_client.post(url, follow=True)).text
