"""What a verification saw, one line a message, for people who were not there: auditors, and whoever asks in two years."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import IO, Any, Protocol

from mailsync.comparing import Comparison, Difference, Fingerprint
from mailsync.model import Path

FORMAT = "mailsync evidence 1"
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for a legacy encoding


@dataclass(frozen=True, slots=True)
class Proof:
    """One message, as it was found on both sides.

    ``sha256`` is that of the whole message, in hexadecimal; ``received`` the INTERNALDATE in UTC (ISO 8601); ``flags``
    stand between blanks. Date and flags are the source's where it has the message. A UID is empty on the side that
    has no such message. ``outcome`` is equal or the kinds of :class:`~mailsync.comparing.Difference`, and ``explanation`` and
    ``detail`` are theirs.
    """

    source_folder: str
    source_uid: str
    target_folder: str
    target_uid: str
    sha256: str
    received: str
    flags: str
    outcome: str
    explanation: str
    detail: str


COLUMNS = tuple(field.name for field in fields(Proof))


class Evidence(Protocol):
    """Where proofs are kept."""

    def keep(self, proofs: Iterable[Proof]) -> None:
        """Those of one folder, in no order."""
        ...


def proofs(source: Path, target: Path, comparison: Comparison, differences: Iterable[Difference]) -> Iterator[Proof]:
    """One for each message of either side."""
    found: dict[tuple[int, int], list[Difference]] = {}
    for difference in differences:
        found.setdefault((difference.source_uid, difference.target_uid), []).append(difference)
    missing = {d.source_uid: (d,) for (_, _), ds in found.items() for d in ds if d.kind == "missing"}
    extra = {d.target_uid: (d,) for (_, _), ds in found.items() for d in ds if d.kind in ("extra", "duplicate")}
    names = "/".join(source), "/".join(target)
    for original, copy in comparison.pairs:
        yield _proof(names, original, copy, original, found.get((original.uid, copy.uid), ()))
    for original in comparison.missing:
        yield _proof(names, original, None, original, missing[original.uid])
    for copy in comparison.extra:
        yield _proof(names, None, copy, copy, extra[copy.uid])


def _proof(
    names: tuple[str, str],
    original: Fingerprint | None,
    copy: Fingerprint | None,
    shown: Fingerprint,
    differences: Iterable[Difference],
) -> Proof:
    def joined(part: str) -> str:
        return "; ".join(filter(None, (getattr(difference, part) for difference in differences)))

    return Proof(
        names[0],
        str(original.uid) if original else "",
        names[1],
        str(copy.uid) if copy else "",
        shown.content.hex(),
        shown.date.astimezone(UTC).isoformat() if shown.date else "",
        " ".join(sorted(shown.flags)),
        joined("kind") or "equal",
        joined("explanation"),
        joined("detail"),
    )


class CsvEvidence:
    """Writes proofs as CSV (UTF-8), a header and one row a message, for spreadsheets too: it begins with a byte order mark,
    and cells that would be taken for a formula begin with an apostrophe."""

    def __init__(self, file: IO[str]) -> None:
        file.write(BYTE_ORDER_MARK)
        self._rows = csv.writer(file, lineterminator="\r\n")
        self._rows.writerow(COLUMNS)

    def keep(self, proofs: Iterable[Proof]) -> None:
        self._rows.writerows([_harmless(cell) for cell in astuple(proof)] for proof in proofs)


def _harmless(cell: str) -> str:
    text = cell.encode("utf-8", "backslashreplace").decode()
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def summary(verified: dict[str, Any], *, source: str, target: str, began: datetime, ended: datetime) -> dict[str, Any]:
    """What belongs on the first page: ``verified`` is ``Verification.as_dict``. Fit for JSON."""
    times = {"began": began.astimezone(UTC).isoformat(), "ended": ended.astimezone(UTC).isoformat()}
    return {"format": FORMAT, "source": source, "target": target, **times, **verified}


def write_summary(path: FilePath, document: dict[str, Any]) -> None:
    """All of it or nothing, readable for its owner alone."""
    unfinished = path.with_suffix(".part")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=True, indent=2)
        file.write("\n")
    unfinished.replace(path)
