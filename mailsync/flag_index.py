"""Which flags messages had: by UID, and stored by set of flags, of which most mailboxes have a handful."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailsync.uids import UidSet


class FlagIndex:
    """Which flags each UID had. The UIDs of each set of flags are kept together."""

    __slots__ = ("_sets",)

    def __init__(self) -> None:
        self._sets: dict[frozenset[str], UidSet] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FlagIndex) and self._sets == other._sets

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"FlagIndex({self.as_dict()!r})"

    def copy(self) -> FlagIndex:
        result = FlagIndex()
        result._sets = {flags: uids.copy() for flags, uids in self._sets.items()}
        return result

    def set(self, uid: int, flags: frozenset[str]) -> None:
        """For a UID that is not in the index yet; to change one, ``discard`` it first."""
        if flags in self._sets:
            self._sets[flags].add(uid)
        else:
            self._sets[flags] = UidSet([uid])

    def set_each(self, uids: Iterable[int], flags: Iterable[frozenset[str]]) -> None:
        """:meth:`set` for every UID and the flags beside it."""
        alike: dict[frozenset[str], list[int]] = {}
        for uid, kept in zip(uids, flags, strict=True):
            if kept in alike:
                alike[kept].append(uid)
            else:
                alike[kept] = [uid]
        for kept, those in alike.items():
            self._sets.setdefault(kept, UidSet()).extend(those)

    def discard(self, uids: UidSet) -> None:
        for first, last in uids.ranges:
            for those in self._sets.values():
                those.discard_range(first, last)
        self._sets = {flags: those for flags, those in self._sets.items() if those}

    def get(self, uid: int) -> frozenset[str] | None:
        return next((flags for flags, uids in self._sets.items() if uid in uids), None)

    def items(self) -> Iterator[tuple[frozenset[str], UidSet]]:
        yield from self._sets.items()

    def as_dict(self) -> dict[str, str]:
        """For storage: flags, sorted and joined by a blank -> UIDs as in ``UidSet.parse``."""
        return {" ".join(sorted(flags)): str(uids) for flags, uids in self._sets.items()}

    @classmethod
    def of_dict(cls, stored: dict[str, str]) -> FlagIndex:
        """The reverse of ``as_dict``."""
        result = cls()
        result._sets = {frozenset(flags.split()): UidSet.stored(uids) for flags, uids in stored.items()}
        return result
