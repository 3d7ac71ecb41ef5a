"""The command: reads its arguments, does the work, reports, and answers with an exit code."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from functools import partial

from mailsync.cli import mailbox
from mailsync.cli.crew import STOPPED, work_through
from mailsync.cli.orders import Order, read_order
from mailsync.cli.progress import Progress
from mailsync.cli.report import report
from mailsync.cli.usage import UsageError
from mailsync.pace import Pace

USAGE = 3
EXIT_CODES = {"copied": 0, "verified": 0, "skipped": 1, "failed": 2, "stopped": STOPPED}


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: that of the mailbox which fared worst."""
    try:
        order = read_order(sys.argv[1:] if arguments is None else arguments)
    except UsageError as error:
        print(error, file=sys.stderr)
        return USAGE
    progress = Progress(sys.stderr)
    work = partial(mailbox.copy if order.command == "copy" else mailbox.verify, pace=_pace(order))
    tallies = work_through(order.pairs, order.parallel, work, progress.draw)
    progress.clear()
    worst = max((tally.status for tally in tallies), key=lambda status: EXIT_CODES[status])
    if order.json:
        print(json.dumps({"result": worst, "mailboxes": [tally.as_dict() for tally in tallies]}, ensure_ascii=False))
    else:
        print("\n".join(line for tally in tallies for line in report(tally)))
    return EXIT_CODES[worst]


def _pace(order: Order) -> Pace | None:
    """None where there is no limit: then nothing is counted either."""
    messages, octets = order.messages_per_second, order.bytes_per_second
    if messages is None and octets is None:
        return None
    return Pace(messages=messages, octets=octets, clock=time.monotonic, sleep=time.sleep)
