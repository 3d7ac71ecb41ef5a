"""The line that tells how far the batch is."""

from __future__ import annotations

import io

from migrationcenter.demo.progress import Progress, ProgressLine

HALF = Progress(mailboxes=3, mailboxes_total=20, messages=2_000, skipped=0, messages_total=4_000, octets=12_345_678)


def test_it_tells_mailboxes_messages_octets_rate_and_time_left() -> None:
    line = HALF.line(10)
    assert line.startswith("████████████░░░░░░░░░░░░  50%  3/20 mailboxes  2,000/4,000 messages  11.8 MB")
    assert line.endswith("200 messages/s  ETA 10 s")


def test_at_the_start_the_time_left_is_not_known() -> None:
    assert Progress(0, 20, 0, 0, 4_000, 0).line(0).endswith("0 messages/s  ETA ?")


def test_skipped_messages_are_done_but_not_copied() -> None:
    line = Progress(20, 20, 3_999, 1, 4_000, 0).line(10)
    assert "100%  20/20 mailboxes  3,999/4,000 messages  1 skipped  0 bytes" in line
    assert line.endswith("ETA 0 s")


def test_what_was_done_before_does_not_count_as_speed() -> None:
    assert HALF.line(10, before=1_000).endswith("100 messages/s  ETA 20 s")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_it_stays_in_place() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)
    line.show(HALF)
    line.show(HALF)
    line.end(HALF)
    assert terminal.getvalue().count("\r") == 3
    assert terminal.getvalue().count("\n") == 1


def test_elsewhere_it_is_a_line_now_and_then() -> None:
    log = io.StringIO()
    line = ProgressLine(log)
    line.show(HALF)
    line.end(HALF)
    assert log.getvalue().count("\n") == 1
    assert "\r" not in log.getvalue()
