"""Who knows the database: ``python -m bench.web.organization`` fills it unless it is, and tells as JSON what there is to ask.

Of the environment it takes the settings, as the web server does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from batches.models import BatchDraft, MigrationBatch, MigrationUser  # noqa: E402
from core.models import Person, Role  # noqa: E402

WATCHERS = 50


def main() -> None:
    call_command("migrate", verbosity=0)
    if not MigrationBatch.objects.exists():
        call_command("makesampledata", stdout=sys.stderr)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # which its autovacuum does within minutes
    sessions = [_session(f"watcher{number}") for number in range(WATCHERS)]
    addresses = _pages()
    queries = {name: _queries(sessions[0], address) for name, address in addresses.items()}
    print(json.dumps({"sessions": sessions, "pages": addresses, "watched": _watched(), "queries": queries}))


def _session(name: str) -> str:
    """The cookie of an administrator who has signed in."""
    person, _new = Person.objects.get_or_create(username=name, defaults={"role": Role.ADMINISTRATOR})
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _busy() -> MigrationBatch:
    """One in which mailboxes are at work."""
    return MigrationBatch.objects.get(pk=MigrationUser.objects.filter(status="syncing").order_by("pk")[0].batch_id)


def _pages() -> Mapping[str, str]:
    busy = _busy()
    here, user = f"/batches/{busy.pk}", MigrationUser.objects.filter(batch=busy, status="syncing")[0]
    draft = BatchDraft.objects.get_or_create(
        name="Draft", by=Person.objects.order_by("pk")[0], source=busy.source, target=busy.target
    )[0]
    return {
        "overview": "/overview/",
        "batches": "/batches/",
        "batches by progress": "/batches/?sort=-percentage",
        "batches with errors": "/batches/?status=synced_with_errors",
        "batches found": "/batches/?q=sales",
        "batches, page 9": "/batches/?page=9",
        "batch": f"{here}/",
        "mailboxes": f"{here}/users/",
        "mailboxes that failed": f"{here}/users/?status=failed",
        "mailboxes by items": f"{here}/users/?sort=-synced",
        "mailboxes, page 8": f"{here}/users/?page=8",
        "mailbox": f"{here}/users/{user.pk}/",
        "search": "/batches/search/?q=person0003",
        "endpoints": "/endpoints/",
        "endpoint": f"/endpoints/{busy.source_id}/",
        "domains": "/domains/",
        "reports": "/reports/",
        "skipped items": "/reports/skipped/",
        "activity": "/activity/",
        "settings": "/settings/",
        "notifications": "/notifications/",
        "wizard": f"/batches/new/{draft.pk}/users/",
        "guide": "/guide/",
    }


def _watched() -> list[str]:
    """What people leave open, the most frequent most often."""
    here = f"/batches/{_busy().pk}"
    return ["/overview/", "/batches/", f"{here}/", f"{here}/users/", f"{here}/users/"]


def _queries(session: str, address: str) -> int:
    client = Client(headers={"host": "localhost"})
    client.cookies["sessionid"] = session
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    return len(captured)


if __name__ == "__main__":
    main()
