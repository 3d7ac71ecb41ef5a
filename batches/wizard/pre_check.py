"""Whether the first mailbox of the file opens on both sides: tried before the batch is created, and kept with the draft.

Accounts lock, so a sign-in is tried by itself only once for the same servers, names and passwords; further tries are a
person's decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from batches.csv_import import CsvRow
from batches.models import BatchDraft, MigrationType
from batches.server_words import kept
from core import audit
from core.models import Person
from endpoints import connect, words
from endpoints.models import MigrationEndpoint
from endpoints.services import CONNECTION


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one side. ``messages`` is None where nobody signed in, because there is no password to try."""

    side: str
    endpoint: MigrationEndpoint
    user: str
    passed: bool
    code: str
    words: str
    messages: int | None

    @property
    def sentence(self) -> str:
        """What went wrong, and what to do."""
        return words.sentence(self.code, side=self.side, server=self.endpoint.server, user=self.user)


@dataclass(frozen=True, slots=True)
class PreCheck:
    at: datetime
    sides: tuple[Tried, ...]

    @property
    def passed(self) -> bool:
        return all(tried.passed for tried in self.sides)


class _Opening(NamedTuple):
    """How a worker would open the mailbox on one side."""

    side: str
    endpoint: MigrationEndpoint
    user: str
    password: str


def last_check(draft: BatchDraft, row: CsvRow) -> PreCheck | None:
    """What the last try found, if it was of these servers and this mailbox."""
    found = draft.pre_check
    if "at" not in found or not is_claimed(draft, row):
        return None
    sides = (Tried(way.side, way.endpoint, way.user, **found[way.side]) for way in _openings(draft, row))
    return PreCheck(datetime.fromisoformat(found["at"]), tuple(sides))


def is_claimed(draft: BatchDraft, row: CsvRow) -> bool:
    """Whether these servers and this mailbox have been tried, or just are."""
    return bool(draft.pre_check.get("of") == _fingerprint(draft, row))


@transaction.atomic
def claim(draft: BatchDraft, row: CsvRow) -> bool:
    """Whether the caller is the one that tries by itself: of two tabs only one."""
    locked = BatchDraft.objects.select_for_update().defer("csv").filter(pk=draft.pk).first()
    if locked is None or is_claimed(locked, row):
        return False
    locked.pre_check = {"of": _fingerprint(locked, row)}
    locked.save(update_fields=["pre_check"])
    return True


def check_now(draft: BatchDraft, row: CsvRow, *, by: Person) -> None:
    """Open the mailbox on both sides at once, and keep what came of it. At most ``connect.TEST_SECONDS``."""
    ways = list(_openings(draft, row))
    with ThreadPoolExecutor(len(ways)) as threads:
        results = list(threads.map(_open, ways))
    found = {way.side: _storable(result, way) for way, result in zip(ways, results, strict=True)}
    draft.pre_check = {"of": _fingerprint(draft, row), "at": timezone.now().isoformat(), **found}
    BatchDraft.objects.filter(pk=draft.pk).update(pre_check=draft.pre_check)  # it may have become a batch meanwhile
    audit.record(by, "try first mailbox", row.address, **{side: tried["passed"] for side, tried in found.items()})


def _openings(draft: BatchDraft, row: CsvRow) -> Iterator[_Opening]:
    passwords = {MigrationType(draft.type).password_side: row.password}
    if draft.source:
        yield _Opening("source", draft.source, row.user_name or row.address, passwords.get("source", ""))
    if draft.target:
        yield _Opening("target", draft.target, row.address, passwords.get("target", ""))


def _open(way: _Opening) -> connect.TestResult:
    tried = copy(way.endpoint)
    tried.test_mailbox, tried.test_password = way.user, way.password
    return connect.test(tried)


def _storable(result: connect.TestResult, way: _Opening) -> dict[str, Any]:
    said = kept(result.words, without=(way.password, way.endpoint.admin_password))
    return {"passed": result.passed, "code": result.code, "words": said, "messages": result.found.get("messages")}


def _fingerprint(draft: BatchDraft, row: CsvRow) -> str:
    """Of everything that the outcome depends on. Nobody gets a password back from it."""
    facts = [draft.type, row.user_name, row.address, row.password]
    for endpoint in (draft.source, draft.target):
        facts += [str(getattr(endpoint, name)) for name in CONNECTION] if endpoint else []
    return salted_hmac("batches.wizard.pre_check", "\0".join(facts), algorithm="sha256").hexdigest()
