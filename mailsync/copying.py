"""Messages from the source to the target: one stream over many folders, in which nothing waits at folder borders."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

from mailsync.errors import Reject, Retry, Stop
from mailsync.events import Copied, Event, FolderFinished, FolderStarted, MessageSkipped
from mailsync.identity import pair
from mailsync.ledger import Ledger
from mailsync.model import Appended, Message, Outcome, Path, Refused
from mailsync.plan import Job, without_outcome
from mailsync.sides import Sided
from mailsync.skipping import UNREADABLE, describe
from mailsync.uids import UidSet

NOWHERE = 0  # in the journal, the target UID of a message that was stored, we do not know where: not copied again


@dataclass(slots=True)
class _Lane:
    """One folder on its way."""

    job: Job
    read: bool = False  # the source has given all of it
    given: int = 0  # messages that have come in the stream
    countable: bool = field(init=False)  # outcomes and messages in the source can be compared by their number
    lost: bool = False  # the target folder was removed or replaced while we wrote to it
    on_the_way: dict[int, frozenset[str]] = field(default_factory=dict)  # flags by UID, until the outcome is known
    unplaced: dict[int, frozenset[str]] = field(default_factory=dict)  # stored; the target did not say under which UID
    once_more: UidSet = field(default_factory=UidSet)  # refused along with others, of which any one may be the reason
    refused: dict[int, Refused] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A record of earlier runs may know messages that are gone, ``copy`` may name some that came after the state."""
        record, copy = self.job.record, self.job.copy or UidSet()
        self.countable = not (record.copied or record.skipped) and copy.last < self.job.state.uidnext

    def is_settled(self) -> bool:
        """Whether all is done, and nothing was kept from us: all UIDs came, or as many messages as there are."""
        open_ends = self.lost or self.on_the_way or self.unplaced or self.once_more or self.refused
        return self.read and not open_ends and (self.given >= len(self.job.copy or ()) or self._is_counted())

    def _is_counted(self) -> bool:
        record = self.job.record
        return self.countable and len(record.copied) + len(record.skipped) >= self.job.state.messages

    def without_outcome(self, uids: UidSet) -> UidSet:
        return without_outcome(self.job.record, uids) - UidSet(self.unplaced) - UidSet(self.refused)


class Copying:
    """``folder_lost`` says, in the target's words, that a folder was removed or replaced while we wrote to it."""

    def __init__(self, source: Sided, target: Sided, ledger: Ledger) -> None:
        self._source = source
        self._target = target
        self._ledger = ledger
        self._events: deque[Event] = deque()
        self._over_quota = ""
        self.folder_lost = ""

    def copy(self, jobs: list[Job]) -> Iterator[Event]:
        """Everything in ``job.copy`` gets an outcome, unless the caller wants to stop or the folder is lost."""
        lanes = {job.source: _Lane(job) for job in jobs}
        unfinished = deque(lanes.values())
        try:
            for outcome in self._target.append(self._messages(list(lanes.values()))):
                self._settle(lanes[outcome.source], outcome)
                while unfinished and unfinished[0].is_settled():
                    self._finish(unfinished.popleft())
                self._ledger.save_if_due()
                yield from self._told()
        except Reject as error:
            self._leave_behind(list(lanes.values()), error)
            yield from self._told()
            raise Retry("unavailable", error.words, side=error.side) from error
        self._stop_if_full()
        for lane in unfinished:
            if not lane.lost:
                self._tidy(lane)
            yield from self._told()

    def _told(self) -> Iterator[Event]:
        while self._events:
            yield self._events.popleft()

    def _messages(self, lanes: list[_Lane]) -> Iterator[tuple[Path, Message]]:
        """The stream. What it does for each message is most of what the engine costs."""
        waiting, lane = deque(lanes), None
        wanted = ((lane.job.source, lane.job.copy or UidSet()) for lane in lanes)
        with closing(self._source.read(wanted)) as messages:
            for message in messages:
                if self._over_quota or not self._ledger.still_wanted():
                    return
                if lane is None or message.folder != lane.job.source:
                    lane = self._enter(message.folder, waiting)
                lane.on_the_way[message.uid] = message.flags
                lane.given += 1
                yield lane.job.record.target, message
        for lane in waiting:
            lane.read = True

    def _enter(self, folder: Path, waiting: deque[_Lane]) -> _Lane:
        """The folders before this one are read. Its record is saved before its first message goes out: after a crash
        it tells from which UID on the target may hold messages of ours."""
        while waiting[0].job.source != folder:
            waiting.popleft().read = True
        job = waiting[0].job
        self._ledger.save_now(job.record)
        self._events.append(FolderStarted(job.source, job.record.target, job.state.messages, job.messages_to_copy))
        return waiting[0]

    def _settle(self, lane: _Lane, outcome: Outcome) -> None:
        if isinstance(outcome, Appended):
            self._appended(lane, outcome)
        else:
            self._refused(lane, outcome)

    def _appended(self, lane: _Lane, outcome: Appended) -> None:
        record, on_the_way = lane.job.record, lane.on_the_way
        self._events.append(Copied(outcome.source, len(outcome.uids), outcome.octets))
        if outcome.target_uids is None:
            lane.unplaced.update((uid, on_the_way.pop(uid)) for uid in outcome.uids)
            return
        if outcome.uidvalidity not in (0, record.target_uidvalidity):
            self._lose(lane, "UIDVALIDITY changed")
        for uid, place in zip(outcome.uids, outcome.target_uids, strict=True):
            record.copied.add(uid, place)
            record.flags.set(uid, on_the_way.pop(uid))
        self._ledger.note(record)

    def _refused(self, lane: _Lane, outcome: Refused) -> None:
        for uid in outcome.uids:
            del lane.on_the_way[uid]
        if outcome.code == "over_quota":
            self._over_quota = outcome.words
            lane.once_more.update(UidSet(outcome.uids))
        elif outcome.code == "folder_missing":
            self._lose(lane, outcome.words)
        elif len(outcome.uids) == 1:
            lane.refused[outcome.uids[0]] = outcome
        else:
            lane.once_more.update(UidSet(outcome.uids))

    def _lose(self, lane: _Lane, words: str) -> None:
        lane.lost, self.folder_lost = True, words

    def _stop_if_full(self) -> None:
        if self._over_quota:
            raise Stop("over_quota", self._over_quota, side="target")

    def _tidy(self, lane: _Lane) -> None:
        """Give an outcome to what has none yet, and close the folder, unless we were told to stop."""
        if lane.read and not self._ledger.stopped:
            self._one_by_one(lane)
        self._place(lane)
        self._skip(lane)
        if lane.read and not lane.once_more and not lane.lost:
            self._finish(lane)

    def _one_by_one(self, lane: _Lane) -> None:
        """Refused batches, and what the source lists though it did not come in the stream."""
        job, record = lane.job, lane.job.record
        lane.once_more = lane.without_outcome(self._source.uids([job.source])[job.source] & (job.copy or UidSet()))
        for message in self._source.read([(job.source, lane.once_more)]):
            lane.on_the_way[message.uid] = message.flags
            for outcome in self._target.append([(record.target, message)]):
                self._settle(lane, outcome)
            self._stop_if_full()
            self._ledger.save_if_due()
            if lane.lost or not self._ledger.still_wanted():
                return
        self._give_up(lane)

    def _give_up(self, lane: _Lane) -> None:
        """What the source lists and yet does not deliver, not even when asked twice, is unreadable."""
        job, missing = lane.job, lane.without_outcome(lane.once_more)
        for uid in self._source.uids([job.source])[job.source] & missing if missing else ():
            lane.refused[uid] = Refused(job.source, job.record.target, (uid,), "", UNREADABLE)
        lane.once_more = UidSet()

    def _place(self, lane: _Lane) -> None:
        """Without UIDPLUS: as many new messages as we sent are ours, in order; if others came too, content tells."""
        if not lane.unplaced:
            return
        record, stored = lane.job.record, UidSet(lane.unplaced)
        new = self._target.uids([record.target])[record.target].from_uid(record.adopt_from) - record.copied.targets
        if len(new) == len(stored):
            places = dict(zip(lane.unplaced, new, strict=True))
        else:
            copies = self._target.read([(record.target, new)])
            with closing(self._source.read([(record.source, stored)])) as originals:
                places = {original.uid: copy.uid for original, copy in pair(originals, copies)}
        for uid, flags in lane.unplaced.items():
            record.copied.add(uid, places.get(uid, NOWHERE))
            record.flags.set(uid, flags)
        record.adopt_from = max(record.adopt_from, new.last + 1)
        lane.unplaced = {}
        self._ledger.note(record)

    def _skip(self, lane: _Lane) -> None:
        if not lane.refused:
            return
        record = lane.job.record
        items = describe(self._source, record.source, lane.refused)
        for item in items:
            record.skipped.add(item.uid)
            self._events.append(MessageSkipped(item))
        lane.refused = {}
        self._ledger.save_now(record, items)

    def _leave_behind(self, lanes: list[_Lane], error: Reject) -> None:
        """The message that was sent last broke the stream off: it is skipped, so that the next run gets past it."""
        lane = [lane for lane in lanes if lane.on_the_way][-1]
        last = next(reversed(lane.on_the_way))
        record = lane.job.record
        lane.refused = {last: Refused(record.source, record.target, (last,), error.words, UNREADABLE)}
        self._skip(lane)

    def _finish(self, lane: _Lane) -> None:
        lane.job.record.state = lane.job.state
        self._ledger.save_now(lane.job.record)
        self._events.append(FolderFinished(lane.job.source))
