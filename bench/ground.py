"""A corpus on a source server, a target server, and everybody's copies there, round after round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial

from bench import floors
from bench.app import App
from bench.changes import change
from bench.corpora import Corpus
from bench.exact import ADDED, Differences, compare
from bench.measure import Run, measure_call
from bench.peers import Job, Mailsync, Mbsync, Peer
from bench.rendering import PASSWORD, Stream, render, send
from bench.servers import Line, Server, scratch_folder
from bench.tables import Runs
from tests.servers.dovecot import Dovecot

SAMPLE = 3  # of many mailboxes, so many are compared message by message
FLOOR = "floor"


class NotExact(Exception):
    """The engine's own copy differs from the original."""


@dataclass(slots=True)
class Ground:
    corpus: Corpus
    source: Dovecot
    target: Dovecot
    line: Line
    streams: list[Stream]
    copies: dict[str, list[Job]] = field(default_factory=dict)  # the last ones of every contestant
    changes: int = 0
    made: int = 0  # sets of users on the target

    def initial(self, peers: Sequence[Peer], rounds: int, *, parallel: int = 1, floor: bool = True) -> Runs:
        """Everybody copies everything, each round to mailboxes that are new; those of the last round stay."""

        def copy(peer: Peer, number: int) -> Run:
            self.copies[peer.name] = jobs = self.new_jobs(peer.name)
            return peer.run(self.line, jobs, parallel)

        calls: dict[str, Callable[[int], Run]] = {peer.name: partial(copy, peer) for peer in peers}
        if floor:
            calls = {FLOOR: partial(self._floor, parallel)} | calls

        def tidy(name: str, number: int) -> None:
            if number < rounds - 1:
                self._wipe(name)

        return interleaved(calls, rounds, tidy)

    def again(
        self,
        peers: Sequence[Peer],
        rounds: int,
        *,
        parallel: int = 1,
        also: Mapping[str, Callable[[int], Run]] | None = None,
    ) -> Runs:
        """Passes over copies that are there, with nothing new."""
        calls: dict[str, Callable[[int], Run]] = {peer.name: partial(self._pass, peer, parallel) for peer in peers}
        return interleaved(calls | dict(also or {}), rounds)

    def changed(self, peers: Sequence[Peer], rounds: int, *, parallel: int = 1) -> Runs:
        """The same, before every round 1 % new mail and flag changes in each mailbox."""
        calls = {peer.name: partial(self._pass, peer, parallel) for peer in peers}
        return interleaved(calls, rounds, before=self._change)

    def sign_ins(self, _round: int) -> Run:
        """All users of the source, one after the other, who do nothing else."""
        return measure_call(partial(floors.sign_in_all, self.source, self.corpus.users))

    def demand_exact(self, peers: Sequence[Peer]) -> list[str]:
        """What is known of everybody's copies, as sentences. Raises NotExact if it is ours that differ."""
        notes = []
        for peer in peers:
            found = self._differences(peer)
            if str(found) != "exact" and isinstance(peer, Mailsync | App):
                raise NotExact(f"The copy of corpus {self.corpus.name} by {peer.name} is not exact: {found}.")
            notes.append(f"{peer.name}: {found}")
        return ["Copies compared with the originals: " + "; ".join(notes)]

    def _differences(self, peer: Peer) -> Differences:
        jobs, found = self.copies[peer.name], Differences()
        added = ADDED if isinstance(peer, Mbsync) else None
        for old, new in jobs[:: max(1, len(jobs) // SAMPLE)]:
            found += compare(self.source, old, self.target, new, without=added)
        return found

    def new_jobs(self, name: str) -> list[Job]:
        """For every mailbox a new user on the target."""
        self.made += 1
        slug = "".join(filter(str.isalnum, name))
        jobs = [(user, f"{slug}{self.made}-{user}") for user in self.corpus.users]
        for _, new in jobs:
            self.target.add_user(new, PASSWORD)
        return jobs

    def _floor(self, parallel: int, number: int) -> Run:
        self.copies[FLOOR] = jobs = self.new_jobs(FLOOR)
        triples = [(old, new, stream) for (old, new), stream in zip(jobs, self.streams, strict=True)]
        folders = self.corpus.folders
        return measure_call(lambda: floors.both(self.source, self.target, triples, folders, parallel))

    def _pass(self, peer: Peer, parallel: int, number: int) -> Run:
        return peer.run(self.line, self.copies[peer.name], parallel)

    def _change(self, number: int) -> None:
        self.changes += 1
        for mailbox in range(self.corpus.mailboxes):
            change(self.source, self.corpus, mailbox, self.changes, self.line.scratch)

    def _wipe(self, name: str) -> None:
        for _, user in self.copies[name]:
            self.target.wipe(user)


@contextmanager
def ground(corpus: Corpus, *, source: Dovecot | None = None, target: Dovecot | None = None) -> Iterator[Ground]:
    """With the corpus on the source. ``target``: one with other properties."""
    with ExitStack() as running:
        scratch = running.enter_context(scratch_folder())
        old = running.enter_context(source or Server())
        new = running.enter_context(target or Server())
        streams = [
            render(corpus.mail(number), corpus.folders, scratch / f"{number}.stream")
            for number in range(corpus.mailboxes)
        ]
        for user, stream in zip(corpus.users, streams, strict=True):
            old.add_user(user, PASSWORD)
            send(old, user, stream)
        yield Ground(corpus, old, new, Line.between(old, new, scratch), streams)


def interleaved(
    calls: Mapping[str, Callable[[int], Run]],
    rounds: int,
    after: Callable[[str, int], object] = lambda name, number: None,
    before: Callable[[int], object] = lambda number: None,
) -> Runs:
    """In turn, every second round the other way about, so that nobody always comes after the same."""
    runs: Runs = {name: {} for name in calls}
    for number in range(rounds):
        before(number)
        for name in list(calls) if number % 2 == 0 else reversed(list(calls)):
            runs[name][number] = calls[name](number)
            after(name, number)
    return runs
