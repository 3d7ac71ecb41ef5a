"""Files the evidence of a verification: two files a mailbox, named after its user on the source."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailsync.cli.orders import Pair
from mailsync.cli.tally import Tally
from mailsync.evidence import CsvEvidence, Evidence, summary, write_summary
from mailsync.quarantine import file_name
from mailsync.verify import Verification

MODE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


@contextmanager
def keeping(pair: Pair, tally: Tally) -> Iterator[Evidence | None]:
    """The files are there once the whole mailbox was compared, whatever came of it; before that there are none."""
    if pair.evidence is None:
        yield None
        return
    began = datetime.now(UTC)
    folder = Path(pair.evidence)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = file_name(pair.source.user)
    unfinished = folder / f"{name}.csv.part"
    try:
        with open(os.open(unfinished, MODE, 0o600), "w", encoding="utf-8", newline="") as file:
            yield CsvEvidence(file)
        if tally.status != "stopped":
            unfinished.replace(folder / f"{name}.csv")
            write_summary(folder / f"{name}.json", _document(pair, tally, began))
    finally:
        unfinished.unlink(missing_ok=True)


def _document(pair: Pair, tally: Tally, began: datetime) -> dict[str, Any]:
    verified = Verification(tuple(tally.checks or ())).as_dict()
    ended = datetime.now(UTC)
    return summary(verified, source=str(pair.source), target=str(pair.target), began=began, ended=ended)
