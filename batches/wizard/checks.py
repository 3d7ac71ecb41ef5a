"""What keeps a draft from becoming a batch, and what is worth knowing before it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batches.csv_import import CsvResult, CsvRow
from batches.models import BatchDraft, MigrationBatch, MigrationType, StartMode
from core.moments import comes_twice, in_words
from endpoints.models import EndpointType, MigrationEndpoint, SignIn


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A sentence, and the slug of the step where it can be put right."""

    step: str
    sentence: str


def obstacles(draft: BatchDraft, file: CsvResult, *, now: datetime) -> Iterator[Obstacle]:
    """In the order of the steps. ``file`` is the draft's file as it reads now."""
    if file.problems:
        yield Obstacle("users", fault_in_file(file))
    if draft.source is None or draft.target is None:
        yield Obstacle("endpoints", _("Choose the source and the target endpoint."))
    else:
        for sentence in faults_in_endpoints(draft.type, draft.source, draft.target, file.rows).values():
            yield Obstacle("endpoints", sentence)
    if sentence := fault_in_name(draft.name):
        yield Obstacle("configuration", sentence)
    if sentence := fault_in_start(draft.start, draft.start_after, now=now):
        yield Obstacle("start", sentence)


def fault_in_file(file: CsvResult) -> str:
    return ngettext(
        "The CSV file has %(number)s problem: %(first)s",
        "The CSV file has %(number)s problems. The first of them: %(first)s",
        file.problem_count,
    ) % {"number": file.problem_count, "first": file.problems[0].message}


def faults_in_endpoints(
    migration_type: str, source: MigrationEndpoint, target: MigrationEndpoint, rows: Sequence[CsvRow]
) -> dict[str, str]:
    """Why these servers can not be used with this file: a sentence for "source" and for "target", if there is a reason."""
    faults = {
        "source": _fault_in_source(migration_type, source),
        "target": _fault_in_sign_in_at_target(migration_type, target, rows) or _fault_in_pair(source, target),
    }
    return {side: sentence for side, sentence in faults.items() if sentence}


def _fault_in_source(migration_type: str, source: MigrationEndpoint) -> str:
    if migration_type != MigrationType.STAGED or source.sign_in != SignIn.USER:
        return ""
    return _(
        "%(endpoint)s is opened with each user's own password, but the file of a staged migration has no passwords of "
        "the source mailboxes. Choose an endpoint that signs in with an administrator's account, or make this an IMAP "
        "migration, whose file has them."
    ) % {"endpoint": source.name}


def _fault_in_sign_in_at_target(migration_type: str, target: MigrationEndpoint, rows: Sequence[CsvRow]) -> str:
    if target.sign_in != SignIn.USER:
        return ""
    if migration_type == MigrationType.IMAP:
        return _(
            "%(endpoint)s is opened with each user's own password, but the file of an IMAP migration only has the "
            "passwords of the source mailboxes. Choose an endpoint that signs in with an administrator's account."
        ) % {"endpoint": target.name}
    lines = [row.line for row in rows if not row.password]
    if not lines:
        return ""
    return ngettext(
        "%(endpoint)s is opened with each user's own password, but line %(lines)s of the CSV file has none. Enter it in "
        "the column Password, or choose an endpoint that signs in with an administrator's account.",
        "%(endpoint)s is opened with each user's own password, but lines %(lines)s of the CSV file have none. Enter them "
        "in the column Password, or choose an endpoint that signs in with an administrator's account.",
        len(lines),
    ) % {"endpoint": target.name, "lines": _listed(lines)}


def _fault_in_pair(source: MigrationEndpoint, target: MigrationEndpoint) -> str:
    if (source.server.lower(), source.port) != (target.server.lower(), target.port):
        return ""
    return _("Source and target are the same server, so every mailbox would be copied into itself. Choose another one.")


def fault_in_name(name: str) -> str:
    if not MigrationBatch.objects.filter(name__iexact=name, deleted_at=None).exists():
        return ""
    return _("There is a migration batch named %(name)s already. Choose a different name.") % {"name": name}


def fault_in_start(start: str, start_after: datetime | None, *, now: datetime) -> str:
    if start != StartMode.LATER:
        return ""
    if start_after is None:
        return _("Enter the date and time after which the batch starts.")
    return "" if start_after > now else _("This time has passed. Enter a later one, or start the batch automatically.")


def remarks(draft: BatchDraft, file: CsvResult) -> Iterator[str]:
    """Sentences; none of them keeps the batch from being created."""
    yield from file.notices
    demands = any(row.force_change_password for row in file.rows)
    if demands and draft.target and draft.target.type == EndpointType.IMAP:
        yield _(
            "ForceChangePassword is True for some mailboxes. An IMAP server cannot make users choose a new password; "
            "the value is kept for the directory."
        )
    if draft.start == StartMode.LATER and draft.start_after and comes_twice(draft.start_after):
        yield _(
            "The clock is put back that night, so the time of the start comes twice. The first of them is meant: %(at)s."
        ) % {"at": in_words(draft.start_after)}


def _listed(lines: Sequence[int]) -> str:
    return ", ".join(str(line) for line in lines[:10]) + (", …" if len(lines) > 10 else "")
