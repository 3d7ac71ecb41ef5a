"""The command: reads its arguments, has the work done, and answers with an exit code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from mailsync.cli.orders import read_order
from mailsync.cli.stopping import stopping
from mailsync.cli.usage import USAGE, UsageError
from mailsync.stores.imap.dialing import HeadStart


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: that of the mailbox which fared worst."""
    try:
        order = read_order(sys.argv[1:] if arguments is None else arguments)
    except UsageError as error:
        print(error, file=sys.stderr)
        return USAGE
    with stopping() as stop, HeadStart(order.pairs[0].source_settings) as line:
        from mailsync.cli.work import carry_out  # slow to import: meanwhile the server greets us

        gc.freeze()  # what is imported stays until the end
        gc.enable()
        return carry_out(order, line.dial, stop)
