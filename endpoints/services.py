"""What people do with endpoints. Each writes an audit row; a command that can not be done now says why."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core import audit
from core.models import Person
from endpoints import connect, usage
from endpoints.models import AvailabilityTest, ConnectionSettings, EndpointDraft, Limits, MigrationEndpoint, Trust

SECRETS = frozenset({"admin_password", "test_password"})
LIMITS = ("name", *(field.name for field in Limits._meta.get_fields()))
CONNECTION = tuple(field.name for field in ConnectionSettings._meta.get_fields())


class NotNow(Exception):
    """The command can not be done now. Its text is a sentence for people: why not, and what to do first."""


@transaction.atomic
def create_endpoint(draft: EndpointDraft, *, by: Person | None) -> MigrationEndpoint:
    """The endpoint that ``draft`` describes; a saved draft is used up. Its last test becomes the first of the history."""
    values = {name: getattr(draft, name) for name in (*CONNECTION, *LIMITS)}
    endpoint = MigrationEndpoint.objects.create(**values, created_by=by)
    audit.record(by, "create endpoint", endpoint, server=endpoint.server)
    if "passed" in draft.test:
        _keep(connect.TestResult(**draft.test), endpoint, by=by)
    if draft.pk:
        draft.delete()
    return endpoint


@transaction.atomic
def change_endpoint(endpoint: MigrationEndpoint, *, by: Person | None, **changes: Any) -> None:
    """Write the changed fields. Limits count from the next mailbox on; all else only while no batch that uses it runs."""
    MigrationEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    if set(changes) - set(LIMITS):
        refuse_while_running(endpoint)
    if not changes:
        return
    for name, value in changes.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=sorted(changes))
    if set(changes) & set(CONNECTION):
        endpoint.tests.update(outdated=True)
    shown = {name: _shown(name, value) for name, value in changes.items()}
    audit.record(by, "change endpoint", endpoint, **shown)


def _shown(name: str, value: Any) -> Any:
    if name in SECRETS:
        return "changed"
    return f"{value:%H:%M}" if isinstance(value, time) else value


def refuse_while_running(endpoint: MigrationEndpoint) -> None:
    """Raises NotNow if a batch that uses the endpoint runs."""
    if running := usage.running_batches(endpoint):
        raise NotNow(
            _("Running batches use this endpoint: %(batches)s. Stop them, change the endpoint, then start them again.")
            % {"batches": ", ".join(running)}
        )


@transaction.atomic
def delete_endpoint(endpoint: MigrationEndpoint, *, by: Person | None) -> None:
    """Take it away with its tests. Only one that no batch depends on, deleted batches included."""
    refuse_while_in_use(endpoint)
    audit.record(by, "delete endpoint", endpoint, server=endpoint.server)
    try:
        endpoint.delete()
    except ProtectedError:  # a batch came into being a moment ago
        raise NotNow(_("A batch has just begun to use this endpoint, so it cannot be deleted.")) from None


def refuse_while_in_use(endpoint: MigrationEndpoint) -> None:
    """Raises NotNow if a batch depends on the endpoint."""
    if listed := usage.listed_batches(endpoint):
        raise NotNow(
            _("Batches use this endpoint: %(batches)s. It belongs to their history, so it cannot be deleted.")
            % {"batches": ", ".join(listed)}
        )
    if deleted := usage.deleted_batches(endpoint):
        raise NotNow(
            _("The history of deleted batches tells of this endpoint, so it stays as evidence: %(batches)s.")
            % {"batches": ", ".join(deleted)}
        )


def test_endpoint(endpoint: MigrationEndpoint, *, by: Person | None) -> AvailabilityTest:
    """Try the endpoint now, and keep what came of it. Takes at most ``connect.TEST_SECONDS``; needs no worker."""
    return _keep(connect.test(endpoint), endpoint, by=by)


@transaction.atomic
def _keep(result: connect.TestResult, endpoint: MigrationEndpoint, *, by: Person | None) -> AvailabilityTest:
    audit.record(by, "test endpoint", endpoint, passed=result.passed, code=result.code)
    return AvailabilityTest.objects.create(
        endpoint=endpoint, by=by, passed=result.passed, code=result.code, words=result.words, found=result.found
    )


@transaction.atomic
def make_default_target(endpoint: MigrationEndpoint, *, by: Person | None) -> None:
    """New batches move mailboxes here unless they say otherwise."""
    MigrationEndpoint.objects.filter(is_default_target=True).update(is_default_target=False)
    endpoint.is_default_target = True
    endpoint.save(update_fields=["is_default_target"])
    audit.record(by, "make default target", endpoint)


def trust_shown_certificate(endpoint: MigrationEndpoint, *, by: Person | None) -> None:
    """From now on accept exactly the certificate that the last test was shown. The test says which, not the browser."""
    last = endpoint.tests.first()
    shown = last.found.get("certificate") if last else None
    if last is None or last.outdated or not shown:
        raise NotNow(_("The last test saw no certificate. Test the endpoint again first."))
    change_endpoint(endpoint, by=by, trust=Trust.PINNED, pinned_sha256=shown["sha256"], ca_pem="")
