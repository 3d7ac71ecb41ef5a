"""From a new domain to the deletion of its batch: on the name servers and the control panel of the demo, in a browser."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from batches.models import MigrationBatch
from core.models import AuditEntry, MailTarget
from core.organization import keep, stored_settings
from domains.models import Domain
from migrationcenter.demo.dns.records import NEW_MAIL_HOST, first_zone
from tests.batches.examples import make_batch, make_user
from tests.e2e.system import System
from tests.e2e.visitor import Visitor

FIVE_DAYS = timedelta(days=5)


@pytest.fixture
def batch(system: System) -> MigrationBatch:
    """Its mailboxes are synced; the last new message came before the MX change. Mail will go to Fabrikam."""
    row = stored_settings()
    row.mail_target, row.target_mx_hosts = MailTarget.OWN, [NEW_MAIL_HOST]
    keep(row)
    system.zone.write_text(first_zone(followed=True))
    system.forget_names()
    now = timezone.now()
    batch = make_batch()
    late: dict[str, Any] = {"due_at": now + FIVE_DAYS, "last_new_items_at": now - 6 * timedelta(days=1)}
    make_user(batch, status="synced", items_synced=5, first_synced_at=now - FIVE_DAYS, last_synced_at=now, **late)
    return batch


def test_a_domain_is_verified_its_mail_turned_and_its_batch_deleted(
    visitor: Visitor, system: System, batch: MigrationBatch
) -> None:
    domain = begin(visitor)
    set_record(visitor, "TXT", value=domain.token.removeprefix("MS="))
    say_done(visitor, domain)
    expect(visitor.page.get_by_text("The value has to begin with MS=.")).to_be_visible()
    change_record(visitor, "TXT", domain.token.removeprefix("MS="), value=domain.token)
    open_step(visitor, domain, "verification")
    visitor.press("Verify again")
    expect(visitor.page.get_by_text("contoso.com is verified.")).to_be_visible()
    lower_and_turn(visitor, domain)
    forget_the_old_answer(visitor, system, domain)
    let_time_pass(domain)
    expect_stage(visitor, domain, "Safe")
    delete(visitor, batch)


def begin(visitor: Visitor) -> Domain:
    """Up to the record."""
    page = visitor.page
    visitor.go("domains:new")
    page.get_by_label("Domain name").fill("contoso.com")
    visitor.press("Next")
    expect(page.get_by_text("belong to none of the hosts in the list")).to_be_visible()
    visitor.press("Next")
    domain = Domain.objects.get()
    expect(page.locator("code", has_text=domain.token)).to_be_visible()
    page.get_by_role("link", name="Demo: the control panel of your DNS host").click()
    return domain


def set_record(visitor: Visitor, kind: str, **fields: str) -> None:
    """The form of the control panel: a new record, or one that is open."""
    page = visitor.page
    page.get_by_label("Type").select_option(kind)
    if "value" in fields:
        page.get_by_label("Value").fill(fields["value"])
    if "priority" in fields:
        page.get_by_label("Priority").fill(fields["priority"])
    if "ttl" in fields:
        page.get_by_label("Lifetime (TTL)").select_option(fields["ttl"])
    page.get_by_role("button", name=re.compile("^(Add|Save) the record$")).click()
    expect(page.get_by_text("Saved. The first name server has it now")).to_be_visible()


def change_record(visitor: Visitor, kind: str, text: str, **fields: str) -> None:
    """The record of this kind with this text in its line."""
    page = visitor.page
    visitor.open("/demo/dns/")
    line = page.get_by_role("row").filter(has=page.get_by_role("cell", name=kind, exact=True)).filter(has_text=text)
    line.get_by_role("link").click()
    set_record(visitor, kind, **fields)


def open_step(visitor: Visitor, domain: Domain, step: str) -> None:
    visitor.go("domains:setup", domain.pk, step)


def say_done(visitor: Visitor, domain: Domain) -> None:
    open_step(visitor, domain, "record")
    visitor.press("Done, verify now")


def lower_and_turn(visitor: Visitor, domain: Domain) -> None:
    page = visitor.page
    visitor.go("domains:mail", domain.pk)
    expect(page.get_by_text("It is 86400 seconds. Lower it to 3600 or less")).to_be_visible()
    change_record(visitor, "MX", "mail.contoso.com", ttl="600")
    expect_stage(visitor, domain, "TTL lowered")
    expect(page.get_by_text("Caches of the former value will have expired by")).to_be_visible()
    change_record(visitor, "MX", "mail.contoso.com", value=NEW_MAIL_HOST, priority="0")
    expect_stage(visitor, domain, "Spreading")
    expect(page.get_by_text("Changed at all 2 name servers since")).to_be_visible()


def expect_stage(visitor: Visitor, domain: Domain, stage: str) -> None:
    """Once the name servers are asked again."""
    visitor.go("domains:mail", domain.pk)
    visitor.press("Check now")
    expect(visitor.page.locator("[aria-labelledby=tracker] .badge")).to_have_text(stage)


def forget_the_old_answer(visitor: Visitor, system: System, domain: Domain) -> None:
    """Here the resolver is switched off and on; by itself it would keep the answer for a day."""
    expect(visitor.page.get_by_text("Still the old answer in the cache of a resolver")).to_be_visible()
    system.forget_names()
    expect_stage(visitor, domain, "Spreading")
    expect(visitor.page.get_by_text("Still the old answer in the cache of a resolver")).to_be_hidden()


def let_time_pass(domain: Domain) -> None:
    """Five days: all that was seen was seen so much earlier."""
    domain.refresh_from_db()
    domain.tracker = earlier(domain.tracker)
    domain.save(update_fields=["tracker"])
    for check in domain.checks.all():
        check.first_at, check.last_at, check.result = (
            check.first_at - FIVE_DAYS,
            check.last_at - FIVE_DAYS,
            earlier(check.result),
        )
        check.save()


def earlier(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {key: earlier(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [earlier(value) for value in thing]
    if isinstance(thing, str) and re.match(r"\d{4}-\d\d-\d\dT", thing):
        return (datetime.fromisoformat(thing) - FIVE_DAYS).isoformat()
    return thing


def delete(visitor: Visitor, batch: MigrationBatch) -> None:
    """The gate is open but for what a person has to confirm."""
    page = visitor.page
    visitor.go("batches:delete", batch.pk)
    gates = page.locator("#deletion-gates")
    expect(gates).to_contain_text("The MX change is done, and its 72 hours are over: contoso.com.")
    expect(gates).to_contain_text("mailboxes were synced after the MX change had settled.")
    expect(gates.locator("section").first.locator(".fact-unmet")).to_have_count(0)
    page.get_by_label("Everybody in it works in the new mailbox.").check()
    visitor.press("Delete")
    expect(page.get_by_role("heading", name="No migration batches yet")).to_be_visible()
    assert AuditEntry.objects.get(action="delete batch").details["gate"] == "mail_routed"
