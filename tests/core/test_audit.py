"""What people did stays as it was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import ProtectedError

from core import audit
from core.models import AuditEntry, AuditIsFinal, Person

pytestmark = pytest.mark.django_db

CHANGES: dict[str, Callable[[AuditEntry], object]] = {
    "save": lambda entry: entry.save(),
    "delete": lambda entry: entry.delete(),
    "update all": lambda _: AuditEntry.objects.update(name="nobody"),
    "update some": lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(name="nobody"),
    "delete some": lambda _: AuditEntry.objects.filter(action="sign in").delete(),
    "update many": lambda entry: AuditEntry.objects.bulk_update([entry], ["name"]),
    "by the base manager": lambda _: AuditEntry._base_manager.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_entry_is_ever_changed_or_deleted(change: Callable[[AuditEntry], object]) -> None:
    entry = audit.record(None, "sign in", "anna")
    entry.name = "somebody else"
    with pytest.raises(AuditIsFinal):
        change(entry)
    assert AuditEntry.objects.get().name == ""


def test_who_has_done_something_can_not_be_deleted(administrator: Person) -> None:
    audit.record(administrator, "sign in", administrator)
    with pytest.raises(ProtectedError):
        administrator.delete()
