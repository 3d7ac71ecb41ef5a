"""Several mailboxes at once, a thread each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Event as Flag
from threading import Thread

from mailsync.cli import mailbox
from mailsync.cli.mailbox import Work
from mailsync.cli.orders import Pair
from mailsync.cli.tally import Tally

DRAWN_EVERY = 0.25  # seconds


def work_through(
    pairs: list[Pair], parallel: int, work: Work, draw: Callable[[list[Tally]], None], stop: Flag
) -> list[Tally]:
    """Work on all pairs, at most ``parallel`` at a time, until ``stop``; ``draw`` is called a few times a second."""
    reached: set[str] = set()  # the servers are the same for all
    tallies = [Tally(str(pair.source), str(pair.target), reached) for pair in pairs]
    waiting = deque(zip(pairs, tallies, strict=True))
    threads = [Thread(target=_member, args=(waiting, work, stop)) for _ in range(min(parallel, len(pairs)))]
    for thread in threads:
        thread.start()
    mailbox.look_ahead()
    for thread in threads:
        while thread.is_alive():
            draw(tallies)
            thread.join(DRAWN_EVERY)
    draw(tallies)
    for tally in tallies:
        tally.status = tally.status if tally.ended else "stopped"
    return tallies


def _member(waiting: deque[tuple[Pair, Tally]], work: Work, stop: Flag) -> None:
    while not stop.is_set():
        try:
            pair, tally = waiting.popleft()
        except IndexError:
            return
        work(pair, tally, stop)
