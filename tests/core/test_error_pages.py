"""Pages for what went wrong: in the product's look, with what to do."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.template import loader
from django.test import Client

from tests.html import Page


def test_an_address_with_nothing_behind_it(administrator_client: Client) -> None:
    answer = administrator_client.get("/batches/999/")
    assert answer.status_code == 404
    assert Page(answer).one("h1").text == "Page not found"


def test_what_a_role_does_not_allow_is_said_in_a_sentence(helpdesk_client: Client) -> None:
    answer = helpdesk_client.post("/batches/1/start/")
    assert answer.status_code == 403
    assert "Only an administrator can do this. Ask one, or sign in as one." in Page(answer).text


@pytest.mark.django_db
def test_a_broken_page_shows_no_trace_of_the_program(administrator_client: Client) -> None:
    administrator_client.raise_request_exception = False
    with patch("domains.views.domain_rows", side_effect=RuntimeError("secret")):
        answer = administrator_client.get("/domains/")
    page = Page(answer)
    assert answer.status_code == 500
    assert page.one("h1").text == "Something went wrong"
    assert "secret" not in page.source
    assert "Traceback" not in page.source


@pytest.mark.django_db
def test_a_page_says_when_it_is_the_database_that_fails(administrator_client: Client) -> None:
    administrator_client.raise_request_exception = False
    with patch("domains.views.domain_rows", side_effect=OperationalError("connection refused by 10.0.0.1")):
        answer = administrator_client.get("/domains/")
    page = Page(answer)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert page.one("h1").text == "The database does not answer"
    assert "10.0.0.1" not in page.source


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_pages_of_last_resort_need_nothing_to_be_drawn(name: str) -> None:
    assert "Go to the overview" in loader.render_to_string(name)
