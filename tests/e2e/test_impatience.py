"""What people do when they are in a hurry: twice, too early, in two windows, with the wrong file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from batches.models import MigrationBatch
from batches.states import Decision
from core.models import AuditEntry, Person, Role
from endpoints.models import EndpointDraft, MigrationEndpoint
from tests.batches.examples import leased, make_batch, make_user
from tests.e2e.system import System
from tests.e2e.visitor import Visitor
from tests.e2e.wizards import csv_file
from tests.servers.browser import Browser


def test_pressing_a_button_twice_does_it_once(visitor: Visitor) -> None:
    batch = make_batch(decision=Decision.CREATED)
    make_user(batch, status="synced", due_at=None)
    visitor.go("batches:detail", batch.pk)
    visitor.details.get_by_role("button", name="Start").dblclick()
    visitor.expect_status("Synced")
    expect(visitor.page.get_by_text("StagedBatch1 has been started.")).to_be_visible()
    expect(visitor.page.locator(".notice-danger")).to_have_count(0)
    assert AuditEntry.objects.filter(action="start batch").count() == 1


def test_an_endpoint_is_created_once_however_often_the_button_is_pressed(
    visitor: Visitor, administrator: Person
) -> None:
    tested = {"passed": True, "code": "", "words": "", "found": {}}
    draft = EndpointDraft.objects.create(by=administrator, test_mailbox="pilarp", server="127.0.0.1", test=tested)
    visitor.go("endpoints:wizard", draft.pk, "general")
    visitor.page.get_by_label("Name").fill("EXCH-SRV-01")
    visitor.page.get_by_role("button", name="Create endpoint").dblclick()
    expect(visitor.page.get_by_role("heading", name="EXCH-SRV-01 has been created")).to_be_visible()
    assert MigrationEndpoint.objects.count() == 1


ANSWERED = "void (window.answered = new Promise(done => document.addEventListener('htmx:afterRequest', done)))"


def test_a_port_typed_before_the_suggested_one_arrives_stays(visitor: Visitor, administrator: Person) -> None:
    draft = EndpointDraft.objects.create(by=administrator, test_mailbox="pilarp", server="127.0.0.1")
    page, held = visitor.page, list[Route]()
    page.route("**/endpoints/port/**", lambda route: held.append(route))
    visitor.go("endpoints:wizard", draft.pk, "connection")
    page.evaluate(ANSWERED)
    with page.expect_request("**/endpoints/port/**"):
        page.get_by_label("Encryption").select_option("starttls")
    page.get_by_label("Port").fill("1143")
    page.get_by_label("Our own certification authority").check()
    held[0].continue_()
    page.evaluate("window.answered.then(() => true)")
    expect(page.get_by_label("Port")).to_have_value("1143")


def test_of_two_administrators_who_start_a_batch_one_does_and_the_other_is_told(
    visitor: Visitor, browser: Browser, system: System, administrator: Person
) -> None:
    batch = make_batch(decision=Decision.CREATED)
    make_user(batch, status="synced", due_at=None)
    with browser.new_context(locale="en-GB") as context:
        colleague = Visitor(context.new_page(), system.web)
        colleague.admit(Person.objects.create_user(username="judyl", role=Role.ADMINISTRATOR))
        for each in (visitor, colleague):
            each.go("batches:detail", batch.pk)
        colleague.press_in_details("Start")
        colleague.expect_status("Synced")
    visitor.press_in_details("Start")
    expect(visitor.page.get_by_text("StagedBatch1 is running already (Synced).")).to_be_visible()
    visitor.expect_status("Synced")
    assert AuditEntry.objects.filter(action="start batch").values_list("who__username", flat=True).get() == "judyl"


def test_a_workbook_in_place_of_a_csv_file_is_recognised(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("batches:wizard-start")
    visitor.press("Next")
    workbook = "PK\x03\x04[Content_Types].xml xl/workbook.xml"
    page.get_by_label("CSV file", exact=True).set_input_files(csv_file("users.xlsx", workbook, []))
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("This is not a CSV file")
    page.get_by_label("CSV file", exact=True).set_input_files(csv_file("users.csv", workbook, []))
    visitor.press("Upload and check")
    expect(page.get_by_role("alert")).to_contain_text("users.csv has 1 problem")
    expect(page.get_by_role("main")).to_contain_text("Excel workbook")


def test_an_endpoint_that_a_batch_uses_is_not_deleted(visitor: Visitor) -> None:
    batch = make_batch(decision=Decision.CREATED)
    visitor.go("endpoints:detail", batch.source_id)
    visitor.details.get_by_role("link", name="Delete").click()
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog).to_contain_text("EXCH-SRV-01 cannot be deleted")
    expect(dialog).to_contain_text("StagedBatch1")
    dialog.get_by_role("link", name="Close").click()
    expect(dialog).to_be_hidden()


@pytest.fixture
def moving(visitor: Visitor) -> MigrationBatch:
    """On a page that asks for news every two seconds."""
    batch = make_batch()
    make_user(batch, status="syncing", due_at=None, **leased(timezone.now() + timedelta(days=1)))
    visitor.go("batches:detail", batch.pk)
    return batch


def test_while_the_server_does_not_answer_the_page_says_so(page: Page, moving: MigrationBatch) -> None:
    page.context.set_offline(True)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("The server does not answer.")).to_be_hidden()


def test_who_is_signed_out_meanwhile_is_asked_to_sign_in_and_led_back(
    page: Page, moving: MigrationBatch, system: System, administrator: Person
) -> None:
    page.context.clear_cookies()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert f"next=/batches/{moving.pk}/" in page.url
