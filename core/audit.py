"""Writes down what people do."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.db import transaction

from core.kept import forget_everything
from core.models import AuditEntry, Person

# Set by the middleware for the length of a request, so that services need not know of requests.
client_address: ContextVar[str | None] = ContextVar("client_address", default=None)


def record(by: Person | None, action: str, thing: object, **details: Any) -> AuditEntry:
    """Keep that ``by`` did ``action`` (a verb and a noun: ``start batch``) to ``thing``; None means the system itself.

    ``details`` never hold secrets; they are shown to auditors as they are.
    """
    transaction.on_commit(forget_everything)
    name = by.get_username() if by else ""
    return AuditEntry.objects.create(
        who=by, name=name, address=client_address.get(), action=action, thing=str(thing)[:200], details=details
    )
