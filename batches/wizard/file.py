"""The CSV file of a draft. It is kept encrypted, with everything that is wrong with it, so that it can be shown again."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import cast

from batches.csv_import import Choice, CsvResult, CsvType, read_csv
from batches.models import BatchDraft
from batches.services import addresses_in_use, domain_rule


def read_file(draft: BatchDraft) -> CsvResult:
    """What the kept file says now: an address may have got into another batch since it was uploaded."""
    return read_csv(
        base64.b64decode(draft.csv),
        migration_type=cast(CsvType, draft.type),
        allow_unknown_columns=draft.allow_unknown_columns,
        taken=partial(addresses_in_use, but_in=draft.adds_to_id, but_failed_of=draft.takes_from_id),
        choice=_choice(draft),
        domains=domain_rule(draft.type),
    )


def _choice(draft: BatchDraft) -> Choice | None:
    columns = draft.columns
    return Choice(tuple(columns["names"]), columns["positions"]) if columns else None


def choose_columns(draft: BatchDraft, names: Sequence[str], positions: Mapping[str, int]) -> CsvResult:
    """Read the kept file as a person says, and every later one with the same first line. Does not save."""
    draft.columns = {"names": list(names), "positions": dict(positions)}
    return check_file(draft)


def keep_file(draft: BatchDraft, data: bytes, name: str) -> CsvResult:
    """Put ``data`` in the place of the file that was kept."""
    draft.csv = base64.b64encode(data).decode()
    draft.csv_name = name[-255:]
    return check_file(draft)


def check_file(draft: BatchDraft) -> CsvResult:
    """Read the kept file again, because the draft has changed. Does not save."""
    result = read_file(draft)
    draft.mailbox_count = len(result.rows)
    return result


def correct_file(draft: BatchDraft) -> bool:
    """Put the corrected file in the place of the kept one; whether there was one."""
    corrected = read_file(draft).corrected
    if corrected:
        keep_file(draft, corrected, draft.csv_name)
    return bool(corrected)


def base_name(draft: BatchDraft) -> str:
    """The file's name without its ending."""
    return PurePath(draft.csv_name).stem
