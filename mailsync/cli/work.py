"""Does what the command line asks for, and reports."""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from threading import Event as Flag

from mailsync.cli import mailbox
from mailsync.cli.crew import work_through
from mailsync.cli.orders import Order
from mailsync.cli.output import say
from mailsync.cli.progress import Progress
from mailsync.cli.report import failure, report
from mailsync.cli.stopping import STOPPED
from mailsync.pace import Pace
from mailsync.stores.imap.dialing import Dial

EXIT_CODES = {"copied": 0, "verified": 0, "skipped": 1, "failed": 2, "stopped": STOPPED}


def carry_out(order: Order, dial: Dial, stop: Flag) -> int:
    """The exit code. ``dial`` makes the connections to the source."""
    progress = Progress(sys.stderr)
    work = partial(mailbox.copy if order.command == "copy" else mailbox.verify, pace=_pace(order), dial=dial)
    tallies = work_through(order.pairs, order.parallel, work, progress.draw, stop)
    progress.clear()
    worst = max((tally.status for tally in tallies), key=lambda status: EXIT_CODES[status])
    if order.json:
        result = {"result": worst, "mailboxes": [tally.as_dict() for tally in tallies]}
        say(f"{json.dumps(result, ensure_ascii=False)}\n", sys.stdout)
    else:
        say("".join(f"{line}\n" for tally in tallies for line in report(tally)), sys.stdout)
    say("".join(f"{line}\n" for tally in tallies for line in failure(tally)), sys.stderr)
    return EXIT_CODES[worst]


def _pace(order: Order) -> Pace | None:
    """None where there is no limit: then nothing is counted either."""
    messages, octets = order.messages_per_second, order.bytes_per_second
    if messages is None and octets is None:
        return None
    return Pace(messages=messages, octets=octets, clock=time.monotonic, sleep=time.sleep)
