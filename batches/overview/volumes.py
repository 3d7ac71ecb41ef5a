"""The volume of each batch, without summing up all mailboxes again for every look at the page."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta

from batches.eta import Stretch
from batches.figures import BatchRow
from batches.volume import Volume, volumes

FEW = 5000  # mailboxes that are summed up in a few milliseconds
SETTLED = timedelta(seconds=5)  # so long a sum is good even while its batch moves
KEPT = timedelta(minutes=5)  # and so long where nothing tells of a change, such as items that were only skipped

_known: dict[int, tuple[Hashable, datetime, Volume]] = {}  # of this process; replaced as a whole, so no lock is needed


def volume_of_each(
    rows: Sequence[BatchRow], went: Mapping[int, Sequence[Stretch]], now: datetime
) -> Mapping[int, Volume]:
    """Exact where there are few mailboxes; else at most a few seconds old while something is copied.

    A batch is summed up anew when its mailboxes have other statuses or it has copied something, as ``went`` tells.
    """
    if sum(row.tally.total for row in rows) <= FEW:
        return volumes(row.batch.pk for row in rows)
    global _known
    known = _known
    signs = {row.batch.pk: (tuple(sorted(row.tally.counts.items())), *went.get(row.batch.pk, ())) for row in rows}
    old = [pk for pk, sign in signs.items() if _is_old(known.get(pk), sign, now)]
    if old:
        summed = volumes(old)
        known = {pk: known[pk] for pk in signs if pk in known} | {pk: (signs[pk], now, summed[pk]) for pk in old}
        _known = known
    return {pk: known[pk][2] for pk in signs}


def _is_old(entry: tuple[Hashable, datetime, Volume] | None, sign: Hashable, now: datetime) -> bool:
    if entry is None:
        return True
    known, at, _volume = entry
    return now - at >= KEPT or (known != sign and now - at >= SETTLED)
