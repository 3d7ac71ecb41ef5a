"""``./run bench``: initial sync, a pass with nothing new, and memory, side by side with dsync and mbsync."""

from __future__ import annotations

import argparse
import imaplib
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bench.corpus import FOLDERS, Mail, one_large, pour, small
from bench.measure import Run
from bench.peers import PASSWORD, PEERS, Mailsync, Peer
from tests.servers.dovecot import Dovecot

Runs = dict[str, list[Run]]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (5)")
    parser.add_argument("--messages", type=int, default=10_000, help="small messages (10000)")
    options = parser.parse_args(arguments)
    with Dovecot() as source, Dovecot() as target, scratch_folder() as scratch:
        initial, unchanged = small_mailbox(source, target, scratch, options.rounds, options.messages)
        print_table(f"Initial sync of {options.messages:,} small messages in {len(FOLDERS)} folders", initial)
        print_table("A pass with nothing new", unchanged)
        print_table("A mailbox with a message of 100 MB", large_mailbox(source, target, scratch))


@contextmanager
def scratch_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        os.chmod(name, 0o755)  # doveadm reads its configuration there as another user
        yield Path(name)


def small_mailbox(source: Dovecot, target: Dovecot, scratch: Path, rounds: int, messages: int) -> tuple[Runs, Runs]:
    """Each round copies to a mailbox of its own, twice; every second round goes the other way about."""
    fill(source, "small@contoso.com", partial(small, messages))
    initial: Runs = {peer.name: [] for peer in PEERS}
    unchanged: Runs = {peer.name: [] for peer in PEERS}
    peers = [peer(source, target, scratch) for peer in PEERS]
    for peer in peers:
        for number in range(rounds):
            target.add_user(f"{peer.name}{number}@contoso.com", PASSWORD)
    for number in range(rounds):
        for peer in peers if number % 2 == 0 else reversed(peers):
            user = f"{peer.name}{number}@contoso.com"
            initial[peer.name].append(peer.copy("small@contoso.com", user))
            demand(peer, target, user, messages)
            unchanged[peer.name].append(peer.copy("small@contoso.com", user))
            target.wipe(user)
    return initial, unchanged


def large_mailbox(source: Dovecot, target: Dovecot, scratch: Path) -> Runs:
    fill(source, "large@contoso.com", one_large)
    target.add_user("copy-of-large@contoso.com", PASSWORD)
    return {Mailsync.name: [Mailsync(source, target, scratch).copy("large@contoso.com", "copy-of-large@contoso.com")]}


def fill(server: Dovecot, user: str, mail: Callable[[], Mail]) -> None:
    """In a process of its own: a process that is started by a large one is accounted the larger memory of the two."""
    server.add_user(user, PASSWORD)
    process = get_context("spawn").Process(target=pour, args=(server.host, server.port, user, mail))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{user} could not be filled")


def demand(peer: Peer, server: Dovecot, user: str, messages: int) -> None:
    """A peer that leaves messages behind is not fast but wrong."""
    with imaplib.IMAP4(server.host, server.port) as client:
        client.login(user, PASSWORD)
        found = sum(int(client.select("/".join(folder), readonly=True)[1][0] or 0) for folder in FOLDERS)
    if found != messages:
        sys.exit(f"{peer.name} copied {found} of {messages} messages")


def print_table(title: str, runs: Runs) -> None:
    """Medians; the ratio is the median of the ratios of runs of the same round, ours to theirs."""
    print(f"\n### {title}\n\n| | wall s | CPU s | peak MB | mailsync takes |\n|---|---|---|---|---|")
    ours = runs[Mailsync.name]
    for name, theirs in runs.items():
        ratio = statistics.median(a.wall / b.wall for a, b in zip(ours, theirs, strict=True))
        wall, cpu = (statistics.median(getattr(run, figure) for run in theirs) for figure in ("wall", "cpu"))
        versus = "" if name == Mailsync.name else f"{ratio:.2f} x {name}"
        print(f"| {name} | {wall:.3f} | {cpu:.3f} | {max(run.peak for run in theirs):.0f} | {versus} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
