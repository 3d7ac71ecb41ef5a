"""Compares a folder with its copy. Pure: two lists of fingerprints in, differences out, each explained where the journal can."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from mailsync.dating import is_usual
from mailsync.journal import NOWHERE, FolderRecord
from mailsync.model import SYSTEM_FLAGS
from mailsync.uids import UidSet


class Difference(NamedTuple):
    """``kind``: missing, duplicate, extra, date, flags, keywords, order. A UID is 0 where there is no such message.

    ``explanation`` is empty where there is none, else: skipped (``detail`` has the reason), arrived_later, changed_later
    (at the source, after the last sync), excluded (by the selection), repaired (``detail`` says
    why and how), vanished_at_source (after it was copied), added_at_target, keyword_not_kept (by
    the target), date_not_kept (likewise: it is before 1970 or after 2037), sent_again (one by one, because others of the same batch were refused), selected_later (than what was
    copied before).
    """

    kind: str
    source_uid: int = 0
    target_uid: int = 0
    explanation: str = ""
    detail: str = ""


class Fingerprint(NamedTuple):
    uid: int
    content: bytes
    flags: frozenset[str]
    date: datetime | None

    @property
    def system_flags(self) -> frozenset[str]:
        return self.flags & SYSTEM_FLAGS

    @property
    def keywords(self) -> frozenset[str]:
        return frozenset(flag for flag in self.flags if not flag.startswith("\\"))


class Comparison:
    """``originals`` and ``copies`` by ascending UID; ``reasons`` by source UID: why messages were skipped.
    ``is_selected`` tells which messages are to be migrated at all.

    ``pairs`` are the originals with their copies, ``missing`` the originals without one, ``extra`` the copies without one."""

    def __init__(
        self,
        originals: list[Fingerprint],
        copies: list[Fingerprint],
        record: FolderRecord,
        reasons: dict[int, str],
        is_selected: Callable[[Fingerprint], bool] = lambda _original: True,
    ) -> None:
        self._is_selected = is_selected
        self._record = record
        self._reasons = reasons
        self._existing = UidSet(original.uid for original in originals)
        self._places = {NOWHERE, *(copy.uid for copy in copies)}
        self._contents = {original.content for original in originals}
        self._kept_keywords = frozenset[str]().union(*(copy.keywords for copy in copies))
        self.pairs, self.missing, self.extra = _match(originals, copies)
        self.equal = sum(_same(*pair) for pair in self.pairs)

    def differences(self) -> Iterator[Difference]:
        for original in self.missing:
            yield self._missing_one(original)
        for copy in self.extra:
            yield self._extra_one(copy)
        for original, copy in self.pairs:
            yield from self._unlike(original, copy)
        yield from self._disorder()

    def _missing_one(self, original: Fingerprint) -> Difference:
        record, uid = self._record, original.uid
        if uid in record.repaired and record.copied.get(uid) in self._places:
            return Difference("missing", uid, record.copied.get(uid) or 0, "repaired", self._reasons.get(uid, ""))
        if uid in record.skipped:
            return Difference("missing", uid, 0, "skipped", self._reasons.get(uid, ""))
        if not self._is_selected(original):
            return Difference("missing", uid, 0, "excluded")
        later = record.state is not None and uid >= record.state.uidnext
        return Difference("missing", uid, 0, "arrived_later" if later else "")

    def _extra_one(self, copy: Fingerprint) -> Difference:
        if copy.uid in self._record.copied.targets:
            source = next(uid for uid, place in self._record.copied.items() if place == copy.uid)
            if source in self._record.repaired:
                return Difference("extra", source, copy.uid, "repaired", self._reasons.get(source, ""))
            gone = source not in self._existing
            return Difference("extra", source, copy.uid, "vanished_at_source" if gone else "")
        if copy.content in self._contents:
            return Difference("duplicate", 0, copy.uid)
        return Difference("extra", 0, copy.uid, "added_at_target")

    def _unlike(self, original: Fingerprint, copy: Fingerprint) -> Iterator[Difference]:
        uids = original.uid, copy.uid
        if original.date is not None and original.date != copy.date:
            explanation = "" if is_usual(original.date) else "date_not_kept"
            yield Difference("date", *uids, explanation, f"{original.date} / {copy.date}")
        later = "changed_later" if self._changed_later(original, copy) else ""
        if original.system_flags != copy.system_flags:
            yield Difference("flags", *uids, later, _both(original.system_flags, copy.system_flags))
        if original.keywords != copy.keywords:
            refused = copy.keywords == original.keywords & self._kept_keywords
            explanation = later or ("keyword_not_kept" if refused else "")
            yield Difference("keywords", *uids, explanation, _both(original.keywords, copy.keywords))

    def _changed_later(self, original: Fingerprint, copy: Fingerprint) -> bool:
        carried = self._record.flags.get(original.uid)
        return carried is not None and carried != original.flags and carried == copy.flags

    def _disorder(self) -> Iterator[Difference]:
        """The first message of each that stands before one it should follow."""
        record = self._record
        explanation = "sent_again" if record.skipped else "selected_later" if record.reselected else ""
        for (_, before), (original, copy) in pairwise(self.pairs):
            if copy.uid < before.uid:
                yield Difference("order", original.uid, copy.uid, explanation)


def _match(
    originals: list[Fingerprint], copies: list[Fingerprint]
) -> tuple[list[tuple[Fingerprint, Fingerprint]], list[Fingerprint], list[Fingerprint]]:
    """Pairs by content, the most alike first; then the originals and the copies that are left over."""
    pairs: list[tuple[Fingerprint, Fingerprint]] = []
    for likeness in (_everything, _content_and_date, _content):
        found, originals, copies = _match_by(likeness, originals, copies)
        pairs += found
    return sorted(pairs, key=lambda pair: pair[0].uid), originals, copies


def _match_by(
    likeness: Callable[[Fingerprint], object], originals: list[Fingerprint], copies: list[Fingerprint]
) -> tuple[list[tuple[Fingerprint, Fingerprint]], list[Fingerprint], list[Fingerprint]]:
    waiting: dict[object, deque[Fingerprint]] = {}
    for copy in copies:
        waiting.setdefault(likeness(copy), deque()).append(copy)
    pairs, alone = [], []
    for original in originals:
        if candidates := waiting.get(likeness(original)):
            pairs.append((original, candidates.popleft()))
        else:
            alone.append(original)
    left = {copy.uid for candidates in waiting.values() for copy in candidates}
    return pairs, alone, [copy for copy in copies if copy.uid in left]


def _everything(message: Fingerprint) -> object:
    return message.content, message.date, message.system_flags, message.keywords


def _content_and_date(message: Fingerprint) -> object:
    return message.content, message.date


def _content(message: Fingerprint) -> object:
    return message.content


def _same(original: Fingerprint, copy: Fingerprint) -> bool:
    return _everything(original) == _everything(copy)


def _both(original: frozenset[str], copy: frozenset[str]) -> str:
    return f"{' '.join(sorted(original))} / {' '.join(sorted(copy))}"
