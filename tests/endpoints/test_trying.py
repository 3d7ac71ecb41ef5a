"""Availability tests as people start them: in the wizard and on the page of an endpoint, against a real server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry, Person
from endpoints.models import EndpointDraft, MigrationEndpoint, Security, SignIn
from tests.endpoints.dns import DnsServer
from tests.endpoints.odd_servers import OddServer
from tests.endpoints.samples import CANARY, make_draft, make_endpoint
from tests.servers.certificates import make_certificate
from tests.servers.dovecot import MASTER_PASSWORD, MASTER_USER, Dovecot

pytestmark = pytest.mark.django_db

USER = "pilarp@contoso.com"
HTMX = {"HX-Request": "true"}
ACCOUNT = {"test_mailbox": USER, "sign_in": "user", "test_password": CANARY}
GENERAL = {"name": "EXCH-SRV-01", "max_concurrent_migrations": "", "max_concurrent_incremental_syncs": ""}


@pytest.fixture(autouse=True)
def dns() -> Iterator[DnsServer]:
    with DnsServer({}) as server:
        yield server


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(draft: EndpointDraft, slug: str) -> str:
    return reverse("endpoints:wizard", args=[draft.pk, slug])


def account_draft(by: Person, **changes: Any) -> EndpointDraft:
    return make_draft(by, test_mailbox=USER, test_password=CANARY, **changes)


def server_fields(port: int, **changes: str) -> dict[str, str]:
    return {
        "server": "localhost",
        "port": str(port),
        "security": "tls",
        "trust": "system",
        "action": "test",
        **changes,
    }


def test_an_administrator_describes_a_server_from_the_first_page_to_the_last(
    administrator_client: Client, dovecot: Dovecot
) -> None:
    administrator_client.post(reverse("endpoints:new"), {"type": "imap"})
    draft = EndpointDraft.objects.get()
    administrator = {"sign_in": "template", "user_template": "{user}*{admin}", "admin_user": MASTER_USER}
    account = {"test_mailbox": USER, **administrator, "admin_password": MASTER_PASSWORD}
    administrator_client.post(page(draft, "account"), account)
    trusted = server_fields(dovecot.tls_port, trust="ca", ca_pem=dovecot.ca_pem)
    answer = administrator_client.post(page(draft, "connection"), trusted, follow=True)
    assert answer.redirect_chain == [(page(draft, "general"), 303)]
    assert f"localhost answered, and {USER}*{MASTER_USER} could sign in." in text(answer)
    answer = administrator_client.post(page(draft, "general"), GENERAL, follow=True)
    assert "EXCH-SRV-01 has been created" in text(answer)
    endpoint = MigrationEndpoint.objects.get()
    assert endpoint.sign_in == SignIn.TEMPLATE
    test = endpoint.tests.get()
    assert test.passed
    assert test.found["certificate"]["sha256"] == dovecot.certificate.sha256


def test_a_refused_password_is_explained_and_the_settings_asked_for_again(
    administrator_client: Client, administrator: Person, dovecot: Dovecot
) -> None:
    draft = account_draft(administrator)
    draft.test_password = "wrong-" + CANARY
    draft.save()
    fields = server_fields(dovecot.port, security="none")
    answer = administrator_client.post(page(draft, "connection"), fields, follow=True)
    assert answer.redirect_chain == [(page(draft, "connection"), 303)]
    shown = text(answer)
    assert f"The server localhost refused the sign-in of {USER}." in shown
    assert "Authentication failed" in shown
    assert 'name="server"' in shown
    assert CANARY not in shown


def test_an_unknown_certificate_is_shown_and_can_be_trusted_by_choice(
    administrator_client: Client, administrator: Person, dovecot: Dovecot
) -> None:
    draft = account_draft(administrator)
    shown = text(administrator_client.post(page(draft, "connection"), server_fields(dovecot.tls_port), follow=True))
    assert "is not trusted here: no authority that is known here has signed it" in shown
    assert dovecot.certificate.sha256[:2].upper() + ":" in shown
    assert "Trust exactly this certificate" in shown
    answer = administrator_client.post(page(draft, "connection"), {"action": "trust"}, follow=True)
    assert answer.redirect_chain == [(page(draft, "general"), 303)]
    assert "Exactly one certificate is accepted" in text(answer)
    draft.refresh_from_db()
    assert (draft.trust, draft.pinned_sha256) == ("pinned", dovecot.certificate.sha256)


def test_nobody_can_trust_a_certificate_that_no_test_was_shown(
    administrator_client: Client, administrator: Person, dovecot: Dovecot
) -> None:
    draft = account_draft(administrator, server="localhost", port=dovecot.tls_port)
    sent = {"action": "trust", "pinned_sha256": dovecot.certificate.sha256}
    answer = administrator_client.post(page(draft, "connection"), sent)
    assert answer["Location"] == page(draft, "connection")
    draft.refresh_from_db()
    assert (draft.trust, draft.test) == ("system", {})


def test_a_test_on_the_page_is_kept_with_who_and_when(
    administrator_client: Client, administrator: Person, dovecot: Dovecot
) -> None:
    endpoint = make_endpoint(
        server="127.0.0.1",
        port=dovecot.port,
        security=Security.NONE,
        admin_user=MASTER_USER,
        admin_password=MASTER_PASSWORD,
    )
    address = reverse("endpoints:test", args=[endpoint.pk])
    answer = administrator_client.post(address, follow=True)
    assert answer.redirect_chain == [(reverse("endpoints:detail", args=[endpoint.pk]), 303)]
    assert "The test passed" in text(answer)
    piece = text(administrator_client.post(address, headers=HTMX))
    assert "<html" not in piece
    assert "The test passed" in piece
    assert [test.by for test in endpoint.tests.all()] == [administrator] * 2
    assert AuditEntry.objects.filter(action="test endpoint", details__passed=True).count() == 2


def test_a_renewed_certificate_is_trusted_on_the_page(administrator_client: Client) -> None:
    certificate = make_certificate(None)
    with OddServer(certificate=certificate) as server:
        endpoint = make_endpoint(
            server="localhost", port=server.port, trust="pinned", pinned_sha256="ab" * 32, test_mailbox=""
        )
        address = reverse("endpoints:test", args=[endpoint.pk])
        assert "Trust exactly this certificate" in text(administrator_client.post(address, follow=True))
        administrator_client.post(reverse("endpoints:trust-certificate", args=[endpoint.pk]))
    endpoint.refresh_from_db()
    assert endpoint.pinned_sha256 == certificate.sha256
    assert AuditEntry.objects.get(action="change endpoint").details["pinned_sha256"] == certificate.sha256


def test_no_password_gets_into_a_page_a_log_a_result_or_the_audit(
    administrator_client: Client, administrator: Person, dovecot: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    draft = make_draft(administrator)
    pages = [administrator_client.post(page(draft, "account"), ACCOUNT, follow=True)]
    for fields in (
        server_fields(dovecot.tls_port),
        server_fields(1, security="none"),
        server_fields(dovecot.port, security="none"),
    ):
        pages.append(administrator_client.post(page(draft, "connection"), fields, follow=True))
    pages.append(administrator_client.post(page(draft, "general"), GENERAL, follow=True))
    endpoint = MigrationEndpoint.objects.get()
    for name in ("detail", "edit"):
        pages.append(administrator_client.get(reverse(f"endpoints:{name}", args=[endpoint.pk])))
    pages.append(administrator_client.post(reverse("endpoints:test", args=[endpoint.pk]), follow=True))
    assert endpoint.test_password == CANARY
    assert endpoint.tests.count() == 2
    for shown in pages:
        assert CANARY not in text(shown)
    assert CANARY not in caplog.text
    assert CANARY not in everything_in_the_database()


def everything_in_the_database() -> str:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database itself
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)
