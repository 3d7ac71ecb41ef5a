"""What one folder needs: nothing, some messages, a look at the flags. Pure: the source's state and our record in, a job out.

The target has no say here: an unchanged mailbox is known from the source alone, and its target is never even asked.
"""

from __future__ import annotations

from mailsync.journal import FolderRecord
from mailsync.model import SYSTEM_FLAGS, FlagChange, Folder, FolderState, Path
from mailsync.uids import UidMap, UidSet


class Job:
    """What a source folder needs in this run.

    ``state`` is the source's, seen before anything was read: what changes later is found by the next run.
    ``copy`` may name UIDs that do not exist; None means that only the source can say which ones to copy.
    ``look_at_flags``: None = not needed, 0 = all of them, else those changed since this HIGHESTMODSEQ.
    """

    def __init__(
        self,
        record: FolderRecord,
        state: FolderState,
        special_use: str = "",
        copy: UidSet | None = None,
        look_at_flags: int | None = None,
    ) -> None:
        self.record, self.state, self.special_use = record, state, special_use
        self.copy, self.look_at_flags = copy, look_at_flags
        self.may_be_there = False  # messages to copy may be on the target already
        self.was_cut_off = False  # the last run was: the target may even be storing some still
        self.new_flags: dict[int, frozenset[str]] = {}  # by source UID: those that differ from the record

    @property
    def source(self) -> Path:
        return self.record.source

    @property
    def needs_target(self) -> bool:
        """Whether there is anything to write, be it only the folder itself."""
        return bool(self.copy or self.new_flags) or not self.record.target_uidvalidity

    @property
    def messages_to_copy(self) -> int:
        """An estimate: UIDs of a range need not exist."""
        return min(len(self.copy or ()), self.state.messages)


def plan_folder(folder: Folder, record: FolderRecord | None, selection: str = "") -> Job | None:
    """The job of a folder, or None if nothing changed since its record was made, nor the ``selection`` (``Selection.key``)."""
    state = folder.state
    if state is None:
        return None
    if record is None or record.source_uidvalidity != state.uidvalidity:
        return Job(_blank(folder.path, state, record, selection), state, folder.special_use, _up_to(state))
    if record.selection != selection:
        _reselect(record, selection)
        return Job(record, state, folder.special_use, None, _flags_to_look_at(record, state))
    if record.state is None:  # the last run was cut off: UIDs from anywhere may be missing
        return Job(record, state, folder.special_use, None, _flags_to_look_at(record, state))
    if record.state == state and state.highestmodseq:
        return None
    return Job(record, state, folder.special_use, _arrived(record, state), _flags_to_look_at(record, state))


def _blank(path: Path, state: FolderState, old: FolderRecord | None, selection: str) -> FolderRecord:
    """A record that knows nothing but the place: what is on the target already will be found by content."""
    target, target_uidvalidity = (old.target, old.target_uidvalidity) if old else ((), 0)
    return FolderRecord(path, target, state.uidvalidity, target_uidvalidity, selection=selection)


def _reselect(record: FolderRecord, selection: str) -> None:
    """What another selection left out is forgotten, and decided anew."""
    record.reselected = record.reselected or bool(record.copied)
    record.selection, record.excluded, record.deleted = selection, UidSet(), UidSet()


def _up_to(state: FolderState) -> UidSet | None:
    """All UIDs that a folder can hold, in one range, which saves asking; None if the server does not tell UIDNEXT."""
    return UidSet.of_ranges([(1, state.uidnext - 1)] if state.uidnext > 1 else []) if state.uidnext else None


def _arrived(record: FolderRecord, state: FolderState) -> UidSet | None:
    """UIDs given out since the record was made; None if the numbers do not add up, so that nothing stays behind."""
    before = record.state.uidnext if record.state else 0
    if not before or state.uidnext < before:
        return None
    since = UidSet.of_ranges([(before, state.uidnext - 1)] if state.uidnext > before else [])
    new = without_outcome(record, since)  # a message that came between the state and the copying was copied already
    return new if state.messages <= record.outcomes + len(new) else None


def _flags_to_look_at(record: FolderRecord, state: FolderState) -> int | None:
    known = record.state.highestmodseq if record.state else 0
    if not (record.copied or record.deleted) or (known and known == state.highestmodseq):
        return None
    return known if state.highestmodseq else 0


def settled(job: Job) -> FolderState:
    """What to remember of the source when all its messages have an outcome. A server that has counted more of them than it
    showed, a replica that lags for one, is not to be taken at its word when it says later that nothing has changed."""
    return job.state if job.record.outcomes >= job.state.messages else job.state._replace(highestmodseq=0)


def without_outcome(record: FolderRecord, existing: UidSet) -> UidSet:
    """Those of the source's messages that were neither copied nor skipped nor left out."""
    return existing - record.copied.sources - record.skipped - record.excluded - record.deleted


def forget_copies(job: Job) -> None:
    """The target folder is another one than before (new UIDVALIDITY): no target UID of the record means anything now.

    The flags stay: they are the source's, and tell what was carried over to the copies that are found again.
    """
    job.record.copied, job.record.repaired = UidMap(), UidSet()
    job.record.adopt_from = 1
    job.record.state = None
    job.new_flags = {}


def change_of_flags(
    before: frozenset[str] | None, now: frozenset[str], copy: frozenset[str] = frozenset()
) -> FlagChange:
    """What to do to the copy of a message whose source had ``before`` and has ``now``; its ``uids`` are empty.

    Only what changed at the source is changed: flags that the owner set or cleared on the target stay. Where ``before``
    is not known, what the ``copy`` lacks is added and nothing is removed.
    """
    if before is None:
        return FlagChange(UidSet(), settable(now - copy), frozenset())
    return FlagChange(UidSet(), settable(now - before), settable(before - now))


def settable(flags: frozenset[str]) -> frozenset[str]:
    """Without the server's own system flags, which no client can set (RFC 3501 section 2.3.2)."""
    return frozenset(flag for flag in flags if flag in SYSTEM_FLAGS or not flag.startswith("\\"))
