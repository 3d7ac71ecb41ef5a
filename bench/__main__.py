"""``./run bench``: how fast mailboxes are copied, side by side with dsync, mbsync and what the servers themselves need.

``./run bench web``: how fast pages are. ``./run bench dns``: what it costs to watch the DNS of 200 domains.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bench.dns import main as dns
from bench.ground import NotExact
from bench.machine import described
from bench.page import write
from bench.scenarios import SCENARIOS
from bench.tables import Table, summary
from bench.web.__main__ import main as pages


def main(arguments: Sequence[str]) -> int:
    """0, unless a copy is not exact: the figures are a report, not a verdict."""
    if arguments[:1] == ["web"]:
        return pages(arguments[1:])
    if arguments[:1] == ["dns"]:
        return dns(arguments[1:])
    options = _parser().parse_args(arguments)
    before, tables = described(), []
    try:
        for name in options.corpora or SCENARIOS:
            tables += _measured(name, options.rounds)
    except NotExact as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{before}\n\n{summary(tables)}")
    if options.write:
        write(before, tables)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("corpora", nargs="*", metavar="CORPUS", help=f"which: {' '.join(SCENARIOS)} (all)")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (5)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/reference/performance.md")
    return parser


def _measured(name: str, rounds: int) -> list[Table]:
    scenario, corpus = SCENARIOS[name]
    tables = []
    for table in scenario(corpus, rounds):
        print(table.markdown(), flush=True)
        tables.append(table)
    return tables


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
