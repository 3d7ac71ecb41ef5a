from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoints.models import EndpointDraft, SignIn
from endpoints.sign_in import TEMPLATES, authorization_id, fill, login_name, preview, short_form, template_fault

USER = "pilarp@contoso.com"


def settings(sign_in: SignIn, template: str = "{user}", admin: str = "migadmin") -> EndpointDraft:
    return EndpointDraft(sign_in=sign_in, user_template=template, admin_user=admin)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{user}*{admin}", "pilarp@contoso.com*migadmin"),
        ("DOMAIN/{admin}/{user}", "DOMAIN/migadmin/pilarp@contoso.com"),
        ("{admin}/{user}", "migadmin/pilarp@contoso.com"),
        ("{user}", "pilarp@contoso.com"),
    ],
)
def test_a_template_names_the_user_and_the_administrator(template: str, name: str) -> None:
    assert login_name(settings(SignIn.TEMPLATE, template), USER) == name


def test_users_who_sign_in_themselves_keep_their_name() -> None:
    own = settings(SignIn.USER, "{user}*{admin}")
    assert login_name(own, USER) == USER
    assert authorization_id(own, USER) == ""


def test_with_an_authorization_identity_the_administrator_signs_in_for_the_user() -> None:
    other = settings(SignIn.AUTHORIZATION)
    assert login_name(other, USER) == "migadmin"
    assert authorization_id(other, USER) == USER


@given(st.text(), st.text())
def test_a_name_is_never_taken_for_a_template(user: str, admin: str) -> None:
    assert fill("{admin}|{user}", user=user, admin=admin) == f"{admin}|{user}"


def test_braces_in_names_stay_as_they_are() -> None:
    assert fill("{user}*{admin}", user="{admin}", admin="{user.__class__}") == "{admin}*{user.__class__}"


@pytest.mark.parametrize("template", [template for template, _ in TEMPLATES])
def test_every_offered_template_can_be_used(template: str) -> None:
    assert template_fault(template) == ""


@pytest.mark.parametrize(
    "template", ["", "migadmin", "{user}", "{admin}", "{user}{password}", "{user}\n", "{user.password}"]
)
def test_a_template_that_can_not_work_is_explained(template: str) -> None:
    assert template_fault(template).endswith(".")


@pytest.mark.parametrize(
    ("sign_in", "template", "sentence"),
    [
        (SignIn.TEMPLATE, "{user}*{admin}", "pilarp@contoso.com signs in as pilarp@contoso.com*migadmin."),
        (SignIn.USER, "{user}", "pilarp@contoso.com signs in as pilarp@contoso.com, with a password of its own."),
        (SignIn.AUTHORIZATION, "{user}", "migadmin signs in, and opens the mailbox of pilarp@contoso.com."),
    ],
)
def test_the_preview_shows_what_goes_to_the_server(sign_in: SignIn, template: str, sentence: str) -> None:
    assert preview(settings(sign_in, template), USER) == sentence


def test_an_administrator_s_password_is_never_tried_with_a_user_s_own_name() -> None:
    assert EndpointDraft().user_template == "{user}*{admin}"
    assert "lock their accounts" in template_fault("{user}")


def test_the_preview_of_a_template_that_can_not_work_says_why() -> None:
    assert "{user}" in preview(settings(SignIn.TEMPLATE, "{admin}"), USER)


def test_a_list_shows_the_form_of_the_name() -> None:
    assert short_form(settings(SignIn.TEMPLATE, "{user}*{admin}")) == "{user}*migadmin"
    assert short_form(settings(SignIn.AUTHORIZATION)) == "migadmin for {user}"
    assert short_form(settings(SignIn.USER)) == "Each user's own"
