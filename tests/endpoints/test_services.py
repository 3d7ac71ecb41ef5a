from __future__ import annotations

import pytest
from django.db import connection

from batches.models import MigrationUser
from batches.states import Decision
from core.models import AuditEntry, Person
from endpoints import services
from endpoints.models import AvailabilityTest, EndpointDraft, MigrationEndpoint, SignIn
from endpoints.services import NotNow
from tests.endpoints.samples import CANARY, delete_softly, make_batch, make_draft, make_endpoint

pytestmark = pytest.mark.django_db


def only_audit_entry() -> AuditEntry:
    return AuditEntry.objects.get()


def test_an_endpoint_is_created_from_a_draft_which_is_used_up(administrator: Person) -> None:
    draft = make_draft(
        administrator,
        name="EXCH-SRV-01",
        server="imap.contoso.com",
        sign_in=SignIn.TEMPLATE,
        user_template="{user}*{admin}",
        admin_user="migadmin",
        admin_password=CANARY,
        max_concurrent_migrations=7,
        max_concurrent_incremental_syncs=3,
        test={"passed": True, "code": "", "words": "", "found": {"folders": 3}},
    )
    endpoint = services.create_endpoint(draft, by=administrator)
    kept = MigrationEndpoint.objects.get()
    assert kept == endpoint
    assert (kept.server, kept.admin_password, kept.max_concurrent_migrations) == ("imap.contoso.com", CANARY, 7)
    assert kept.created_by == administrator
    assert not EndpointDraft.objects.exists()
    test = kept.tests.get()
    assert (test.passed, test.found, test.by) == (True, {"folders": 3}, administrator)
    assert set(AuditEntry.objects.values_list("action", "name")) == {
        ("create endpoint", "administrator"),
        ("test endpoint", "administrator"),
    }


def test_a_program_may_create_an_endpoint_from_a_draft_that_was_never_saved() -> None:
    endpoint = services.create_endpoint(EndpointDraft(name="EXCH-SRV-01", server="127.0.0.1"), by=None)
    assert endpoint.pk
    assert not endpoint.tests.exists()
    assert only_audit_entry().who is None


def test_a_skipped_test_leaves_no_result(administrator: Person) -> None:
    draft = make_draft(administrator, name="EXCH-SRV-01", server="127.0.0.1", test={"skipped": True})
    assert not services.create_endpoint(draft, by=administrator).tests.exists()


def test_a_change_is_written_and_audited_without_the_password(administrator: Person) -> None:
    endpoint = make_endpoint()
    services.change_endpoint(endpoint, by=administrator, server="imap.contoso.com", admin_password="new-" + CANARY)
    endpoint.refresh_from_db()
    assert (endpoint.server, endpoint.admin_password) == ("imap.contoso.com", "new-" + CANARY)
    entry = only_audit_entry()
    assert (entry.action, entry.thing) == ("change endpoint", "EXCH-SRV-01")
    assert entry.details == {"server": "imap.contoso.com", "admin_password": "changed"}


def test_a_change_of_nothing_writes_nothing(administrator: Person) -> None:
    services.change_endpoint(make_endpoint(), by=administrator)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("side", ["source", "target"])
def test_the_connection_stays_as_it_is_while_a_batch_runs(administrator: Person, side: str) -> None:
    endpoint, other = make_endpoint("EXCH-SRV-01"), make_endpoint("CLOUD")
    pair = (endpoint, other) if side == "source" else (other, endpoint)
    make_batch(*pair, decision=Decision.STARTED)
    with pytest.raises(NotNow, match=r"StagedBatch1\. Stop them"):
        services.change_endpoint(endpoint, by=administrator, server="imap.contoso.com")
    endpoint.refresh_from_db()
    assert endpoint.server == "127.0.0.1"
    assert not AuditEntry.objects.exists()


def test_the_limits_can_be_changed_while_a_batch_runs(administrator: Person) -> None:
    endpoint = make_endpoint()
    make_batch(endpoint, decision=Decision.STARTED)
    services.change_endpoint(endpoint, by=administrator, max_concurrent_migrations=50)
    endpoint.refresh_from_db()
    assert endpoint.max_concurrent_migrations == 50


@pytest.mark.parametrize("decision", [Decision.CREATED, Decision.STOPPED])
def test_a_batch_that_does_not_run_hinders_no_change(administrator: Person, decision: Decision) -> None:
    endpoint = make_endpoint()
    make_batch(endpoint, decision=decision)
    services.change_endpoint(endpoint, by=administrator, server="imap.contoso.com")


def test_a_stopped_batch_runs_until_its_workers_have_let_go(administrator: Person) -> None:
    endpoint = make_endpoint()
    batch = make_batch(endpoint, decision=Decision.STOPPED)
    user = MigrationUser.objects.create(
        batch=batch,
        position=1,
        address="pilarp@contoso.com",
        status_at=batch.created_at,
        lease="worker",
        lease_until=batch.created_at,
    )
    with pytest.raises(NotNow):
        services.change_endpoint(endpoint, by=administrator, server="imap.contoso.com")
    user.lease, user.lease_until = "", None
    user.save()
    services.change_endpoint(endpoint, by=administrator, server="imap.contoso.com")


def test_an_endpoint_that_no_batch_uses_can_be_deleted(administrator: Person) -> None:
    endpoint = make_endpoint()
    AvailabilityTest.objects.create(endpoint=endpoint, passed=True)
    services.delete_endpoint(endpoint, by=administrator)
    assert not MigrationEndpoint.objects.exists()
    assert not AvailabilityTest.objects.exists()
    entry = only_audit_entry()
    assert (entry.action, entry.thing) == ("delete endpoint", "EXCH-SRV-01")


def test_an_endpoint_with_a_batch_is_not_deleted(administrator: Person) -> None:
    endpoint = make_endpoint()
    make_batch(endpoint)
    with pytest.raises(NotNow, match="use this endpoint: StagedBatch1"):
        services.delete_endpoint(endpoint, by=administrator)
    assert MigrationEndpoint.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_history_of_a_deleted_batch_keeps_its_endpoints(administrator: Person) -> None:
    source, target = make_endpoint("EXCH-SRV-01"), make_endpoint("CLOUD")
    delete_softly(make_batch(source, target))
    for endpoint in (source, target):
        with pytest.raises(NotNow, match=r"history of deleted batches .* StagedBatch1"):
            services.delete_endpoint(endpoint, by=administrator)


def test_there_is_one_default_target(administrator: Person) -> None:
    first, second = make_endpoint("CLOUD"), make_endpoint("CLOUD-2")
    services.make_default_target(first, by=administrator)
    services.make_default_target(second, by=administrator)
    assert list(MigrationEndpoint.objects.filter(is_default_target=True)) == [second]
    assert AuditEntry.objects.filter(action="make default target").count() == 2


def test_passwords_are_not_in_the_database_in_plain_text(administrator: Person) -> None:
    make_endpoint(test_password=CANARY)
    make_draft(administrator, admin_password=CANARY, test_password=CANARY)
    with connection.cursor() as cursor:
        for table in ("endpoints_migrationendpoint", "endpoints_endpointdraft"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - the names stand above
            rows = cursor.fetchall()
            assert rows
            assert CANARY not in repr(rows)


def test_the_certificate_to_trust_is_the_one_that_the_last_test_was_shown(administrator: Person) -> None:
    endpoint = make_endpoint()
    with pytest.raises(NotNow, match="Test the endpoint again"):
        services.trust_shown_certificate(endpoint, by=administrator)
    AvailabilityTest.objects.create(endpoint=endpoint, passed=False, found={"certificate": {"sha256": "ab" * 32}})
    services.trust_shown_certificate(endpoint, by=administrator)
    endpoint.refresh_from_db()
    assert (endpoint.trust, endpoint.pinned_sha256) == ("pinned", "ab" * 32)


def test_no_certificate_is_trusted_that_was_shown_before_the_connection_changed(administrator: Person) -> None:
    endpoint = make_endpoint()
    AvailabilityTest.objects.create(endpoint=endpoint, passed=False, found={"certificate": {"sha256": "ab" * 32}})
    services.change_endpoint(endpoint, by=administrator, max_concurrent_migrations=30)
    assert not AvailabilityTest.objects.get().outdated
    services.change_endpoint(endpoint, by=administrator, server="other.contoso.com")
    with pytest.raises(NotNow, match="Test the endpoint again"):
        services.trust_shown_certificate(endpoint, by=administrator)
