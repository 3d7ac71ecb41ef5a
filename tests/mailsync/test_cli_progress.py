"""What a person sees while it works and afterwards."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from mailsync.cli.patience import TRIES, persist
from mailsync.cli.progress import Progress, line
from mailsync.cli.report import failure, report
from mailsync.cli.tally import Tally
from mailsync.cli.words import size
from mailsync.comparing import Difference
from mailsync.errors import Retry, SignInFailed
from mailsync.events import (
    Adopted,
    Copied,
    Event,
    FlagsChanged,
    FolderRenamed,
    FolderStarted,
    PairGivenUp,
    Planned,
    SourceRenamed,
)
from mailsync.model import INBOX, Skipped
from mailsync.verify import FolderCheck


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def tally(*, copied: int = 0, to_do: int = 0, status: str = "running") -> Tally:
    made = Tally("imap://anna@old:143", "imap://anna@new:143")
    made.status, made.to_do, made.copied, made.octets = status, to_do, copied, copied * 10_000
    return made


def test_the_bar_shows_mailboxes_messages_volume_rate_and_time_left() -> None:
    tallies = [tally(copied=1000, to_do=1000, status="copied"), tally(copied=500, to_do=5000), tally(status="waiting")]
    assert line(tallies, 10.0) == (
        "[######..................] 1/3 mailboxes  1,500/6,000 messages  14.3 MB  1.4 MB/s  0:00:30 left"
    )


def test_the_bar_says_what_is_waited_for() -> None:
    waiting = tally()
    waiting.note = "source: throttled: try later; trying again"
    assert line([waiting], 0.0).endswith("messages  0 bytes  source: throttled: try later; trying again")


def test_there_is_a_bar_on_a_terminal_only() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        progress = Progress(stream, lambda: 0.0)
        progress.draw([tally()])
        progress.clear()
    assert "1 mailboxes" in terminal.getvalue()
    assert file.getvalue() == ""


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_every_wait_is_told_once_in_a_line_of_its_own(stream: io.StringIO) -> None:
    waiting = tally()
    attempts = Attempts(waiting, Retry("hung_up", "BYE\x1b[2J", side="source"))
    assert persist(attempts, waiting, attempts.pause)
    progress = Progress(stream, lambda: 0.0)
    progress.draw([waiting])
    progress.draw([waiting])
    told = "imap://anna@old:143 to imap://anna@new:143: The source server closed the connection (BYE?[2J); next try in 2 s\n"
    assert stream.getvalue().count(told) == 1


def test_a_connection_that_was_not_to_be_had_is_told_in_a_line_of_its_own() -> None:
    terminal, fewer = io.StringIO(), tally()
    fewer.tell(PairGivenUp("target", "too_many_connections", "NO [LIMIT] enough"))
    Progress(terminal, lambda: 0.0).draw([fewer])
    words = "The target server has too many connections open (NO [LIMIT] enough); going on with fewer connections\n"
    assert terminal.getvalue().endswith(words)


def test_a_tally_counts_over_several_attempts() -> None:
    counted = tally()
    events: list[Event] = [
        Planned(2, 100, 1000, 80),
        Copied(INBOX, 30, 300),
        Planned(2, 100, 1000, 50),
        Adopted(INBOX, 5, 50),
    ]
    for event in [*events, Copied(INBOX, 45, 450), FlagsChanged(INBOX, 2)]:
        counted.tell(event)
    assert (counted.to_do, counted.done, counted.copied, counted.octets, counted.found) == (80, 80, 75, 750, 5)
    assert counted.flags_changed == 2


def test_folders_that_got_another_name_are_told() -> None:
    running, stream = tally(), io.StringIO()
    running.tell(FolderRenamed(("a*",), ("a_",), "a*: NO Invalid mailbox name"))
    running.tell(SourceRenamed(("Work",), ("Projects", "Work"), ("Work",)))
    Progress(stream, lambda: 0.0).draw([running])
    assert (
        "the target refused the name of a folder, which is a_ there: a*: NO Invalid mailbox name\n" in stream.getvalue()
    )
    assert "folder Work is called Projects/Work now; its copy stays Work\n" in stream.getvalue()


def test_folders_that_are_called_otherwise_on_the_target_are_in_the_report_and_in_json() -> None:
    copied, checked = tally(), tally()
    for source, target in ((INBOX, INBOX), (("Sent Items",), ("Sent",))):
        copied.tell(FolderStarted(source, target, 1, 1))
        checked.check(FolderCheck(source, target, 1, 1, 1, ()))
    for told in (copied, checked):
        assert told.as_dict()["mapped"] == {"Sent Items": "Sent"}
        assert [line for line in report(told) if "folder" in line] == ["  folder Sent Items is Sent on the target"]


def test_a_pattern_that_names_no_folder_is_told_once() -> None:
    running = tally()
    for _ in range(2):  # phases and attempts
        running.tell(Planned(2, 100, 1000, 80, unmatched=("Projcts/*",)))
    assert [notice.partition("143: ")[2] for notice in running.notices] == [
        "no folder fits Projcts/*, which --include or --exclude names. Check its spelling"
    ]


def test_the_report_names_skipped_messages_and_errors_in_the_words_of_the_server() -> None:
    failed = tally(copied=3, status="skipped")
    failed.skipped = [
        Skipped(INBOX, 7, "too_large", "NO [TOOBIG]", 9_999_999, "Holiday\x1b[2J", datetime(2009, 6, 1, tzinfo=UTC))
    ]
    failed.fail("sign_in_failed", "NO [AUTHENTICATIONFAILED] Nope", "target")
    assert list(failure(failed)) == [
        "imap://anna@old:143 to imap://anna@new:143: The target server does not accept this user name and password.",
        "  NO [AUTHENTICATIONFAILED] Nope",
    ]
    assert list(report(failed)) == [
        "imap://anna@old:143 to imap://anna@new:143: failed, 3 messages copied, 1 skipped, 29.3 KB (30,000 bytes) in 0.0 s",
        "  skipped (too_large): INBOX, UID 7, 2009-06-01 00:00 +0000, 9.5 MB (9,999,999 bytes), subject: Holiday?[2J."
        " NO [TOOBIG]",
    ]


def test_json_names_skipped_messages_one_by_one() -> None:
    done = tally(status="skipped")
    when = datetime(2009, 6, 1, tzinfo=UTC)
    done.take_stock([Skipped(("Work", "2009"), 7, "too_large", "NO [TOOBIG]", 9_999_999, "Holiday", when)])
    done.skipped.append(Skipped(INBOX, 8, "unreadable", "", 0, "", None))
    told = {"folder": "Work/2009", "uid": 7, "kind": "too_large", "reason": "NO [TOOBIG]", "size": 9_999_999}
    assert done.as_dict()["skipped"] == [
        told | {"subject": "Holiday", "date": "2009-06-01T00:00:00+00:00"},
        {"folder": "INBOX", "uid": 8, "kind": "unreadable", "reason": "", "size": 0, "subject": "", "date": None},
    ]


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (0, "0 bytes"),
        (1023, "1,023 bytes"),
        (1024, "1.0 KB"),
        (1024**2 - 1, "1,024.0 KB"),
        (1024**2, "1.0 MB"),
        (1.5 * 1024**4, "1.5 TB"),
        (2048 * 1024**4, "2,048.0 TB"),
    ],
)
def test_sizes_are_told_in_the_largest_unit_that_fits(octets: float, shown: str) -> None:
    assert size(octets) == shown


def test_skipped_is_the_last_of_the_figures_not_the_first_word() -> None:
    done = tally(copied=641, status="skipped")
    done.skipped = [Skipped(INBOX, 7, "too_large", "", 1, "", None)]
    assert next(report(done)).startswith(
        "imap://anna@old:143 to imap://anna@new:143: 641 messages copied, 1 skipped, 6.1 MB (6,410,000 bytes) in "
    )


def test_a_missing_message_has_no_place_on_the_target() -> None:
    checked = tally()
    checked.check(FolderCheck(INBOX, INBOX, 1, 0, 0, (Difference("missing", 7),)))
    checked.check(FolderCheck(INBOX, INBOX, 1, 1, 0, (Difference("duplicate", 0, 9),)))
    assert [line for line in report(checked) if "UID" in line] == [
        "    missing: source UID 7",
        "    duplicate: target UID 9",
    ]


class Attempts:
    """Fails with each of ``errors`` in turn, copies ``progress`` messages before each, then succeeds."""

    def __init__(self, counted: Tally, *errors: Exception, progress: int = 0) -> None:
        self.counted, self.errors, self.progress = counted, list(errors), progress
        self.pauses: list[float] = []

    def __call__(self) -> bool:
        self.counted.copied += self.progress
        if self.errors:
            raise self.errors.pop(0)
        return True

    def pause(self, seconds: float) -> bool:
        self.pauses += [seconds] if seconds else []
        return False


def test_errors_that_may_pass_are_tried_again_after_growing_pauses() -> None:
    counted = tally()
    attempts = Attempts(
        counted, Retry("hung_up"), Retry("unavailable"), Retry("throttled", after=300.0), Retry("hung_up")
    )
    assert persist(attempts, counted, attempts.pause)
    assert attempts.pauses == [2.0, 4.0, 300.0, 16.0]


def test_they_are_tried_a_bounded_number_of_times_in_a_row() -> None:
    counted = tally()
    attempts = Attempts(counted, *[Retry("hung_up")] * 50)
    with pytest.raises(Retry):
        persist(attempts, counted, attempts.pause)
    assert len(attempts.pauses) == TRIES - 1


@pytest.mark.parametrize("code", ["unknown_host", "connection_refused"])
def test_a_wrong_address_fails_at_once_and_a_server_that_answered_before_is_waited_for(code: str) -> None:
    counted = tally()
    attempts = Attempts(counted, *[Retry(code, side="target")] * 2)
    counted.reached = {"source"}
    with pytest.raises(Retry):
        persist(attempts, counted, attempts.pause)
    assert attempts.pauses == []
    counted.reached = {"source", "target"}
    assert persist(attempts, counted, attempts.pause)
    assert attempts.pauses == [2.0]


def test_a_server_that_never_answered_is_asked_once_more_and_not_for_minutes() -> None:
    counted = tally()
    attempts = Attempts(counted, *[Retry("timeout", "no greeting", side="source")] * 50)
    with pytest.raises(Retry):
        persist(attempts, counted, attempts.pause)
    assert attempts.pauses == [2.0]
    assert "The source server does not answer (no greeting); next try in 2 s" in counted.notices[0]


def test_progress_in_between_begins_the_count_anew() -> None:
    counted = tally()
    attempts = Attempts(counted, *[Retry("hung_up")] * 50, progress=1)
    assert persist(attempts, counted, attempts.pause)
    assert attempts.pauses == [2.0] * 50


def test_a_refused_sign_in_is_never_repeated() -> None:
    counted = tally()
    attempts = Attempts(counted, SignInFailed("NO"), SignInFailed("NO"))
    with pytest.raises(SignInFailed):
        persist(attempts, counted, attempts.pause)
    assert attempts.pauses == []


@pytest.mark.parametrize("code", ["hung_up", "unknown_host"])
def test_a_stop_is_heard_whatever_it_broke_off(code: str) -> None:
    counted = tally()
    assert not persist(Attempts(counted, Retry(code)), counted, lambda _: True)
