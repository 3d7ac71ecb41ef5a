"""The first mailbox is opened on both servers before a batch is created: real servers, and no sign-in too many."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from batches.models import BatchDraft
from batches.wizard import pre_check
from batches.wizard.file import read_file
from core.models import AuditEntry, Person
from endpoints import connect
from endpoints.models import ConnectionSettings
from tests.batches.examples import endpoint_of
from tests.batches.mailboxes import SECRET, mails, new_address
from tests.batches.wizard.drafting import make_draft, page, ready_draft, text
from tests.servers.dovecot import MASTER_PASSWORD, MASTER_USER, Dovecot
from tests.servers.mailbox import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(administrator: Person, dovecot_source: Dovecot, dovecot_target: Dovecot) -> BatchDraft:
    """An IMAP migration of one mailbox with three messages, all answers given."""
    address = new_address(dovecot_source, dovecot_target)
    fill(dovecot_source.host, dovecot_source.port, address, SECRET, mails(3))
    return ready_draft(
        administrator,
        f"EmailAddress,UserName,Password\n{address},{address},{SECRET}\n",
        type="imap",
        source=endpoint_of(dovecot_source, "OLD"),
        target=endpoint_of(dovecot_target, "NEW", sign_in="template", **ADMINISTRATOR),
    )


ADMINISTRATOR = {"user_template": "{user}*{admin}", "admin_user": MASTER_USER, "admin_password": MASTER_PASSWORD}


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[ConnectionSettings]:
    """Whatever is tried, in the place of servers; everything is refused."""
    seen: list[ConnectionSettings] = []

    def refuse(settings: ConnectionSettings) -> connect.TestResult:
        seen.append(settings)
        return connect.TestResult(False, "sign_in_failed", f"NO wrong password {settings.test_password}")

    monkeypatch.setattr(connect, "test", refuse)
    return seen


def try_url(draft: BatchDraft) -> str:
    return reverse("batches:wizard-pre-check", args=[draft.pk])


def test_both_servers_are_tried_and_the_messages_of_the_first_mailbox_counted(
    administrator_client: Client, draft: BatchDraft
) -> None:
    assert "is opened on both servers, once" in text(administrator_client.get(page(draft, "summary")))
    answer = administrator_client.post(try_url(draft), {"by_itself": "yes"})
    assert answer["Location"] == page(draft, "summary")
    shown = text(administrator_client.get(page(draft, "summary")))
    assert "opens, with 3 messages in it." in shown
    assert "opens, with 0 messages in it." in shown
    entry = AuditEntry.objects.get(action="try first mailbox")
    assert entry.details == {"source": True, "target": True}


def test_a_refused_sign_in_is_told_with_the_servers_words_and_is_not_tried_again_by_itself(
    administrator_client: Client, administrator: Person, tried: list[ConnectionSettings]
) -> None:
    draft = ready_draft(administrator, f"EmailAddress,Password\npilarp@contoso.com,{SECRET}\n")
    for _tab in range(2):
        administrator_client.post(try_url(draft), {"by_itself": "yes"})
    assert [(way.test_mailbox, way.test_password) for way in tried] == [
        ("pilarp@contoso.com", ""),
        ("pilarp@contoso.com", SECRET),
    ]
    shown = text(administrator_client.get(page(draft, "summary")))
    assert "refused the sign-in of pilarp@contoso.com" in shown
    assert "NO wrong password •••" in shown
    assert "hx-trigger" not in shown.partition('id="pre-check"')[2]
    administrator_client.post(try_url(draft))
    assert len(tried) == 4


def test_other_servers_or_another_password_are_tried_anew(
    administrator_client: Client, administrator: Person, tried: list[ConnectionSettings]
) -> None:
    draft = ready_draft(administrator)
    administrator_client.post(try_url(draft), {"by_itself": "yes"})
    assert draft.source is not None
    draft.source.server = "other.contoso.com"
    draft.source.save()
    assert 'hx-trigger="load, submit"' in text(administrator_client.get(page(draft, "summary")))
    administrator_client.post(try_url(draft), {"by_itself": "yes"})
    assert len(tried) == 4


def test_htmx_gets_the_piece(
    administrator_client: Client, administrator: Person, tried: list[ConnectionSettings]
) -> None:
    draft = ready_draft(administrator)
    answer = administrator_client.post(try_url(draft), {"by_itself": "yes"}, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<section id="pre-check"')
    assert len(tried) == 2


def test_nothing_is_tried_before_all_answers_are_given(
    administrator_client: Client, administrator: Person, tried: list[ConnectionSettings]
) -> None:
    draft = make_draft(administrator, "EmailAddress\npilarp@contoso.com\n")
    assert administrator_client.post(try_url(draft))["Location"] == page(draft, "endpoints")
    assert not tried


def test_no_password_is_kept_with_the_result(
    administrator_client: Client, administrator: Person, tried: list[ConnectionSettings]
) -> None:
    draft = ready_draft(administrator, f"EmailAddress,Password\npilarp@contoso.com,{SECRET}\n")
    administrator_client.post(try_url(draft))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pre_check FROM batches_batchdraft")
        assert SECRET not in str(cursor.fetchone())
    assert tried


def test_a_draft_that_became_a_batch_meanwhile_is_let_be(
    administrator: Person, tried: list[ConnectionSettings]
) -> None:
    draft = ready_draft(administrator)
    row = read_file(draft).rows[0]
    BatchDraft.objects.all().delete()
    assert not pre_check.claim(draft, row)
    pre_check.check_now(draft, row, by=administrator)
    assert not BatchDraft.objects.exists()
