"""The list, the details, editing and deleting, for the three roles and a stranger."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from batches.states import Decision
from core.models import AuditEntry, Person
from endpoints.certificates import Certificate
from endpoints.models import AvailabilityTest, MigrationEndpoint, Security
from tests.endpoints.samples import CANARY, delete_softly, make_batch, make_draft, make_endpoint
from tests.refusals import refused

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
LIST = reverse("endpoints:list")
PAGES_TO_LOOK_AT = ("endpoints:detail",)
PAGES_OF_ADMINISTRATORS = ("endpoints:edit", "endpoints:delete", "endpoints:created")
COMMANDS = ("test", "trust-certificate", "make-default-target", "delete", "edit")


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def url(name: str, endpoint: MigrationEndpoint) -> str:
    return reverse(name, args=[endpoint.pk])


def fields_of(endpoint: MigrationEndpoint, **changes: str) -> dict[str, str]:
    """What a browser sends when somebody presses Save."""
    names = (
        *("name", "max_concurrent_migrations", "max_concurrent_incremental_syncs"),
        *("server", "security", "port", "trust", "ca_pem", "pinned_sha256"),
        *("test_mailbox", "sign_in", "user_template", "admin_user"),
    )
    return {name: str(getattr(endpoint, name)) for name in names} | {"admin_password": "", **changes}


def test_an_empty_list_says_what_to_do_first(administrator_client: Client, helpdesk_client: Client) -> None:
    assert "New migration endpoint" in text(administrator_client.get(LIST))
    shown = text(helpdesk_client.get(LIST))
    assert "An administrator can add them." in shown
    assert "New migration endpoint" not in shown


def test_the_list_tells_the_essentials_of_each_endpoint(helpdesk_client: Client) -> None:
    endpoint = make_endpoint(server="imap.contoso.com", port=1143, security=Security.NONE, is_default_target=True)
    make_batch(endpoint, name="StagedBatch1")
    make_batch(make_endpoint("CLOUD"), endpoint, name="StagedBatch2")
    delete_softly(make_batch(endpoint, name="Former"))
    AvailabilityTest.objects.create(endpoint=endpoint, passed=False, code="timeout")
    shown = text(helpdesk_client.get(LIST))
    for part in ("EXCH-SRV-01", "IMAP", "imap.contoso.com:1143", "{user}*migadmin", "Not encrypted", "Default target"):
        assert part in shown
    assert '<td class="number">2</td>' in shown
    assert "Failed" in shown
    assert "Not tested" in shown


def test_the_last_test_is_the_one_that_counts(manager_client: Client) -> None:
    endpoint = make_endpoint()
    for passed in (False, True):
        AvailabilityTest.objects.create(endpoint=endpoint, passed=passed)
    shown = text(manager_client.get(LIST))
    assert "Passed" in shown
    assert "Failed" not in shown


def test_the_list_takes_the_same_few_queries_however_long_it_is(
    administrator_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        endpoint = make_endpoint(f"EXCH-SRV-{number}")
        make_batch(endpoint, name=f"Batch{number}")
        AvailabilityTest.objects.create(endpoint=endpoint, passed=True)
    with django_assert_max_num_queries(5):
        administrator_client.get(LIST)


def test_the_details_show_facts_and_no_password(helpdesk_client: Client) -> None:
    endpoint = make_endpoint(test_password=CANARY)
    shown = text(helpdesk_client.get(url("endpoints:detail", endpoint)))
    assert "pilarp@contoso.com signs in as pilarp@contoso.com*migadmin." in shown
    assert "This endpoint has not been tested." in shown
    assert CANARY not in shown
    for command in ("Test now", "Edit", "Delete"):
        assert command not in shown


def test_htmx_gets_only_the_list_and_the_pane(administrator_client: Client) -> None:
    endpoint = make_endpoint()
    piece = text(administrator_client.get(url("endpoints:detail", endpoint), headers=HTMX))
    assert "<html" not in piece
    assert piece.count("<aside") == piece.count("<table") == 1
    assert "<aside" not in text(administrator_client.get(LIST, headers=HTMX))
    page = text(administrator_client.get(url("endpoints:detail", endpoint)))
    assert "<html" in page
    assert "<aside" in page


def test_an_endpoint_without_encryption_warns_wherever_it_is_shown(administrator_client: Client) -> None:
    endpoint = make_endpoint(security=Security.NONE)
    for name in ("endpoints:detail", "endpoints:created"):
        assert "is not encrypted" in text(administrator_client.get(url(name, endpoint)))
    assert "Not encrypted" in text(administrator_client.get(LIST))


@pytest.mark.parametrize(("trust", "badge"), [("pinned", "One certificate"), ("ca", "Own authority")])
def test_a_choice_about_certificates_is_shown_wherever_the_endpoint_is(
    administrator_client: Client, trust: str, badge: str
) -> None:
    endpoint = make_endpoint(trust=trust)
    assert badge in text(administrator_client.get(LIST))
    assert "accepted" in text(administrator_client.get(url("endpoints:detail", endpoint)))


def test_a_failed_test_is_explained_in_our_words_and_in_the_server_s(helpdesk_client: Client) -> None:
    endpoint = make_endpoint(server="imap.contoso.com")
    AvailabilityTest.objects.create(
        endpoint=endpoint, passed=False, code="sign_in_failed", words="[AUTHENTICATIONFAILED] <b>No</b>"
    )
    shown = text(helpdesk_client.get(url("endpoints:detail", endpoint)))
    assert "refused the sign-in of pilarp@contoso.com*migadmin" in shown
    assert "[AUTHENTICATIONFAILED] &lt;b&gt;No&lt;/b&gt;" in shown


def test_nothing_of_a_page_is_inline(administrator_client: Client) -> None:
    endpoint = make_endpoint(security=Security.NONE)
    for address in (LIST, *(url(name, endpoint) for name in (*PAGES_TO_LOOK_AT, *PAGES_OF_ADMINISTRATORS))):
        shown = text(administrator_client.get(address))
        assert "<style" not in shown
        assert "style=" not in shown
        assert "<script>" not in shown
        assert "onclick" not in shown


@pytest.mark.parametrize("name", PAGES_OF_ADMINISTRATORS)
def test_pages_that_change_something_are_for_administrators(
    name: str, administrator_client: Client, helpdesk_client: Client, manager_client: Client, stranger: Client
) -> None:
    address = url(name, make_endpoint())
    assert administrator_client.get(address).status_code == 200
    assert helpdesk_client.get(address).status_code == 403
    assert manager_client.get(address).status_code == 403
    assert stranger.get(address).status_code == 302


@pytest.mark.parametrize("name", PAGES_TO_LOOK_AT)
def test_everybody_who_signs_in_may_look(
    name: str, administrator_client: Client, helpdesk_client: Client, manager_client: Client, stranger: Client
) -> None:
    address = url(name, make_endpoint())
    for client in (administrator_client, helpdesk_client, manager_client):
        assert client.get(address).status_code == 200
    assert stranger.get(address).status_code == 302


@pytest.mark.parametrize("command", COMMANDS)
def test_only_administrators_command(
    command: str, helpdesk_client: Client, manager_client: Client, stranger: Client
) -> None:
    endpoint = make_endpoint()
    address = url(f"endpoints:{command}", endpoint)
    assert helpdesk_client.post(address, fields_of(endpoint, name="Hijacked")).status_code == 403
    assert manager_client.post(address, fields_of(endpoint, name="Hijacked")).status_code == 403
    assert stranger.post(address, fields_of(endpoint, name="Hijacked")).status_code == 302
    assert MigrationEndpoint.objects.get().name == "EXCH-SRV-01"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["detail", "edit", "delete", "created"])
def test_an_endpoint_that_does_not_exist_is_not_found(name: str, administrator_client: Client) -> None:
    assert administrator_client.get(reverse(f"endpoints:{name}", args=[4711])).status_code == 404


class TestEditing:
    def test_the_form_shows_what_is_kept_and_never_a_password(self, administrator_client: Client) -> None:
        endpoint = make_endpoint(server="imap.contoso.com", test_password=CANARY)
        shown = text(administrator_client.get(url("endpoints:edit", endpoint)))
        assert "imap.contoso.com" in shown
        assert "A password is kept." in shown
        assert CANARY not in shown

    def test_a_change_is_saved_and_said(self, administrator_client: Client) -> None:
        endpoint = make_endpoint()
        answer = administrator_client.post(
            url("endpoints:edit", endpoint), fields_of(endpoint, name="EXCH-SRV-02"), follow=True
        )
        assert answer.redirect_chain == [(url("endpoints:detail", endpoint), 303)]
        assert "EXCH-SRV-02 has been changed." in text(answer)
        endpoint.refresh_from_db()
        assert (endpoint.name, endpoint.admin_password) == ("EXCH-SRV-02", CANARY)
        assert AuditEntry.objects.get().details == {"name": "EXCH-SRV-02"}

    def test_a_mistake_is_shown_beside_its_field_with_what_was_written(self, administrator_client: Client) -> None:
        endpoint = make_endpoint()
        wrong = fields_of(endpoint, name="Other", server="imaps://imap.contoso.com", admin_password="typed-" + CANARY)
        shown = text(refused(administrator_client, url("endpoints:edit", endpoint), wrong))
        assert "There is a problem" in shown
        assert "imaps://imap.contoso.com" in shown
        assert CANARY not in shown
        assert "Edit EXCH-SRV-01" in shown
        endpoint.refresh_from_db()
        assert endpoint.name == "EXCH-SRV-01"

    def test_while_a_batch_runs_only_the_limits_are_offered(self, administrator_client: Client) -> None:
        endpoint = make_endpoint()
        make_batch(endpoint, decision=Decision.STARTED)
        address = url("endpoints:edit", endpoint)
        shown = text(administrator_client.get(address))
        assert "Running batches use this endpoint: StagedBatch1." in shown
        assert 'name="server"' not in shown
        changed = fields_of(endpoint, server="imap.fabrikam.com", max_concurrent_migrations="50")
        administrator_client.post(address, changed)
        endpoint.refresh_from_db()
        assert (endpoint.server, endpoint.max_concurrent_migrations) == ("127.0.0.1", 50)


class TestDeleting:
    def test_the_consequence_is_said_before(self, administrator_client: Client) -> None:
        endpoint = make_endpoint()
        shown = text(administrator_client.get(url("endpoints:delete", endpoint)))
        assert "Delete EXCH-SRV-01?" in shown
        assert "are lost for good" in shown
        dialog = text(administrator_client.get(url("endpoints:delete", endpoint), headers=HTMX)).strip()
        assert dialog.startswith("<dialog")

    def test_it_is_gone_and_said(self, administrator_client: Client) -> None:
        answer = administrator_client.post(url("endpoints:delete", make_endpoint()), follow=True)
        assert answer.redirect_chain == [(LIST, 303)]
        assert "EXCH-SRV-01 has been deleted." in text(answer)
        assert not MigrationEndpoint.objects.exists()

    def test_a_batch_that_uses_it_is_named(self, administrator_client: Client) -> None:
        endpoint = make_endpoint()
        make_batch(endpoint)
        address = url("endpoints:delete", endpoint)
        assert "Batches use this endpoint: StagedBatch1." in text(administrator_client.get(address))
        answer = administrator_client.post(address)
        assert answer.status_code == 409
        assert "Batches use this endpoint: StagedBatch1." in text(answer)
        assert MigrationEndpoint.objects.exists()


def test_the_default_target_is_chosen_on_its_page(administrator_client: Client) -> None:
    endpoint = make_endpoint()
    answer = administrator_client.post(url("endpoints:make-default-target", endpoint), follow=True)
    assert "New batches move mailboxes to EXCH-SRV-01." in text(answer)
    endpoint.refresh_from_db()
    assert endpoint.is_default_target


def test_the_heading_above_a_shown_certificate_follows_the_one_before_it(
    administrator_client: Client, administrator: Person
) -> None:
    certificate = Certificate("CN=mail", "CN=ca", timezone.now(), timezone.now(), "ab" * 32)
    found = {"certificate": certificate.to_json()}
    failed = {"passed": False, "code": "certificate_untrusted", "words": "", "found": found}
    endpoint = make_endpoint()
    AvailabilityTest.objects.create(endpoint=endpoint, **failed)
    draft = make_draft(administrator, test_mailbox="pilarp@contoso.com", server="imap.contoso.com", test=failed)
    for address in (url("endpoints:detail", endpoint), reverse("endpoints:wizard", args=[draft.pk, "connection"])):
        shown = text(administrator_client.get(address))
        assert "The certificate that the server showed" in shown
        levels = [int(level) for level in re.findall(r"<h([1-6])", shown)]
        levels = levels[levels.index(1) :]
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_test_of_former_settings_is_not_shown_as_one_of_the_present(administrator_client: Client) -> None:
    endpoint = make_endpoint()
    AvailabilityTest.objects.create(endpoint=endpoint, passed=False, code="timeout", outdated=True)
    page = administrator_client.get(f"/endpoints/{endpoint.pk}/").content.decode()
    assert "have changed since the last test" in page
    assert "The server did not answer in time" in page
    assert f"{endpoint.server} did not answer" not in page


def test_an_endpoint_whose_password_was_forgotten_says_so(
    administrator_client: Client, helpdesk_client: Client
) -> None:
    endpoint = make_endpoint("OLD", sign_in="template", admin_user="migadmin", admin_password="")
    url = f"/endpoints/{endpoint.pk}/"
    shown = administrator_client.get(url).content.decode()
    assert "The password of migadmin is not stored any more" in shown
    assert "Type the password" in shown
    assert "Type the password" not in helpdesk_client.get(url).content.decode()
    MigrationEndpoint.objects.update(admin_password="typed")
    assert "password-forgotten" not in administrator_client.get(url).content.decode()
