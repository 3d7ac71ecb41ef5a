"""What only a browser does with the wizard of domains: values that are copied by a button, and a page that follows."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from domains.keeping import keep
from domains.models import Domain
from domains.services import add_domain
from tests.domains.examples import nearly, verification
from tests.e2e.system import System
from tests.e2e.visitor import Visitor


def test_the_value_of_the_record_is_copied_exactly_and_the_page_sees_what_workers_find(
    visitor: Visitor, system: System
) -> None:
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    domain = add_domain("contoso.com", by=None)
    Domain.objects.update(verification_due_at=None, mail_due_at=None)  # it belongs to somebody: no worker asks
    visitor.go("domains:setup", domain.pk, "record")
    page.get_by_role("button", name="Copy: Value").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == domain.token
    Domain.objects.update(asked_at=timezone.now())
    visitor.go("domains:setup", domain.pk, "verification")
    expect(page.get_by_text("The name servers are being asked.")).to_be_visible()
    keep(domain.pk, nearly(domain), begun=timezone.now())
    expect(page.get_by_text("The value has to begin with MS=.")).to_be_visible()
    keep(domain.pk, verification(domain, by="TXT"), begun=timezone.now())
    visitor.go("domains:setup", domain.pk, "verification")
    expect(page.get_by_text("contoso.com is verified.")).to_be_visible()
    expect(page.get_by_role("link", name="Finish")).to_be_visible()
