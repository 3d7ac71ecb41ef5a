"""What a person sees while it works and afterwards."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from mailsync.cli.patience import TRIES, persist
from mailsync.cli.progress import Progress, line
from mailsync.cli.report import report
from mailsync.cli.tally import Tally
from mailsync.errors import Retry, SignInFailed
from mailsync.events import Adopted, Copied, Event, FlagsChanged, Planned
from mailsync.model import INBOX, Skipped


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def tally(*, copied: int = 0, to_do: int = 0, status: str = "running") -> Tally:
    return Tally(
        "imap://anna@old:143", "imap://anna@new:143", status, to_do=to_do, copied=copied, octets=copied * 10_000
    )


def test_the_bar_shows_mailboxes_messages_volume_rate_and_time_left() -> None:
    tallies = [tally(copied=1000, to_do=1000, status="copied"), tally(copied=500, to_do=5000), tally(status="waiting")]
    assert line(tallies, 10.0) == (
        "[######..................] 1/3 mailboxes  1,500/6,000 messages  15.0 MB  1.5 MB/s  0:00:30 left"
    )


def test_the_bar_says_what_is_waited_for() -> None:
    waiting = tally()
    waiting.note = "source: throttled: try later; trying again"
    assert line([waiting], 0.0).endswith("messages  0.0 MB  source: throttled: try later; trying again")


def test_there_is_a_bar_on_a_terminal_only() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        progress = Progress(stream, lambda: 0.0)
        progress.draw([tally()])
        progress.clear()
    assert "1 mailboxes" in terminal.getvalue()
    assert file.getvalue() == ""


def test_a_tally_counts_over_several_attempts() -> None:
    counted = tally()
    events: list[Event] = [
        Planned(2, 100, 1000, 80),
        Copied(INBOX, 30, 300),
        Planned(2, 100, 1000, 50),
        Adopted(INBOX, 5),
    ]
    for event in [*events, Copied(INBOX, 45, 450), FlagsChanged(INBOX, 2)]:
        counted.tell(event)
    assert (counted.to_do, counted.done, counted.copied, counted.octets, counted.found) == (80, 80, 75, 750, 5)
    assert counted.flags_changed == 2


def test_the_report_names_skipped_messages_and_errors_in_the_words_of_the_server() -> None:
    failed = tally(copied=3, status="skipped")
    failed.skipped = [
        Skipped(INBOX, 7, "too_large", "NO [TOOBIG]", 9_999_999, "Holiday\x1b[2J", datetime(2009, 6, 1, tzinfo=UTC))
    ]
    failed.fail("sign_in_failed", "NO [AUTHENTICATIONFAILED] Nope", "target")
    assert list(report(failed)) == [
        "imap://anna@old:143 to imap://anna@new:143: failed, 3 messages copied (0.0 MB), 1 skipped in 0.0 s",
        "  The target server does not accept this user name and password.",
        "  NO [AUTHENTICATIONFAILED] Nope",
        "  skipped (too_large): INBOX, UID 7, 2009-06-01 00:00, 9,999,999 octets, subject: Holiday?[2J. NO [TOOBIG]",
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
        self.pauses.append(seconds)
        return False


def test_errors_that_may_pass_are_tried_again_after_growing_pauses() -> None:
    counted = tally()
    attempts = Attempts(counted, Retry("hung_up"), Retry("timeout"), Retry("throttled", after=300.0), Retry("hung_up"))
    assert persist(attempts, counted, attempts.pause)
    assert attempts.pauses == [2.0, 4.0, 300.0, 16.0]


def test_they_are_tried_a_bounded_number_of_times_in_a_row() -> None:
    counted = tally()
    attempts = Attempts(counted, *[Retry("hung_up")] * 50)
    with pytest.raises(Retry):
        persist(attempts, counted, attempts.pause)
    assert len(attempts.pauses) == TRIES - 1


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


def test_a_stop_is_heard_during_a_pause() -> None:
    counted = tally()
    assert not persist(Attempts(counted, Retry("hung_up")), counted, lambda _: True)
