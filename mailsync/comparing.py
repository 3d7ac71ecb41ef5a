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
from mailsync.skipping import NOT_GIVEN
from mailsync.uids import UidSet


class Difference(NamedTuple):
    """``kind``: missing, duplicate, extra, date, flags, keywords, order. A UID is 0 where there is no such message.

    ``explanation`` is empty where there is none, else: skipped (``detail`` has the reason), arrived_later, changed_later
    (at the source, after the last sync), excluded (by the selection), repaired (``detail`` says
    why and how), vanished_at_source (after it was copied), unreadable_later (the source gives nothing of it any more),
    added_at_target, changed_at_target (flags or keywords were set there), keyword_not_kept (by the target), date_not_kept
    (likewise: it is before 1970, after 2037 or in the future), sent_again (copied after what follows it: it or others of
    its batch were refused at first, or several connections shared the folder), selected_later (than what was copied before).
    """

    kind: str
    source_uid: int = 0
    target_uid: int = 0
    explanation: str = ""
    detail: str = ""


class Fingerprint(NamedTuple):
    """``content`` is empty where the server lists the message and gives nothing of it."""

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
    ``is_selected`` tells which messages are to be migrated at all; ``now`` is when it is compared.

    ``pairs`` are the originals with their copies, ``missing`` the originals without one, ``extra`` the copies without one."""

    def __init__(
        self,
        originals: list[Fingerprint],
        copies: list[Fingerprint],
        record: FolderRecord,
        reasons: dict[int, str],
        is_selected: Callable[[Fingerprint], bool] = lambda _original: True,
        now: datetime | None = None,
    ) -> None:
        self._is_selected, self._now = is_selected, now
        self._record = record
        self._reasons = reasons
        self._existing = UidSet(original.uid for original in originals)
        self._unreadable = UidSet(original.uid for original in originals if not original.content)
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
        place = record.copied.get(uid)
        if place in self._places and uid in record.repaired | self._unreadable:
            explanation = "repaired" if uid in record.repaired else "unreadable_later"
            return Difference("missing", uid, place or 0, explanation, self._why(uid))
        if uid in record.skipped:
            return Difference("missing", uid, 0, "skipped", self._why(uid))
        if not self._is_selected(original):
            return Difference("missing", uid, 0, "excluded")
        later = record.state is not None and uid >= record.state.uidnext
        return Difference("missing", uid, 0, "arrived_later" if later else "", self._why(uid))

    def _why(self, uid: int) -> str:
        return self._reasons.get(uid) or (f"unreadable: {NOT_GIVEN}" if uid in self._unreadable else "")

    def _extra_one(self, copy: Fingerprint) -> Difference:
        if copy.uid in self._record.copied.targets:
            source = next(uid for uid, place in self._record.copied.items() if place == copy.uid)
            if source in self._record.repaired:
                return Difference("extra", source, copy.uid, "repaired", self._why(source))
            if source in self._unreadable:
                return Difference("extra", source, copy.uid, "unreadable_later", self._why(source))
            gone = source not in self._existing
            return Difference("extra", source, copy.uid, "vanished_at_source" if gone else "")
        if copy.content in self._contents:
            return Difference("duplicate", 0, copy.uid)
        return Difference("extra", 0, copy.uid, "added_at_target")

    def _unlike(self, original: Fingerprint, copy: Fingerprint) -> Iterator[Difference]:
        uids = original.uid, copy.uid
        if original.date is not None and original.date != copy.date:
            yield Difference("date", *uids, self._why_dated(original.date), f"{original.date} / {copy.date}")
        if original.system_flags != copy.system_flags:
            explanation = self._why_flagged(original, copy, SYSTEM_FLAGS)
            yield Difference("flags", *uids, explanation, _both(original.system_flags, copy.system_flags))
        if original.keywords != copy.keywords:
            refused = copy.keywords == original.keywords & self._kept_keywords
            explanation = self._why_flagged(original, copy, original.keywords | copy.keywords)
            explanation = explanation or ("keyword_not_kept" if refused else "")
            yield Difference("keywords", *uids, explanation, _both(original.keywords, copy.keywords))

    def _why_dated(self, date: datetime) -> str:
        in_future = self._now is not None and date > self._now
        return "date_not_kept" if in_future or not is_usual(date) else ""

    def _why_flagged(self, original: Fingerprint, copy: Fingerprint, which: frozenset[str]) -> str:
        """A flag that the copy lacks may have got lost on the way as well as been taken away: nothing explains that."""
        carried = self._record.flags.get(original.uid)
        if carried is None:
            return ""
        if carried != original.flags:
            return "changed_later" if carried == copy.flags else ""
        return "changed_at_target" if carried & which < copy.flags & which else ""

    def _disorder(self) -> Iterator[Difference]:
        """The first message of each that stands before one it should follow."""
        usual = "selected_later" if self._record.reselected and not self._record.skipped else "sent_again"
        for before, (original, copy) in pairwise(self.pairs):
            if copy.uid < before[1].uid:
                placed = self._is_ours(*before) and self._is_ours(original, copy)
                yield Difference("order", original.uid, copy.uid, usual if placed else "")

    def _is_ours(self, original: Fingerprint, copy: Fingerprint) -> bool:
        """Whether the journal says that this copy was made of this original."""
        return self._record.copied.get(original.uid) == copy.uid


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
