"""The benchmark measures what it says it does, on corpora so small that nothing can be learnt from the times."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import scenarios
from bench.app import app
from bench.corpora import MANY, NUMEROUS, SMALL, WIDE
from bench.exact import Differences, compare, read
from bench.ground import FLOOR, Ground, NotExact, ground
from bench.measure import Command, PeerFailed, Run, measure
from bench.page import PAGE, write
from bench.peers import Dsync, Mailsync, Mbsync, Naive, Peer
from bench.rendering import PASSWORD
from bench.servers import far_apart
from bench.tables import Bound, Figure, Table, summary
from tests.corpus import FOLDERS, corpus
from tests.servers.mailbox import fill

LITTLE = SMALL.of(mailboxes=2, messages=120)


@pytest.fixture(scope="module")
def here() -> Iterator[Ground]:
    with ground(LITTLE) as here:
        yield here


def test_everybody_copies_everything_and_the_floor_moves_as_much(here: Ground) -> None:
    peers: list[Peer] = [Mailsync(), Dsync(), Mbsync(), Naive()]
    names = [peer.name for peer in peers]
    runs = here.initial(peers, 1, parallel=2)
    assert {name: list(rounds) for name, rounds in runs.items()} == {name: [0] for name in (FLOOR, *names)}
    assert here.demand_exact([Mailsync(), Dsync()])[0].endswith("mailsync: exact; dsync: exact")
    for name in runs:
        assert [sum(map(len, read(here.target, new).values())) for _, new in here.copies[name]] == [120, 120]


def test_changes_reach_the_copies_and_a_pass_with_nothing_new_leaves_them(here: Ground) -> None:
    here.initial([Mailsync()], 2, floor=False)
    before = read(here.source, here.corpus.user(0))
    here.changed([Mailsync()], 1)
    after = read(here.source, here.corpus.user(0))
    assert sum(map(len, after.values())) == 121
    assert sum(a[1] != b[1] for name in before for a, b in zip(before[name], after[name], strict=False)) >= 2
    here.again([Mailsync()], 1)
    assert here.demand_exact([Mailsync()]) == ["Copies compared with the originals: mailsync: exact"]


def test_a_copy_of_ours_that_differs_ends_the_benchmark(here: Ground) -> None:
    here.initial([Mailsync()], 1, floor=False)
    _, new = here.copies["mailsync"][0]
    shutil.rmtree(here.target.mail_of(new))
    with pytest.raises(NotExact, match=r"corpus S by mailsync is not exact: 12[01] missing"):
        here.demand_exact([Mailsync()])


def test_the_reader_sees_every_kind_of_difference(here: Ground) -> None:
    for user in ("one@contoso.com", "two@contoso.com"):
        here.target.add_user(user, PASSWORD)
        mails = list(corpus(60, 1_000))
        if user.startswith("two"):
            mails = [mail for mail in mails if mail.folder != FOLDERS[1]]
        fill(here.target.host, here.target.port, user, PASSWORD, mails)
    same = compare(here.target, "one@contoso.com", here.target, "one@contoso.com")
    less = compare(here.target, "one@contoso.com", here.target, "two@contoso.com")
    assert str(same) == "exact"
    assert less.missing == len(read(here.target, "one@contoso.com")[b'"Sent"'])
    assert str(Differences(altered=1, flags=2, keywords=3, dates=4)) == "1 altered, 2 flags, 3 keywords, 4 dates"


def test_a_far_away_server_is_as_far_away_as_that() -> None:
    with ground(WIDE.of(mailboxes=1, messages=20)) as here, far_apart(here.line, 0.05) as here.line:
        runs = here.initial([Mailsync()], 1, floor=False)
        assert runs["mailsync"][0].wall > 0.15  # greeting, sign-in, folders: it can not be done in fewer round trips
        here.demand_exact([Mailsync()])


def test_the_whole_app_copies_and_then_keeps_in_step() -> None:
    with ground(LITTLE) as here, app() as whole:
        peers: list[Peer] = [whole]
        here.initial(peers, 1, floor=False, parallel=2)
        here.changed(peers, 1, parallel=2)
        assert here.demand_exact(peers) == ["Copies compared with the originals: the whole app: exact"]


def test_a_program_that_fails_is_not_measured() -> None:
    with pytest.raises(PeerFailed, match=r"exit status 3: out of paper"):
        measure([Command(["sh", "-c", "echo out of paper >&2; exit 3"])])


def test_peak_memory_is_that_of_the_program_and_not_of_who_started_it() -> None:
    ballast = bytearray(200_000_000)
    assert measure([Command(["true"])]).peak < 60
    assert len(ballast) == 200_000_000


def test_mail_is_the_same_every_time_and_its_names_are_not_all_ascii() -> None:
    assert list(NUMEROUS.mail(7)) == list(NUMEROUS.mail(7))
    assert list(NUMEROUS.mail(7)) != list(NUMEROUS.mail(8))
    assert any(not name.isascii() for path in MANY for name in path)


def test_every_corpus_is_measured_by_its_name() -> None:
    assert all(corpus.name == name.partition("-")[0] for name, (_, corpus) in scenarios.SCENARIOS.items())


def test_the_page_keeps_what_was_not_measured_anew(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text().split("<!-- measured: summary -->")[0] + EMPTY)
    first = Table("S initial", {"a": {0: Run(2.0)}, "b": {0: Run(1.0)}}, [Bound("a", "b", 1.5)])
    second = Table("M initial", {"a": {0: Run(1.0)}, "b": {0: Run(1.0)}}, [Bound("a", "b", 1.5)])
    write("Here.", [first, second], page)
    first.runs["a"][0] = Run(0.5)
    first.figures = [Figure("peak", 39.7, "MB", 40)]
    write("There.", [first], page)
    text = page.read_text()
    assert "There.\n" in text
    assert (
        "| S initial | a : b | 0.50 (0.50 to 0.50) | 1.50 | yes |\n| S initial | peak | 39.7 MB | 40 MB | yes |\n| M"
        in text
    )
    assert text.count("### S initial") == text.count("### M initial") == 1
    assert "| a | 0.500 | once | 0.000 |  |" in text


def test_a_bound_that_is_not_met_says_so() -> None:
    table = Table("S", {"a": {0: Run(2.0), 1: Run(4.0)}, "b": {0: Run(1.0), 1: Run(1.0)}}, [Bound("a", "b", 1.5)])
    assert "| S | a : b | 3.00 (2.00 to 4.00) | 1.50 | **no** |" in summary([table])


EMPTY = """<!-- measured: summary -->
| | compared | measured | at most | met |
|---|---|---|---|---|
<!-- end -->
<!-- measured: tables -->
<!-- end -->
"""
