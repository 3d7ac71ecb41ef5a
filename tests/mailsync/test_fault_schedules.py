"""Whatever breaks, in whatever order, on either side: when it works again and the sync is run, all is there, and once.

Hypothesis draws the mail, the faults and the moments: the same every time, and as many as ``--fault-schedules`` says.
``--hypothesis-profile=searching`` draws others, for instance so many that it takes a quarter of an hour::

    ./run test --fault-schedules=2000 --hypothesis-profile=searching tests/mailsync/test_fault_schedules.py
"""

from __future__ import annotations

import imaplib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from mailsync.errors import MailsyncError
from mailsync.events import Finished
from mailsync.journal import FolderRecord, MemoryJournal
from mailsync.model import Skipped
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.sync import sync
from tests.corpus import DATES, FLAGS, FOLDERS, KINDS, Mail, attachment
from tests.mailsync.servers import PASSWORD, empty_mailbox
from tests.servers.disguise import Disguise
from tests.servers.dovecot import Dovecot
from tests.servers.faults import Fault, FaultyLine, Way
from tests.servers.kinds import BARE, EXCHANGE_ONLINE
from tests.servers.mailbox import contents, fill, wire_name

pytestmark = pytest.mark.timeout(7200)  # it takes as long as schedules were asked for

IMPATIENT = 0.3  # seconds: a server that says nothing for so long is given up, while there are faults
PATIENT = 60.0
TARGETS = {
    "all extensions": None,
    "as exchange online": EXCHANGE_ONLINE,
    "IMAP4rev1 and no more": BARE,
}
GARBAGE = (
    b"garbage\r\n",
    b"\x00\xff\xfe\x80\r\n",
    b"\r\n",
    b"*\r\n",
    b"* 7 FETCH (UID\r\n",
    b"* 99999999999999999999 EXISTS\r\n",
    b'* LIST ("\r\n',
    b"* BYE Idle for too long\r\n",
    b"* BAD What was that\r\n",
    b"+ \r\n",
    b"+ {5}\r\n",
    b"* OK {40}\r\n",
    b"* STATUS {4294967296}\r\n",
    b"zz9 OK somebody else's answer\r\n",
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>\r\n",
    b"x" * 3_000 + b"\r\n",
)

# Many moments are early ones, where the conversation is dense; some lie in the middle of large messages.
MOMENTS = st.one_of(st.integers(0, 1_500), st.integers(0, 12_000), st.integers(0, 150_000))
DOWN = [Way.CUT, Way.RESET, Way.STALL, Way.LATE, Way.HALF_OPEN, Way.DRIBBLE]
FAULTS = st.one_of(
    st.builds(Fault, st.sampled_from(DOWN), MOMENTS, st.booleans()),
    st.builds(Fault, st.just(Way.GARBAGE), MOMENTS, st.just(True), st.sampled_from(GARBAGE)),
    st.builds(Fault, st.just(Way.REFUSE), st.integers(0, 3)),
)
MAILS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, len(KINDS)), st.integers(0, 99)), max_size=24)


@dataclass(frozen=True)
class BrokenRun:
    """What goes wrong in one run: on either line, and perhaps the process is killed when it saves for the n-th time."""

    source: list[Fault]
    target: list[Fault]
    killed_at: int


@dataclass(frozen=True)
class Schedule:
    """Mail, runs that break; new mail and flags, runs that break again."""

    mail: list[tuple[int, int, int]]
    initial: list[BrokenRun]
    later: list[tuple[int, int, int]]
    flagged: list[int]
    incremental: list[BrokenRun]
    pairs: int


BROKEN = st.lists(
    st.builds(BrokenRun, st.lists(FAULTS, max_size=2), st.lists(FAULTS, max_size=2), st.integers(0, 12)), max_size=2
)
SCHEDULES = st.builds(
    Schedule, MAILS, BROKEN, MAILS, st.lists(st.integers(0, 4), max_size=2), BROKEN, st.integers(1, 3)
)


class Killed(BaseException):
    """The process is gone."""


@dataclass
class MortalJournal:
    """Kills the process instead of saving for the n-th time."""

    kept: MemoryJournal
    killed_at: int
    saves: Iterator[int] = field(default_factory=lambda: count(1))

    def load(self) -> object:
        return self.kept.load()

    def save(self, records: Iterable[FolderRecord], skipped: tuple[Skipped, ...] = ()) -> None:
        if next(self.saves) == self.killed_at:
            raise Killed
        self.kept.save(records, skipped)

    def skipped(self) -> list[Skipped]:
        return self.kept.skipped()


@dataclass
class Pair:
    source: ImapStore
    target: ImapStore

    def close(self) -> None:
        self.source.close()
        self.target.close()


class Scene:
    """Two mailboxes with a line to each that may break."""

    def __init__(self, old: Dovecot, new: Dovecot, source: FaultyLine, target: FaultyLine) -> None:
        self.old, self.new, self.source, self.target = old, new, source, target
        self.user, self.journal = empty_mailbox(old), MemoryJournal()
        self.copy = empty_mailbox(new)

    def deliver(self, mails: list[tuple[int, int, int]]) -> None:
        fill(self.old.host, self.old.port, self.user, PASSWORD, map(made, mails))

    def flag(self, folders: list[int]) -> None:
        with imaplib.IMAP4(self.old.host, self.old.port) as client:
            client.login(self.user, PASSWORD)
            for number in folders:
                status, messages = client.select(wire_name(FOLDERS[number]))
                if status == "OK" and messages != [b"0"]:
                    client.store("1", "+FLAGS.SILENT", "(\\Flagged Later)")

    def pair(self, patience: float) -> Pair:
        ends = ((self.source, self.user), (self.target, self.copy))
        return Pair(*(ImapStore(_settings(line, user, patience)) for line, user in ends))

    def break_off(self, run: BrokenRun, pairs: int) -> None:
        self.source.plan(run.source)
        self.target.plan(run.target)
        try:
            self.run(MortalJournal(self.journal, run.killed_at), pairs, IMPATIENT)
        except (MailsyncError, Killed) as error:
            note(f"{error!r}")
        note(f"source: {self.source.happened}, target: {self.target.happened}")
        self.source.settle()
        self.target.settle()

    def run(self, journal: MortalJournal, pairs: int, patience: float) -> None:
        spares = iter([self.pair(patience) for _ in range(pairs - 1)])
        first = self.pair(patience)
        try:
            events = sync(
                first.source,
                first.target,
                journal,  # type: ignore[arg-type]
                clock=map(float, count()).__next__,
                spare=lambda: next(spares, None),
                pause=lambda _: None,  # the lines have settled
            )
            *_, last = events
        finally:
            first.close()
            for spare in spares:
                spare.close()
        assert last == Finished(complete=True)

    def finish(self, pairs: int) -> None:
        self.run(MortalJournal(self.journal, 0), pairs, PATIENT)

    def assert_equal(self) -> None:
        there, here = (counted(server, user) for server, user in ((self.old, self.user), (self.new, self.copy)))
        assert here == there
        assert self.journal.skipped() == []

    def assert_idle(self) -> None:
        """Another run does not even connect to the target."""
        before = self.target.accepted
        self.finish(1)
        assert self.target.accepted == before


def counted(server: Dovecot, user: str) -> dict[str, Counter[object]]:
    return {name: Counter(mails) for name, mails in contents(server.host, server.port, user, PASSWORD).items()}


def _settings(line: FaultyLine, user: str, patience: float) -> ImapSettings:
    login = Login(user, PASSWORD)
    return ImapSettings(
        line.host, line.port, login, "none", compress=False, connect_timeout=patience, read_timeout=patience
    )


def made(drawn: tuple[int, int, int]) -> Mail:
    folder, kind, number = drawn
    random = Random(number)  # noqa: S311 -- the same mail every time
    content = KINDS[kind](random, number) if kind < len(KINDS) else attachment(random, number, 120_000)
    return Mail(FOLDERS[folder], content, FLAGS[number % len(FLAGS)], DATES[number % len(DATES)])


@pytest.fixture(scope="module", params=TARGETS)
def lines(
    request: pytest.FixtureRequest, dovecot_source: Dovecot, dovecot_target: Dovecot
) -> Iterator[tuple[FaultyLine, FaultyLine]]:
    announced = TARGETS[request.param]
    with ExitStack() as stack:
        target = stack.enter_context(Disguise(dovecot_target, announced)) if announced else dovecot_target
        source_line = stack.enter_context(FaultyLine(dovecot_source.host, dovecot_source.port))
        yield source_line, stack.enter_context(FaultyLine(target.host, target.port))


@pytest.fixture
def small_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little mail is treated as if it were much, and nobody waits long for last words."""
    for name, cost in (("MESSAGE", 1), ("PAYS", 1), ("GIANT", 30_000), ("PIECE", 10_000)):
        monkeypatch.setattr(f"mailsync.sharing.{name}", cost)
    monkeypatch.setattr("mailsync.stores.imap.appending.BATCH_MESSAGES", 3)
    monkeypatch.setattr("mailsync.stores.imap.append.LAST_ANSWERS", IMPATIENT)


@pytest.mark.usefixtures("small_scale")
def test_after_any_faults_the_target_equals_the_source(
    lines: tuple[FaultyLine, FaultyLine],
    dovecot_source: Dovecot,
    dovecot_target: Dovecot,
    pytestconfig: pytest.Config,
) -> None:
    @settings(
        max_examples=pytestconfig.getoption("fault_schedules") // len(TARGETS) + 1,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(SCHEDULES)
    def whatever_breaks(schedule: Schedule) -> None:
        scene = Scene(dovecot_source, dovecot_target, *lines)
        scene.deliver(schedule.mail)
        for run in schedule.initial:
            scene.break_off(run, schedule.pairs)
        scene.deliver(schedule.later)
        scene.flag(schedule.flagged)
        for run in schedule.incremental:
            scene.break_off(run, schedule.pairs)
        scene.finish(schedule.pairs)
        scene.assert_equal()
        scene.assert_idle()

    whatever_breaks()
