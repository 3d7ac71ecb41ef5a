"""Compact sets and maps of UIDs (RFC 3501 section 2.3.1.1): a mailbox of 200,000 messages is usually a few ranges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

Range = tuple[int, int]  # first and last, both included
Run = tuple[int, int, int]  # first source UID, last source UID, first target UID


class UidSet:
    """A set of UIDs as sorted, disjoint, non-adjacent ranges. Written and read as in IMAP: ``1:4,7``."""

    __slots__ = ("_ranges", "_stored")
    _ranges: list[Range]
    _stored: str

    def __init__(self, uids: Iterable[int] = ()) -> None:
        self._ranges = []
        self.extend(sorted(uids))

    @classmethod
    def of_ranges(cls, ranges: Iterable[Range]) -> UidSet:
        """From ranges in any order; they may overlap, and a backward one (``9:3``) counts as forward (RFC 3501, seq-range)."""
        result = cls()
        made = result._ranges
        for first, last in sorted([pair if pair[0] <= pair[1] else pair[::-1] for pair in ranges]):
            if made and first <= made[-1][1] + 1:
                made[-1] = (made[-1][0], max(last, made[-1][1]))
            else:
                made.append((first, last))
        return result

    @classmethod
    def parse(cls, text: str) -> UidSet:
        """From ``1:4,7``; the empty string is the empty set. Raises ValueError for anything else, ``*`` included."""
        pairs = (part.partition(":") for part in text.split(",") if part)
        return cls.of_ranges((int(first), int(last or first)) for first, _, last in pairs)

    @classmethod
    def stored(cls, text: str) -> UidSet:
        """What ``str`` has written. It is read when it is first needed: of a folder that has not changed, never."""
        result = cls.__new__(cls)
        result._stored = text
        return result

    def __getattr__(self, name: str) -> list[Range]:
        """What was stored is in order already."""
        if name != "_ranges":
            raise AttributeError(name)
        pairs = (part.partition(":") for part in self._stored.split(",") if part)
        self._ranges = [(int(first), int(last or first)) for first, _, last in pairs]
        return self._ranges

    def __str__(self) -> str:
        return ",".join([str(a) if a == b else f"{a}:{b}" for a, b in self._ranges])

    def __repr__(self) -> str:
        return f"UidSet({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UidSet) and self._ranges == other._ranges

    def __hash__(self) -> int:
        return hash(tuple(self._ranges))

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self._ranges)

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self._ranges:
            yield from range(first, last + 1)

    def __contains__(self, uid: int) -> bool:
        return bool(self.end_of_range(uid))

    def end_of_range(self, uid: int) -> int:
        """The last of the UIDs that follow ``uid`` without a gap, itself included; 0 if it is not in the set."""
        at = bisect_right(self._ranges, (uid, 1 << 62)) - 1
        return self._ranges[at][1] if at >= 0 and self._ranges[at][1] >= uid else 0

    @property
    def ranges(self) -> tuple[Range, ...]:
        return tuple(self._ranges)

    @property
    def first(self) -> int:
        """The lowest UID, 0 if empty."""
        return self._ranges[0][0] if self._ranges else 0

    @property
    def last(self) -> int:
        """The highest UID, 0 if empty."""
        return self._ranges[-1][1] if self._ranges else 0

    def copy(self) -> UidSet:
        result = UidSet()
        result._ranges = self._ranges.copy()
        return result

    def add(self, uid: int) -> None:
        """Amortised constant time for ascending UIDs."""
        if self._ranges and self._ranges[-1][1] == uid - 1:
            self._ranges[-1] = (self._ranges[-1][0], uid)
        elif not self._ranges or uid > self._ranges[-1][1]:
            self._ranges.append((uid, uid))
        elif uid not in self:
            self.add_range(uid, uid)

    def extend(self, uids: Iterable[int]) -> None:
        """Add each."""
        ranges = self._ranges
        for uid in uids:
            if ranges and ranges[-1][1] + 1 < uid:
                ranges.append((uid, uid))
            else:
                self.add(uid)

    def discard_range(self, first: int, last: int) -> None:
        """Take out ``first`` to ``last``, as far as they are there."""
        ranges = self._ranges
        low = bisect_right(ranges, (first, -1))
        if low and ranges[low - 1][1] >= first:
            low -= 1
        high = bisect_right(ranges, (last, 1 << 62))
        if low < high:
            rest = (ranges[low][0], first - 1), (last + 1, ranges[high - 1][1])
            ranges[low:high] = [part for part in rest if part[0] <= part[1]]

    def add_range(self, first: int, last: int) -> None:
        """Add ``first`` to ``last``, both included."""
        ranges = self._ranges
        low = bisect_right(ranges, (first - 1, -1))
        if low and ranges[low - 1][1] >= first - 1:
            low -= 1
        high = bisect_right(ranges, (last + 1, 1 << 62))
        if low < high:
            first, last = min(first, ranges[low][0]), max(last, ranges[high - 1][1])
        ranges[low:high] = [(first, last)]

    def update(self, other: UidSet) -> None:
        for first, last in other._ranges:
            self.add_range(first, last)

    def __or__(self, other: UidSet) -> UidSet:
        result = self.copy()
        result.update(other)
        return result

    def __sub__(self, other: UidSet) -> UidSet:
        if not (self._ranges and other._ranges):
            return self.copy()
        result = UidSet()
        for first, last in self._ranges:
            for gap in _without(first, last, other._ranges):
                result._ranges.append(gap)
        return result

    def __and__(self, other: UidSet) -> UidSet:
        return self - (self - other)

    def from_uid(self, uid: int) -> UidSet:
        """Those that are ``uid`` or higher."""
        return self & UidSet.of_ranges([(uid, max(self.last, uid))]) if self else UidSet()

    def slices(self, most: int) -> Iterator[UidSet]:
        """The same UIDs in order, in sets of at most ``most``."""
        part, room = UidSet(), most
        for first, last in self._ranges:
            while first <= last:
                end = min(last, first + room - 1)
                part._ranges.append((first, end))
                room -= end - first + 1
                first = end + 1
                if not room:
                    yield part
                    part, room = UidSet(), most
        if part:
            yield part


def _without(first: int, last: int, holes: list[Range]) -> Iterator[Range]:
    for low, high in holes[max(0, bisect_right(holes, (first, 1 << 62)) - 1) :]:
        if high < first:
            continue
        if low > last:
            break
        if low > first:
            yield (first, low - 1)
        first = high + 1
    if first <= last:
        yield (first, last)


def runs(sources: Iterable[int], targets: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Pairs of UIDs as runs that rise together: first and last source UID, first target UID."""
    first, last, start = 0, -1, 0
    for source, target in zip(sources, targets, strict=True):
        if source == last + 1 and target - start == source - first:
            last = source
            continue
        if first:
            yield first, last, start
        first, last, start = source, source, target
    if first:
        yield first, last, start


class UidMap:
    """Source UID to target UID, as runs that rise together: ``1:100=501`` says 1 -> 501 ... 100 -> 600."""

    __slots__ = ("_runs", "_stored")
    _runs: list[Run]
    _stored: str

    def __init__(self) -> None:
        self._runs = []

    @classmethod
    def parse(cls, text: str) -> UidMap:
        """The reverse of ``str``."""
        result = cls()
        for part in filter(None, text.split(",")):
            source, _, target = part.partition("=")
            first, _, last = source.partition(":")
            result._runs.append((int(first), int(last or first), int(target)))
        return result

    @classmethod
    def stored(cls, text: str) -> UidMap:
        """As ``UidSet.stored``."""
        result = cls.__new__(cls)
        result._stored = text
        return result

    def __getattr__(self, name: str) -> list[Run]:
        if name != "_runs":
            raise AttributeError(name)
        self._runs = UidMap.parse(self._stored)._runs
        return self._runs

    def __str__(self) -> str:
        return ",".join(f"{a}={t}" if a == b else f"{a}:{b}={t}" for a, b, t in self._runs)

    def __repr__(self) -> str:
        return f"UidMap.parse({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UidMap) and self._runs == other._runs

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last, _ in self._runs)

    def copy(self) -> UidMap:
        result = UidMap()
        result._runs = self._runs.copy()
        return result

    def add(self, source: int, target: int) -> None:
        """Constant time for ascending UIDs; a source UID that is there already gets the new target."""
        self.add_run(source, source, target)

    def add_run(self, first: int, last: int, target: int) -> None:
        """``first`` to ``last`` are at ``target`` and what follows it. Only a run of one may be there already."""
        runs = self._runs
        if runs and first <= runs[-1][1]:
            self._insert(first, last, target)
        elif runs and _continues(runs[-1], first, target):
            runs[-1] = (runs[-1][0], last, runs[-1][2])
        else:
            runs.append((first, last, target))

    def _insert(self, first: int, last: int, target: int) -> None:
        if first == last:
            self.discard(first)
        runs, at = self._runs, bisect_right(self._runs, (first, 1 << 62, 0))
        low, high, run = at, at, (first, last, target)
        if at and _continues(runs[at - 1], first, target):
            low, run = at - 1, (runs[at - 1][0], last, runs[at - 1][2])
        if at < len(runs) and _continues(run, *runs[at][::2]):
            high, run = at + 1, (run[0], runs[at][1], run[2])
        runs[low:high] = [run]

    def discard(self, source: int) -> None:
        at = bisect_right(self._runs, (source, 1 << 62, 0)) - 1
        if at < 0 or source > self._runs[at][1]:
            return
        first, last, start = self._runs[at]
        rest = [(first, source - 1, start), (source + 1, last, start + source + 1 - first)]
        self._runs[at : at + 1] = [run for run in rest if run[0] <= run[1]]

    def get(self, source: int) -> int | None:
        """The target UID of a source UID."""
        at = bisect_right(self._runs, (source, 1 << 62, 0)) - 1
        if at < 0 or source > self._runs[at][1]:
            return None
        first, _, start = self._runs[at]
        return start + source - first

    def items(self) -> Iterator[tuple[int, int]]:
        """Pairs by ascending source UID."""
        for first, last, start in self._runs:
            yield from zip(range(first, last + 1), range(start, start + last - first + 1), strict=True)

    @property
    def sources(self) -> UidSet:
        return UidSet.of_ranges([run[:2] for run in self._runs])

    @property
    def targets(self) -> UidSet:
        return UidSet.of_ranges((start, start + last - first) for first, last, start in self._runs)


def _continues(run: Run, source: int, target: int) -> bool:
    first, last, start = run
    return source == last + 1 and target == start + source - first
