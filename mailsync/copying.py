"""Messages from the source to the target: one stream over many folders, in which nothing waits at folder borders."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice

from mailsync.dating import date_by_header, is_usual
from mailsync.errors import Reject, Retry, Stop
from mailsync.events import Copied, Event, FolderFinished, FolderStarted, MessageRepaired, MessageSkipped, PairGivenUp
from mailsync.journal import NOWHERE
from mailsync.ledger import Ledger
from mailsync.model import REPAIRED, Appended, Message, Outcome, Path, Refused
from mailsync.pairs import GivenUp, Pair, Spare
from mailsync.plan import Job, settled, without_outcome
from mailsync.remedies import Remedies
from mailsync.sharing import UNPLACED, Work, cut, pairs_that_pay
from mailsync.sides import Sided
from mailsync.skipping import NOT_GIVEN, UNREADABLE, describe
from mailsync.streaming import Broken, Ended, Step, Stream, Told
from mailsync.uids import UidSet, runs


class _Lane:
    """One folder on its way, in one piece or several."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.pieces = 0  # that have not ended
        self.given = 0  # messages that the pieces which have ended brought
        self.started = self.is_finished = False
        self.lost = False  # the target folder was removed or replaced while we wrote to it
        self.unplaced: dict[int, frozenset[str]] = {}  # stored; the target did not say under which UID
        self.once_more = UidSet()  # refused, to be tried alone
        self.refused: dict[int, Refused] = {}
        self.repaired: dict[int, Refused] = {}  # refused at first, now on the target
        # Outcomes and messages in the source can be compared by their number, unless a record of earlier runs knows
        # messages that are gone, or ``copy`` names some that came after the state.
        record, copy = job.record, job.copy or UidSet()
        self._countable = not (record.copied or record.skipped) and copy.last < job.state.uidnext

    @property
    def is_read(self) -> bool:
        return not self.pieces

    def is_settled(self) -> bool:
        """Whether all is done, and nothing was kept from us: all UIDs came, or as many messages as there are."""
        open_ends = self.lost or self.pieces or self.unplaced or self.once_more or self.refused
        return not open_ends and (self.given >= len(self.job.copy or ()) or self._is_counted())

    def _is_counted(self) -> bool:
        record = self.job.record
        return self._countable and len(record.copied) + len(record.skipped) >= self.job.state.messages

    def without_outcome(self, uids: UidSet) -> UidSet:
        return without_outcome(self.job.record, uids) - UidSet(self.unplaced) - UidSet(self.refused)


class Copying:
    """``folder_lost`` says, in the target's words, that a folder was removed or replaced while we wrote to it."""

    def __init__(self, source: Sided, target: Sided, ledger: Ledger, spare: Spare, remedies: Remedies) -> None:
        self._source = source
        self._target = target
        self._ledger = ledger
        self._spare = spare
        self._remedies = remedies
        self._events: deque[Event] = deque()
        self._over_quota = ""
        self.folder_lost = ""

    def ask_ahead(self, jobs: list[Job]) -> None:
        """:meth:`copy` follows, and before it nothing is asked of the source. Not where that is shared between pairs."""
        portions = cut(jobs, split=False)
        if jobs and self._target.capabilities.uidplus and pairs_that_pay(portions) == 1:
            self._source.ask_ahead((portion.piece.source, portion.piece.uids) for portion in portions)

    def copy(self, jobs: list[Job]) -> Iterator[Event]:
        """Everything in ``job.copy`` gets an outcome, unless the caller wants to stop or the folder is lost.

        The records are saved before the first message goes out: after a crash they tell from which UID on the target may
        hold messages of ours.
        """
        if not jobs:
            return
        lanes = {job.source: _Lane(job) for job in jobs}
        for job in jobs:
            self._ledger.note(job.record)
        self._ledger.save()
        with closing(self._steps(lanes)) as steps:
            for step in steps:
                self._hear(lanes, step)
                self._ledger.save_if_due()
                yield from self._told()
        self._stop_if_full()
        for lane in lanes.values():
            if not lane.lost and not lane.is_finished:
                self._tidy(lane)
            yield from self._told()

    def _told(self) -> Iterator[Event]:
        while self._events:
            yield self._events.popleft()

    # The pairs

    def _steps(self, lanes: dict[Path, _Lane]) -> Generator[Step | GivenUp, None, None]:
        """By this pair alone, or by as many as the caller has to spare and the work is worth."""
        jobs, places = [lane.job for lane in lanes.values()], self._target.capabilities.uidplus
        portions = cut(jobs, split=places)
        spares = self._spares(pairs_that_pay(portions) - 1)
        portions = portions if spares else cut(jobs, split=False)
        for portion in portions:
            lanes[portion.piece.source].pieces += 1
        work = Work(portions, 1 + len(spares), most=0 if places else UNPLACED)
        if spares:
            from mailsync.team import Team  # slow to import and seldom needed

            yield from Team((self._source, self._target), spares, work, self._ledger).steps(self._may_go_on)
            return
        stream = Stream(self._source, self._target, self._may_go_on)
        while self._may_go_on() and (pieces := work.take()):
            yield from stream.copy(pieces)

    def _spares(self, most: int) -> list[Pair]:
        pairs: list[Pair] = []
        try:
            pairs.extend(islice(iter(self._spare, None), most))
        except BaseException:
            for spare in pairs:
                spare.close()
            raise
        return pairs

    def _may_go_on(self) -> bool:
        return not self._over_quota and self._ledger.still_wanted()

    # What is heard of them

    def _hear(self, lanes: dict[Path, _Lane], step: Step | GivenUp) -> None:
        if isinstance(step, Told):
            lane = lanes[step.outcome.source]
            self._start(lane)
            self._settle(lane, step.outcome, step.flags)
        elif isinstance(step, Ended):
            self._end(lanes[step.piece.source], step)
        elif isinstance(step, Broken):
            self._leave_behind(lanes[step.source], step)
        else:
            error = step.error
            self._events.append(PairGivenUp(error.side, error.code, error.words))

    def _start(self, lane: _Lane) -> None:
        if not lane.started:
            lane.started = True
            job = lane.job
            self._events.append(FolderStarted(job.source, job.record.target, job.state.messages, job.messages_to_copy))

    def _end(self, lane: _Lane, step: Ended) -> None:
        lane.pieces -= 1
        lane.given += step.given
        if step.there is not None and lane.unplaced:
            self._place(lane, step.there, by_content=False)
        if lane.is_settled():
            self._finish(lane)

    def _settle(self, lane: _Lane, outcome: Outcome, flags: list[frozenset[str]], *, alone: bool = False) -> None:
        if isinstance(outcome, Appended):
            self._appended(lane, outcome, flags)
        else:
            self._refused(lane, outcome, alone=alone)

    def _appended(self, lane: _Lane, outcome: Appended, flags: list[frozenset[str]]) -> None:
        record = lane.job.record
        self._events.append(Copied(outcome.source, len(outcome.uids), outcome.octets))
        if outcome.target_uids is None:
            lane.unplaced.update(zip(outcome.uids, flags, strict=True))
            return
        if outcome.uidvalidity not in (0, record.target_uidvalidity):
            self._lose(lane, "UIDVALIDITY changed")
        for first, last, place in runs(outcome.uids, outcome.target_uids):
            record.copied.add_run(first, last, place)
        record.flags.set_each(outcome.uids, flags)
        self._ledger.note(record)

    def _refused(self, lane: _Lane, outcome: Refused, *, alone: bool) -> None:
        """Tried once more alone: any of a batch may be the reason, and a server may have been out of sorts."""
        if outcome.code == "folder_missing":
            self._lose(lane, outcome.words)
            return
        if outcome.code == "over_quota":
            self._over_quota = outcome.words
        final = alone or (outcome.code == "too_large" and len(outcome.uids) == 1)
        if final and not self._over_quota:
            lane.refused[outcome.uids[0]] = outcome
        else:
            lane.once_more.update(UidSet(outcome.uids))

    def _lose(self, lane: _Lane, words: str) -> None:
        lane.lost, self.folder_lost = True, words

    def _stop_if_full(self) -> None:
        if self._over_quota:
            raise Stop("over_quota", self._over_quota, side="target")

    # What is left to be done for a folder

    def _tidy(self, lane: _Lane) -> None:
        """Give an outcome to what has none yet, and close the folder, unless we were told to stop."""
        if lane.is_read and not self._ledger.stopped:
            self._one_by_one(lane)
            self._mend(lane)
        if lane.unplaced:
            target = lane.job.record.target
            self._place(lane, self._target.uids([target])[target], by_content=True)
        self._skip(lane)
        if lane.is_read and not lane.once_more and not lane.lost:
            self._finish(lane)

    def _one_by_one(self, lane: _Lane) -> None:
        """What was refused, and what the source lists though it did not come in the stream."""
        job, refused = lane.job, lane.once_more
        lane.once_more = lane.without_outcome(self._source.uids([job.source])[job.source] & (job.copy or UidSet()))
        if lane.once_more - refused:
            self._source.close()  # a new connection may be given what this one was not
        for message in self._source.read([(job.source, lane.once_more)]):
            if message.uid in refused and not is_usual(message.date):
                date_by_header(message)  # perhaps it was the date that the target would not have
            self._send_alone(lane, message)
            self._stop_if_full()
            self._ledger.save_if_due()
            if lane.lost or not self._ledger.still_wanted():
                return
        self._give_up(lane)

    def _send_alone(self, lane: _Lane, message: Message) -> None:
        target = lane.job.record.target
        try:
            for outcome in self._target.append([(target, message)]):
                self._settle(lane, outcome, [message.flags], alone=True)
        except Reject as error:
            self._leave_behind(lane, Broken(message.folder, target, message.uid, error.words))
            raise Retry("unavailable", error.words, side=error.side) from error

    def _give_up(self, lane: _Lane) -> None:
        """What the source lists and yet does not deliver, not even when asked twice, is unreadable."""
        job, missing = lane.job, lane.without_outcome(lane.once_more)
        for uid in self._source.uids([job.source])[job.source] & missing if missing else ():
            lane.refused[uid] = Refused(job.source, job.record.target, (uid,), NOT_GIVEN, UNREADABLE)
        lane.once_more = UidSet()

    def _mend(self, lane: _Lane) -> None:
        """Try those again, changed, that were refused alone: as far as that is allowed and there is anything to change."""
        refused = UidSet(uid for uid, why in lane.refused.items() if why.code == "refused")
        if not (self._remedies.repair and refused):
            return
        from mailsync.mending import mend  # slow to import and seldom needed

        for mended in mend(self._source, self._target, lane.job.record, refused):
            (uid,) = mended.outcome.uids
            why = lane.refused.pop(uid)
            lane.repaired[uid] = why._replace(code=REPAIRED, words=f"{why.words} [{', '.join(mended.repairs)}]")
            lane.job.record.repaired.add(uid)
            self._appended(lane, mended.outcome, [mended.flags])
            self._ledger.save_if_due()

    def _place(self, lane: _Lane, there: UidSet, *, by_content: bool) -> None:
        """Without UIDPLUS: as many new messages as we sent are ours, in order; if others came too, content tells."""
        record, stored = lane.job.record, UidSet(lane.unplaced)
        new = there.from_uid(record.adopt_from) - record.copied.targets
        if len(new) == len(stored):
            places = dict(zip(lane.unplaced, new, strict=True))
        elif by_content:
            from mailsync.identity import pair  # slow to import and seldom needed

            copies = self._target.read([(record.target, new)])
            with closing(self._source.read([(record.source, stored)])) as originals:
                places = {original.uid: copy.uid for original, copy in pair(originals, copies)}
        else:
            return  # until this pair is free to look at them
        for uid, flags in lane.unplaced.items():
            record.copied.add(uid, places.get(uid, NOWHERE))
            record.flags.set(uid, flags)
        record.adopt_from = max(record.adopt_from, new.last + 1)
        lane.unplaced = {}
        self._ledger.note(record)

    def _skip(self, lane: _Lane) -> None:
        if not (lane.refused or lane.repaired):
            return
        record = lane.job.record
        items = describe(self._source, record.source, lane.refused | lane.repaired, self._remedies.quarantine)
        for item in items:
            if item.kind == REPAIRED:
                self._events.append(MessageRepaired(item))
            else:
                record.skipped.add(item.uid)
                self._events.append(MessageSkipped(item))
        lane.refused, lane.repaired = {}, {}
        self._ledger.note(record)
        self._ledger.save(items)

    def _leave_behind(self, lane: _Lane, broken: Broken) -> None:
        """The message broke the stream off: it is skipped, so that the next run gets past it."""
        words, uid = broken.words, broken.uid
        lane.refused = {uid: Refused(broken.source, broken.target, (uid,), words, UNREADABLE)}
        self._skip(lane)

    def _finish(self, lane: _Lane) -> None:
        lane.is_finished = True
        lane.job.record.state = settled(lane.job)
        self._ledger.note(lane.job.record)
        self._events.append(FolderFinished(lane.job.source))
