"""The wizard without a server: what it asks, keeps and refuses. With servers it is tried in ``test_wizard_connection``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry, Person, Role
from endpoints.models import EndpointDraft, MigrationEndpoint
from tests.conftest import person, signed_in
from tests.endpoints.dns import DnsServer
from tests.endpoints.samples import CANARY, make_draft, make_endpoint
from tests.refusals import refused

pytestmark = pytest.mark.django_db

NEW = reverse("endpoints:new")
ACCOUNT = {
    "test_mailbox": "pilarp@contoso.com",
    "sign_in": "template",
    "user_template": "{user}*{admin}",
    "admin_user": "migadmin",
    "admin_password": CANARY,
}
SERVER = {"server": "imap.contoso.com", "security": "tls", "port": "", "trust": "system"}
GENERAL = {"name": "EXCH-SRV-01", "max_concurrent_migrations": "", "max_concurrent_incremental_syncs": ""}
PASSED = {"passed": True, "code": "", "words": "", "found": {"signed_in_as": "pilarp@contoso.com*migadmin"}}


@pytest.fixture(autouse=True)
def dns() -> Iterator[DnsServer]:
    with DnsServer({("_imaps._tcp.contoso.com.", "SRV"): ["0 0 993 mail.contoso.com."]}) as server:
        yield server


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(draft: EndpointDraft, slug: str) -> str:
    return reverse("endpoints:wizard", args=[draft.pk, slug])


def ready_draft(by: Person, **changes: Any) -> EndpointDraft:
    values = {**ACCOUNT, "server": "imap.contoso.com", "test": PASSED}
    return make_draft(by, **{**values, **changes})


def test_looking_at_the_first_page_begins_nothing(administrator_client: Client) -> None:
    assert "Endpoint type" in text(administrator_client.get(NEW))
    assert not EndpointDraft.objects.exists()


def test_choosing_a_type_begins_a_draft(administrator_client: Client) -> None:
    answer = administrator_client.post(NEW, {"type": "imap"})
    draft = EndpointDraft.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, page(draft, "account"))


def test_an_unknown_type_is_refused(administrator_client: Client) -> None:
    assert "There is a problem" in text(refused(administrator_client, NEW, {"type": "pop3"}))
    assert not EndpointDraft.objects.exists()


def test_the_account_is_kept_and_the_server_suggested(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator)
    answer = administrator_client.post(page(draft, "account"), ACCOUNT, follow=True)
    assert answer.redirect_chain == [(page(draft, "connection"), 303)]
    draft.refresh_from_db()
    assert (draft.admin_password, draft.server, draft.port) == (CANARY, "mail.contoso.com", 993)
    shown = text(answer)
    assert "mail.contoso.com" in shown
    assert "pilarp@contoso.com signs in as pilarp@contoso.com*migadmin." in shown
    assert CANARY not in shown


def test_a_domain_without_records_is_asked_for_its_server(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator)
    written = {**ACCOUNT, "test_mailbox": "pilarp@fabrikam.com"}
    shown = text(administrator_client.post(page(draft, "account"), written, follow=True))
    assert "The DNS does not tell which server the test mailbox is on." in shown


def test_a_server_that_somebody_named_is_not_replaced(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, server="imap.contoso.com")
    administrator_client.post(page(draft, "account"), ACCOUNT)
    draft.refresh_from_db()
    assert draft.server == "imap.contoso.com"


def test_a_mistake_keeps_what_was_written_but_no_password(administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator)
    shown = text(refused(administrator_client, page(draft, "account"), {**ACCOUNT, "user_template": "{admin}"}))
    assert "migadmin" in shown
    assert CANARY not in shown


@pytest.mark.parametrize(("slug", "first"), [("connection", "account"), ("general", "account")])
def test_nobody_gets_ahead_of_the_first_open_step(
    administrator_client: Client, administrator: Person, slug: str, first: str
) -> None:
    draft = make_draft(administrator)
    assert administrator_client.get(page(draft, slug))["Location"] == page(draft, first)
    assert administrator_client.post(page(draft, slug), GENERAL)["Location"] == page(draft, first)


def test_a_draft_without_a_test_gets_no_further_than_the_test(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator, test={})
    assert administrator_client.post(page(draft, "general"), GENERAL)["Location"] == page(draft, "connection")
    assert not MigrationEndpoint.objects.exists()


def test_going_back_and_forth_keeps_everything(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator)
    for slug in ("type", "account", "connection", "general"):
        assert administrator_client.get(page(draft, slug)).status_code == 200
    answer = administrator_client.post(page(draft, "account"), {**ACCOUNT, "admin_password": ""})
    assert answer.status_code == 303
    draft.refresh_from_db()
    assert draft.admin_password == CANARY
    assert draft.test == PASSED


def test_a_test_tells_nothing_about_settings_that_changed_since(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    administrator_client.post(page(draft, "account"), {**ACCOUNT, "admin_user": "other"})
    draft.refresh_from_db()
    assert draft.test == {}


def test_a_result_is_never_shown_with_the_name_of_another_server(
    administrator_client: Client, administrator: Person
) -> None:
    failed = {"passed": False, "code": "unreachable", "words": "connection refused", "found": {}}
    draft = ready_draft(administrator, test=failed)
    assert "connection refused" in text(administrator_client.get(page(draft, "connection")))
    wrong = {**SERVER, "server": "imap.fabrikam.com", "port": "0", "action": "test"}
    answer = refused(administrator_client, page(draft, "connection"), wrong)
    assert "imap.fabrikam.com" in text(answer)
    assert "connection refused" not in text(answer)
    draft.refresh_from_db()
    assert (draft.server, draft.test) == ("imap.contoso.com", failed)


def test_skipping_the_test_is_possible_and_warned_about(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator, test={})
    answer = administrator_client.post(page(draft, "connection"), {**SERVER, "action": "skip"}, follow=True)
    assert answer.redirect_chain == [(page(draft, "general"), 303)]
    assert "The test was skipped" in text(answer)
    answer = administrator_client.post(page(draft, "general"), GENERAL, follow=True)
    assert "This endpoint has not been tested." in text(answer)
    assert not MigrationEndpoint.objects.get().tests.exists()


def test_the_last_step_creates_the_endpoint(administrator_client: Client, administrator: Person) -> None:
    draft = ready_draft(administrator)
    answer = administrator_client.post(page(draft, "general"), GENERAL, follow=True)
    endpoint = MigrationEndpoint.objects.get()
    assert answer.redirect_chain == [(reverse("endpoints:created", args=[endpoint.pk]), 303)]
    assert "EXCH-SRV-01 has been created" in text(answer)
    assert (endpoint.max_concurrent_migrations, endpoint.max_concurrent_incremental_syncs) == (20, 10)
    assert (endpoint.created_by, endpoint.tests.get().passed) == (administrator, True)
    assert not EndpointDraft.objects.exists()
    assert AuditEntry.objects.filter(action="create endpoint", who=administrator).exists()


def test_a_name_that_is_taken_creates_nothing(administrator_client: Client, administrator: Person) -> None:
    make_endpoint("EXCH-SRV-01")
    draft = ready_draft(administrator)
    answer = refused(administrator_client, page(draft, "general"), GENERAL)
    assert "Another endpoint has this name." in text(answer)
    assert MigrationEndpoint.objects.count() == 1


def test_a_draft_waits_on_the_list_until_it_is_finished_or_thrown_away(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    for address in (reverse("endpoints:list"), NEW):
        assert "You have not finished describing an endpoint: imap.contoso.com" in text(
            administrator_client.get(address)
        )
    discard = reverse("endpoints:discard", args=[draft.pk])
    for address in (reverse("endpoints:list"), page(draft, "account")):
        assert f'href="{discard}"' in administrator_client.get(address).content.decode()
    assert "Discard the draft imap.contoso.com?" in text(administrator_client.get(discard))
    assert EndpointDraft.objects.exists()
    answer = administrator_client.post(discard, follow=True)
    assert "has been thrown away" in text(answer)
    assert not EndpointDraft.objects.exists()


def test_what_no_field_takes_is_said_by_the_page_and_not_by_the_browser(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    shown = administrator_client.get(page(draft, "general")).content.decode()
    assert '<form method="post" class="endpoint-form" novalidate>' in shown
    assert "maxlength" not in shown.split("endpoint-form")[1]
    wrong = GENERAL | {"name": "N" * 300, "max_concurrent_migrations": "-3"}
    answer = text(administrator_client.post(page(draft, "general"), wrong, follow=True))
    assert "characters (it has 300)" in answer
    assert "Type a whole number from 1 to 100, or leave this blank." in answer


def test_a_draft_is_its_writer_s_alone(administrator_client: Client) -> None:
    other = Person.objects.create_user(username="other", role=Role.ADMINISTRATOR)
    draft = ready_draft(other)
    for slug in ("type", "account", "connection", "general"):
        assert administrator_client.get(page(draft, slug)).status_code == 404
        assert administrator_client.post(page(draft, slug), GENERAL).status_code == 404
    assert administrator_client.post(reverse("endpoints:discard", args=[draft.pk])).status_code == 404
    assert "not finished" not in text(administrator_client.get(reverse("endpoints:list")))
    assert EndpointDraft.objects.get() == draft


def test_pressing_create_twice_creates_one_endpoint_and_says_so(
    administrator_client: Client, administrator: Person
) -> None:
    draft = ready_draft(administrator)
    assert administrator_client.post(page(draft, "general"), GENERAL).status_code == 303
    answer = administrator_client.post(page(draft, "general"), GENERAL, follow=True)
    endpoint = MigrationEndpoint.objects.get()
    assert answer.redirect_chain == [(reverse("endpoints:detail", args=[endpoint.pk]), 303)]
    assert f"{endpoint.name} has been created already." in text(answer)
    gone = administrator_client.post(page(draft, "general"), GENERAL | {"name": "Another"}, follow=True)
    assert "its endpoint has been created, or it was thrown away" in text(gone)
    assert administrator_client.get(page(draft, "general")).status_code == 404


def test_a_step_that_does_not_exist_is_not_found(administrator_client: Client, administrator: Person) -> None:
    assert administrator_client.get(page(ready_draft(administrator), "nonsense")).status_code == 404


@pytest.mark.parametrize("role", [Role.HELPDESK, Role.MANAGER])
def test_the_wizard_is_for_administrators(role: Role, stranger: Client) -> None:
    somebody = person(role)
    client, draft = signed_in(somebody), ready_draft(somebody)
    addresses = [NEW, page(draft, "account"), reverse("endpoints:sign-in-preview"), reverse("endpoints:port")]
    for address in addresses:
        assert client.get(address).status_code == 403
        assert stranger.get(address).status_code == 302
    for address in (NEW, page(draft, "general"), reverse("endpoints:discard", args=[draft.pk])):
        assert client.post(address, {"type": "imap", **GENERAL}).status_code == 403
    assert not MigrationEndpoint.objects.exists()


def test_the_preview_follows_what_is_written(administrator_client: Client) -> None:
    asked = {"sign_in": "template", "user_template": "DOMAIN/{admin}/{user}", "admin_user": "<b>"}
    shown = text(administrator_client.get(reverse("endpoints:sign-in-preview"), asked))
    assert "pilarp@contoso.com signs in as DOMAIN/&lt;b&gt;/pilarp@contoso.com." in shown
    assert "<html" not in shown
    assert administrator_client.get(reverse("endpoints:sign-in-preview")).status_code == 200


def test_the_preview_names_nobody_while_the_sign_in_name_is_wrong(
    administrator_client: Client, administrator: Person
) -> None:
    wrong = {**ACCOUNT, "user_template": "{user}*{foo}"}
    draft = ready_draft(administrator)
    assert "signs in as" in text(administrator_client.get(page(draft, "account")))
    answer = refused(administrator_client, page(draft, "account"), wrong)
    preview = administrator_client.get(reverse("endpoints:sign-in-preview"), wrong)
    for shown in (text(answer), text(preview)):
        assert "{foo} is not known here" in shown
        assert "signs in as" not in shown


@pytest.mark.parametrize(
    ("security", "port", "shown"),
    [
        ("starttls", "993", "143"),
        ("tls", "143", "993"),
        ("tls", "", "993"),
        ("starttls", "1143", "1143"),
        ("x", "", "993"),
    ],
)
def test_the_port_follows_the_encryption(administrator_client: Client, security: str, port: str, shown: str) -> None:
    answer = administrator_client.get(reverse("endpoints:port"), {"security": security, "port": port})
    assert f'value="{shown}"' in text(answer)
