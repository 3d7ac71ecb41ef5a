"""``./run bench web``: the time of every page and what watching costs, on SQLite and on PostgreSQL."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Mapping, Sequence

from bench.machine import hardware
from bench.page import PAGE, replaced
from bench.web.browsing import times, watch
from bench.web.site import site

MEDIAN, PERCENTILE, SHARE = 100, 250, 0.5  # milliseconds, and of one processor
DATABASES = ("sqlite", "postgres")


def main(arguments: Sequence[str]) -> int:
    """0: the figures are a report, not a verdict."""
    parser = argparse.ArgumentParser(prog="./run bench web", description=__doc__)
    parser.add_argument("databases", nargs="*", metavar="DATABASE", help=f"which: {' '.join(DATABASES)} (all)")
    parser.add_argument("--rounds", type=int, default=20, help="of all pages in turn (20)")
    parser.add_argument("--seconds", type=float, default=30.0, help="of watching (30)")
    parser.add_argument(
        "--url", action="append", default=[], help="of a database that makesampledata has filled before"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/reference/performance.md")
    options = parser.parse_args(arguments)
    parts = [f"{hardware()}\n"]
    for database in options.databases or DATABASES:
        url = next((url for url in options.url if url.startswith(database)), "")
        with site(database, url) as running:
            asked = times(running, options.rounds)
            share, updates = watch(running, options.seconds)
            parts.append(_table(database, asked, running.known["queries"]))
            parts.append(_watching(len(running.known["sessions"]), updates / options.seconds, share))
            print("\n".join(parts[-2:]), flush=True)
    if options.write:
        PAGE.write_text(replaced(PAGE.read_text(), "web", "\n".join(parts)))
    return 0


def _table(database: str, asked: Mapping[str, Sequence[float]], queries: Mapping[str, int]) -> str:
    rounds = min(map(len, asked.values()))
    head = f"| {database}, {rounds} rounds | median ms | 95th percentile ms | queries | met |\n|---|---|---|---|---|\n"
    everything = [took for each in asked.values() for took in each]
    rows = [_row(name, took, str(queries[name])) for name, took in asked.items()]
    return head + "".join([*rows, _row("all pages", everything, "")])


def _row(name: str, took: Sequence[float], queries: str) -> str:
    middle, high = 1000 * statistics.median(took), 1000 * percentile(took)
    met = "yes" if middle <= MEDIAN and high <= PERCENTILE else "**no**"
    return f"| {name} | {middle:.0f} | {high:.0f} | {queries} | {met} |\n"


def percentile(took: Sequence[float]) -> float:
    """The 95th: so much is not exceeded by 19 of 20."""
    return sorted(took)[-(-len(took) * 19 // 20) - 1]


def _watching(people: int, updates: float, share: float) -> str:
    met = "met" if share <= SHARE else "**not met**"
    return (
        f"{people} people with a live page open: {updates:.1f} updates a second, {share:.2f} of a processor for web "
        f"server and database (at most {SHARE:g}: {met}).\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
