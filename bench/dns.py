"""``./run bench dns``: what it costs to watch the DNS of 200 domains, and whom a dead name server delays."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from bench.machine import hardware
from bench.measure import Run, measure_call
from bench.page import PAGE, replaced
from domains.dns.asking import Network
from domains.dns.checking import ReadMail, Request, Verify, WatchMx, check
from domains.dns.tokens import new_token
from tests.servers.internet import Internet

DOMAINS, INTERVAL, SHARE = 200, 300, 5.0  # domains, seconds between two looks, per cent of a processor
TOKEN = new_token()
ASKED: dict[str, Callable[[str], Request]] = {
    "MX records": WatchMx,
    "all mail records": ReadMail,
    "proof of ownership": lambda domain: Verify(domain, TOKEN),
}


def main(arguments: Sequence[str]) -> int:
    """0: the figures are a report, not a verdict."""
    parser = argparse.ArgumentParser(prog="./run bench dns", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each kind of question in turn (5)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/performance.md")
    options = parser.parse_args(arguments)
    with Internet(DOMAINS + 1) as internet:
        names = [internet.domain().name for _ in range(DOMAINS)]
        network = internet.network(ipv6=True)
        text = f"{hardware()}\n\n{costs(names, network, options.rounds)}\n{delay(names, internet)}"
    print(text)
    if options.write:
        PAGE.write_text(replaced(PAGE.read_text(), "dns", text))
    return 0


def costs(names: Sequence[str], network: Network, rounds: int) -> str:
    runs: dict[str, list[Run]] = {what: [] for what in ASKED}
    for _ in range(rounds):
        for what, request in ASKED.items():
            asking = [request(name) for name in names]
            runs[what].append(measure_call(lambda asking=asking: list(check(asking, network))))  # type: ignore[misc]
    head = f"| {len(names)} domains, {rounds} rounds | wall s | CPU s | of a processor, every 5 minutes | met |\n|---|---|---|---|---|\n"
    return head + "".join(_row(what, each) for what, each in runs.items())


def _row(what: str, runs: Sequence[Run]) -> str:
    wall, cpu = (statistics.median(getattr(run, figure) for run in runs) for figure in ("wall", "cpu"))
    share = 100 * cpu / INTERVAL
    return f"| {what} | {wall:.2f} | {cpu:.2f} | {share:.2f} % (at most {SHARE:g} %) | {'yes' if share <= SHARE else '**no**'} |\n"


def delay(names: Sequence[str], internet: Internet) -> str:
    """Beside a domain whose servers are all silent, and have half a minute each."""
    dead, network = internet.domain("void").name, internet.network(timeout=30.0, resolvers=["registry", "resolver"])
    began = time.perf_counter()
    with closing(check([WatchMx(name) for name in (dead, *names)], network)) as results:
        done = {next(results).request.domain for _ in names}
        took = time.perf_counter() - began
    late = len(set(names) - done)
    return (
        f"Beside a domain whose name servers are silent and have 30 s to answer, the MX records of {len(names)} others take "
        f"{took:.2f} s, and {late} of these have to wait for it.\n"
    )
