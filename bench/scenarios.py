"""What is measured of each corpus, and the ratios that shall be met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bench.app import app
from bench.corpora import EXTREME, LARGE, MEDIUM, NUMEROUS, QUANTITY, SMALL, WIDE, Corpus
from bench.ground import Ground, ground
from bench.peers import Dsync, Mailsync, Mbsync, Naive, Peer
from bench.servers import WITHOUT_MULTIAPPEND, Line, Server, far_apart
from bench.tables import Bound, Figure, Runs, Table, median_of

Scenario = Callable[[Corpus, int], Iterator[Table]]  # of so many rounds

OURS = Mailsync()
TWO = Mailsync("mailsync, 2 pairs", 2)
FOUR = Mailsync("mailsync, 4 pairs", 4)
AT_ONCE = 8
STARTS = 5  # times, to know what a mailbox costs that is almost empty


def bounds(ours: Peer, **at_most: float) -> list[Bound]:
    return [Bound(ours.name, against, most) for against, most in at_most.items()]


def small(corpus: Corpus, rounds: int) -> Iterator[Table]:
    with ground(corpus) as here:
        peers: list[Peer] = [OURS, Dsync(), Mbsync()]
        runs = here.initial(peers, rounds)
        runs |= here.initial([Naive()], 1, floor=False)
        promised = bounds(OURS, floor=1.15, dsync=0.85, mbsync=0.22)
        yield Table("S initial, one pair", runs, promised, [_cpu(corpus, runs)], here.demand_exact([*peers, Naive()]))
        yield Table("S, nothing new", here.again(peers, rounds))
        runs = here.changed(peers, rounds)
        promised = bounds(OURS, mbsync=1.1, dsync=0.40)
        yield Table("S, 1 % new mail and flag changes", runs, promised, [], here.demand_exact(peers))
        yield from _encrypted(here, rounds)
    yield from _one_by_one(corpus, rounds)
    yield from _durable(corpus, rounds, 0.65)


def _cpu(corpus: Corpus, runs: Runs) -> Figure:
    """Without what does not grow with the messages: the program's start, two sign-ins, the journal, the same folders made.
    That is what a mailbox with one message in each of them takes."""
    least = corpus.of(mailboxes=1, messages=len(corpus.folders))
    with ground(least) as here:
        started = here.initial([OURS], STARTS, floor=False)
    spent = median_of(runs[OURS.name].values(), "cpu") - median_of(started[OURS.name].values(), "cpu")
    each = spent / (corpus.messages - least.messages) * 1e6
    return Figure("CPU a message of mailsync beyond its start", each, "us", 25)


def _encrypted(here: Ground, rounds: int) -> Iterator[Table]:
    here.line = Line.between(here.source, here.target, here.line.scratch, tls=True)
    peers: list[Peer] = [OURS, Mbsync()]
    runs = here.initial(peers, rounds, floor=False)
    yield Table("S initial, TLS on both legs", runs, bounds(OURS, mbsync=0.30), [], here.demand_exact(peers))


def _one_by_one(corpus: Corpus, rounds: int) -> Iterator[Table]:
    with ground(corpus, target=Server(capabilities=WITHOUT_MULTIAPPEND.split())) as here:
        peers: list[Peer] = [OURS, FOUR, Mbsync()]
        runs = here.initial(peers, rounds, floor=False)
        promised = bounds(OURS, mbsync=1.05) + bounds(FOUR, mbsync=0.70)
        yield Table("S initial without MULTIAPPEND", runs, promised, [], here.demand_exact(peers))


def _durable(corpus: Corpus, rounds: int, against_dsync: float) -> Iterator[Table]:
    with ground(corpus, target=Server(durable=True)) as here:
        peers: list[Peer] = [FOUR, Dsync()]
        runs = here.initial(peers, rounds)
        title = f"{corpus.name} initial to a disk with fsync, 4 pairs"
        yield Table(title, runs, bounds(FOUR, dsync=against_dsync), [], here.demand_exact(peers))


def medium(corpus: Corpus, rounds: int) -> Iterator[Table]:
    with ground(corpus) as here:
        peers: list[Peer] = [OURS, TWO, Dsync(), Mbsync()]
        runs = here.initial(peers, rounds)
        runs |= here.initial([Naive()], 1, floor=False)
        promised = bounds(OURS, floor=1.05, dsync=0.90, mbsync=0.45) + bounds(TWO, dsync=0.72)
        yield Table("M initial", runs, promised, [], here.demand_exact([*peers, Naive()]))
        yield Table("M, nothing new", here.again(peers, rounds))
        yield Table("M, 1 % new mail and flag changes", here.changed(peers, rounds), [], [], here.demand_exact(peers))
    yield from _durable(corpus, rounds, 0.75)


def numerous(corpus: Corpus, rounds: int) -> Iterator[Table]:
    with ground(corpus) as here:
        peers: list[Peer] = [OURS, Dsync(), Mbsync()]
        runs = here.initial(peers, rounds, parallel=AT_ONCE)
        promised = bounds(OURS, floor=1.15, dsync=1.00, mbsync=0.43)
        yield Table(f"N initial, {AT_ONCE} at once", runs, promised, [], here.demand_exact(peers))
        runs = here.again(peers, rounds, also={"login alone": here.sign_ins})
        promised = [*bounds(OURS, mbsync=0.40, dsync=0.17), Bound(OURS.name, "login alone", 2.0)]
        yield Table("N, nothing new, one at a time", runs, promised)
        runs = here.changed(peers, rounds, parallel=AT_ONCE)
        promised = bounds(OURS, mbsync=0.80, dsync=0.60)
        yield Table(
            f"N, 1 % new mail and flag changes, {AT_ONCE} at once", runs, promised, [], here.demand_exact(peers)
        )


def through_the_app(corpus: Corpus, rounds: int) -> Iterator[Table]:
    with ground(corpus) as here, app() as whole:
        runs = here.initial([OURS, whole], rounds, parallel=AT_ONCE, floor=False)
        title = f"{corpus.name} initial through the app, {AT_ONCE} at once"
        yield Table(title, runs, [Bound(whole.name, OURS.name, 1.25)], [], here.demand_exact([OURS, whole]))


def quantity(corpus: Corpus, rounds: int) -> Iterator[Table]:
    with ground(corpus) as here, app() as whole:
        here.initial([OURS, whole], 1, parallel=AT_ONCE, floor=False)
        runs = here.again([OURS, whole], rounds, parallel=AT_ONCE)
        title = f"Q, {corpus.mailboxes:,} unchanged mailboxes through the app, {AT_ONCE} at once"
        yield Table(title, runs, [Bound(whole.name, OURS.name, 2.0)], [], here.demand_exact([OURS, whole]))


def wide(corpus: Corpus, rounds: int) -> Iterator[Table]:
    for milliseconds in (20, 50):
        with ground(corpus) as here, far_apart(here.line, milliseconds / 1000) as here.line:
            yield from _far(here, f"W, {milliseconds} ms", rounds, promised=milliseconds == 20)


def _far(here: Ground, title: str, rounds: int, *, promised: bool) -> Iterator[Table]:
    def at_most(most: float) -> list[Bound]:
        return bounds(OURS, mbsync=most) if promised else []

    peers: Sequence[Peer] = [OURS, Dsync(), Mbsync()]
    runs = here.initial(peers, rounds, floor=False)
    yield Table(f"{title}, initial", runs, at_most(0.30), [], here.demand_exact(peers))
    runs = here.changed(peers, rounds)
    yield Table(f"{title}, 1 % new mail and flag changes", runs, at_most(0.40), [], here.demand_exact(peers))
    yield Table(f"{title}, nothing new", here.again(peers, rounds), at_most(0.40))


def extreme(corpus: Corpus, rounds: int) -> Iterator[Table]:
    yield from _memory(corpus, 40, [OURS, Dsync(), Mbsync()])


def large(corpus: Corpus, rounds: int) -> Iterator[Table]:
    yield from _memory(corpus, 150, [OURS, Dsync()])


def _memory(corpus: Corpus, at_most: float, peers: Sequence[Peer]) -> Iterator[Table]:
    """Once: memory does not vary."""
    with ground(corpus) as here:
        runs = here.initial(peers, 1)
        peak = Figure("peak memory of mailsync", max(run.peak for run in runs[OURS.name].values()), "MB", at_most)
        yield Table(f"{corpus.name} initial: {corpus.title}", runs, [], [peak], here.demand_exact(peers))


SCENARIOS: dict[str, tuple[Scenario, Corpus]] = {
    "S": (small, SMALL),
    "M": (medium, MEDIUM),
    "N": (numerous, NUMEROUS),
    "N-app": (through_the_app, NUMEROUS),
    "W": (wide, WIDE),
    "Q": (quantity, QUANTITY),
    "L": (large, LARGE),
    "X": (extreme, EXTREME),
}
