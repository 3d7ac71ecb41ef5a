"""A staged batch may only have mailboxes of domains that are proved to be the organization's, unless that is relaxed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from batches.csv_import import CsvRow
from batches.models import BatchDraft, MigrationBatch, StartMode
from batches.services import NotNow, add_users, create_batch
from batches.wizard.file import read_file
from core.models import OrganizationSettings, Person
from core.organization import keep
from domains.models import Domain
from tests.batches.examples import make_batch, make_endpoint
from tests.batches.wizard.drafting import make_draft, page, upload
from tests.html import page_at

pytestmark = pytest.mark.django_db
CSV = "EmailAddress\npilarp@contoso.com\ntobyn@Mail.Contoso.com\nannb@fabrikam.com\n"


@pytest.fixture
def strict() -> None:
    keep(OrganizationSettings())


def verify(name: str = "contoso.com") -> None:
    Domain.objects.create(name=name, token="MS=ms1", verified_at=timezone.now(), verified_by="txt")


def rows(*addresses: str) -> list[CsvRow]:
    return [CsvRow(line, address) for line, address in enumerate(addresses, 2)]


def test_rows_of_domains_that_are_not_verified_are_refused_by_line(strict: None, administrator: Person) -> None:
    verify()
    result = read_file(make_draft(administrator, CSV, type="staged"))
    assert [(found.line, found.code, found.value) for found in result.problems] == [
        (4, "domain_not_verified", "annb@fabrikam.com")
    ]
    assert "fabrikam.com, is not verified." in result.problems[0].message
    assert result.unverified == ("fabrikam.com",)


def test_the_wizard_leads_to_the_domain(strict: None, administrator_client: Client, administrator: Person) -> None:
    draft = make_draft(administrator, CSV, type="staged")
    links = [link["href"] for link in page_at(administrator_client, page(draft, "users")).all("a")]
    assert "/domains/new/?name=fabrikam.com" in links


def test_once_the_domain_is_verified_the_file_that_is_there_will_do(
    strict: None, administrator_client: Client, administrator: Person
) -> None:
    draft = make_draft(administrator, CSV, type="staged")
    assert draft.mailbox_count == 0
    verify()
    verify("fabrikam.com")
    answer = administrator_client.post(page(draft, "users"), {})
    assert answer["Location"].endswith("/endpoints/")
    draft.refresh_from_db()
    assert draft.mailbox_count == 3


def test_a_domain_below_a_verified_one_needs_no_proof_of_its_own(strict: None, administrator: Person) -> None:
    verify()
    verify("fabrikam.com")
    assert not read_file(make_draft(administrator, CSV, type="staged")).problems


def test_a_domain_that_only_ends_alike_is_another(strict: None, administrator: Person) -> None:
    verify()
    result = read_file(make_draft(administrator, "EmailAddress\na@notcontoso.com\n", type="staged"))
    assert [found.code for found in result.problems] == ["domain_not_verified"]


def test_relaxed_the_check_only_tells_which_they_are(administrator: Person) -> None:
    verify()
    result = read_file(make_draft(administrator, CSV, type="staged"))
    assert len(result.rows) == 3
    assert "fabrikam.com is not verified, and 1 mailbox of it is in the file." in result.notices[0]


def test_an_imap_migration_asks_for_no_proof(strict: None, administrator: Person) -> None:
    draft = make_draft(administrator, "EmailAddress,UserName,Password\na@fabrikam.com,a,b\n", type="imap")
    assert not read_file(draft).problems
    assert not read_file(draft).notices


def test_a_domain_that_is_removed_meanwhile_keeps_the_batch_from_being_created(
    strict: None, administrator: Person
) -> None:
    source, target = make_endpoint("OLD"), make_endpoint("NEW")
    draft = BatchDraft(name="StagedBatch1", type="staged", source=source, target=target, by=administrator)
    with pytest.raises(NotNow) as refusal:
        create_batch(by=administrator, settings=draft, rows=rows("a@contoso.com"), start=StartMode.NOW)
    assert "The domain contoso.com is not verified." in refusal.value.sentence
    assert not MigrationBatch.objects.exists()


def test_mailboxes_that_are_added_later_are_checked_too(strict: None, administrator: Person) -> None:
    batch = make_batch(type="staged")
    with pytest.raises(NotNow):
        add_users(batch, rows("a@contoso.com"), by=administrator)
    verify()
    assert add_users(batch, rows("a@contoso.com"), by=administrator) == 1


def test_the_page_for_more_mailboxes_says_it_before_anything_is_added(
    strict: None, administrator_client: Client
) -> None:
    url = reverse("batches:add-users", args=[make_batch(type="staged").pk])
    answer = administrator_client.post(url, {"file": upload(CSV)}, follow=True)
    assert "is not verified. Verify it under Domains" in answer.content.decode()
