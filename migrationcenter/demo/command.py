"""The command line of the demo: ``demo [--exit] [--port N] [--folder DIR]``."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from migrationcenter.demo.accounts import HOST
from migrationcenter.demo.children import ChildEnded
from migrationcenter.demo.contoso import Contoso
from migrationcenter.demo.dns.servers import NameServers, open_doors
from migrationcenter.demo.files import InUse, fresh
from migrationcenter.demo.supervisor import PortBusy, running

FOLDER = Path("var/demo")
PORT = 8000


def run(arguments: Sequence[str]) -> int:
    """The exit code: 0 as wanted, 1 a message is not accounted for or the demo broke, 130 ended by a signal."""
    options = _parse(arguments)
    _write_line_by_line()
    _listen_to_signals()
    try:
        return _run(options)
    except PortBusy:
        return _fail(f"Something else listens on {HOST}:{options.port}. Choose another port: --port {options.port + 1}")
    except InUse:
        return _fail(f"Another demo is running in {options.folder}. End it with Ctrl-C, or choose another --folder.")
    except ChildEnded as error:
        return _fail(f"The demo has ended. {error}")
    except KeyboardInterrupt:
        print("\nEnded.")
        return 130


def _run(options: Namespace) -> int:
    site_url = f"http://{HOST}:{options.port}"
    with (
        open_doors() as doors,
        fresh(options.folder, site_url=site_url, dns=doors.settings) as files,
        NameServers(doors, files.zone),
        running(files, Contoso.invent(), options.port) as demo,
    ):
        from migrationcenter.demo.story import tell  # needs Django, which is set up by now

        return tell(demo, stay=not options.exit)


def _parse(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="demo",
        description="Moves the mailboxes of an invented company between two embedded mail servers, and shows it.",
    )
    parser.add_argument("--exit", action="store_true", help="end when all is moved, and check every message")
    parser.add_argument(
        "--port", type=int, default=PORT, help="of the web pages on this machine (default: %(default)s)"
    )
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="for its files; emptied first (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    options.folder = options.folder.resolve()
    return options


def _write_line_by_line() -> None:
    """Into a pipe too, and whatever the terminal can not show as a question mark."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True, errors="replace")


def _listen_to_signals() -> None:
    """The first signal ends the demo in order; those that follow while it does so change nothing."""

    def end(number: int, frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, end)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
