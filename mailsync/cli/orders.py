"""What the command line asks for: which mailboxes, from where to where, and how."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import Any, NamedTuple, NoReturn

from mailsync.cli.addresses import Address, encode, parse_address
from mailsync.cli.choice import Choice, add_remedies, add_selection, read_choice
from mailsync.cli.usage import UsageError
from mailsync.stores.imap.settings import ImapSettings, Login

COLUMNS = ["source_user", "source_password", "target_user", "target_password"]
PASSWORDS = {"source": "MAILSYNC_SOURCE_PASSWORD", "target": "MAILSYNC_TARGET_PASSWORD"}
WIDTH = 98  # of the help, in characters: to measure the terminal for every option is slow
EXIT_CODES = {
    "copy": "exit codes: 0 all copied, 1 some messages skipped, 2 a mailbox failed, 3 wrong usage, 130 stopped by Ctrl-C",
    "verify": "exit codes: 0 equal, or all differences explained, 1 likewise, but the copy had skipped messages, "
    "2 a difference unexplained, or a mailbox not read to its end, 3 wrong usage, 130 stopped by Ctrl-C",
}


class Pair(NamedTuple):
    """One mailbox to copy or verify. ``journal`` may be missing for a verification, which then explains nothing.

    ``connections``: to each server, at most.
    """

    source: Address
    target: Address
    source_settings: ImapSettings
    target_settings: ImapSettings
    journal: str | None  # a file
    connections: int = 1
    choice: Choice = Choice()
    evidence: str | None = None  # a directory

    @property
    def name(self) -> str:
        return f"{self.source} to {self.target}"


class Order(NamedTuple):
    command: str  # "copy" | "verify"
    pairs: list[Pair]
    parallel: int
    json: bool
    messages_per_second: float | None = None
    bytes_per_second: float | None = None


class _Parser(argparse.ArgumentParser):
    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=partial(argparse.HelpFormatter, width=WIDTH), **given)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{self.format_usage()}")


def read_order(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Order:
    """Raises UsageError; prints the help and exits if asked to."""
    given = _parser(arguments).parse_args(arguments)
    if given.connections < 1:
        raise UsageError("--connections is the number of connections to each server for one mailbox: 1 or more.")
    given.choice = read_choice(given, datetime.now(UTC))
    pairs = list(_listed(given) if given.users else [_single(given, environment)])
    rates = given.messages_per_second, given.bytes_per_second
    return Order(given.command, pairs, given.parallel, given.json, *rates)


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """With the options of the command that is given: to make those of the other one takes time."""
    parser = _Parser(prog="mailsync", description="Copy mailboxes from one mail server to another.")
    commands = parser.add_subparsers(dest="command", required=True)
    copy = commands.add_parser("copy", help="copy what is not on the target yet", epilog=EXIT_CODES["copy"])
    verify = commands.add_parser(
        "verify",
        help="compare the target with the source, message by message",
        epilog=EXIT_CODES["verify"],
    )
    for name, command in (("copy", copy), ("verify", verify)):
        if name in arguments:
            _add_options(command)
            add_selection(command)
    add_remedies(copy)
    most = "so many connections to each server for one large mailbox (1)"
    copy.add_argument("--connections", type=int, default=1, metavar="N", help=most)
    kept = "where to write what was seen: USER.csv, a line a message, and USER.json, the result"
    verify.add_argument("--evidence", metavar="DIR", help=kept)
    copy.set_defaults(evidence=None)
    verify.set_defaults(connections=1)
    return parser


def _add_options(command: argparse.ArgumentParser) -> None:
    passwords = f"passwords come from {PASSWORDS['source']} and {PASSWORDS['target']}"
    add = command.add_argument
    add("addresses", nargs="*", metavar="URL", help=f"source and target, imap[s]://USER@HOST:PORT; {passwords}")
    add("--journal", metavar="FILE", help="where to remember what was copied")
    add("--users", metavar="FILE.csv", help=f"many mailboxes: {','.join(COLUMNS)}")
    add("--source", metavar="URL", help="with --users: the source server, imap[s]://HOST:PORT")
    add("--target", metavar="URL", help="with --users: the target server")
    add("--journals", metavar="DIR", help="with --users: a directory for the journals")
    add("--parallel", type=int, default=1, metavar="N", help="with --users: so many mailboxes at once (1)")
    add(
        "--messages-per-second",
        type=_rate,
        metavar="N",
        help="read no more messages in a second, all mailboxes together",
    )
    add("--bytes-per-second", type=_rate, metavar="N", help="read no more bytes in a second, all mailboxes together")
    add("--json", action="store_true", help="print one JSON object at the end, and nothing else")
    for side in PASSWORDS:
        add(f"--{side}-ca", metavar="FILE", help=f"trust the authorities in this PEM file for the {side}")
        add(f"--{side}-pin", metavar="SHA256", help=f"trust exactly this certificate of the {side}")
        add(
            f"--{side}-compress",
            action="store_true",
            help=f"compress the line to the {side} where that can: for slow lines",
        )


def _rate(text: str) -> float:
    if not 0 < float(text) < inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return float(text)


def _single(given: argparse.Namespace, environment: Mapping[str, str]) -> Pair:
    if len(given.addresses) != 2 or given.source or given.target or given.journals:
        raise UsageError("Give the source and the target mailbox, or --users with --source, --target and --journals.")
    if given.command == "copy" and not given.journal:
        raise UsageError("Give --journal FILE: it remembers what was copied, so that the next run goes on from there.")
    source, target = (parse_address(text, with_user=True) for text in given.addresses)
    if missing := [name for name in PASSWORDS.values() if name not in environment]:
        raise UsageError(f"Set {' and '.join(missing)} in the environment.")
    return _pair(given, source, target, [environment[name] for name in PASSWORDS.values()], given.journal)


def _listed(given: argparse.Namespace) -> Iterator[Pair]:
    if given.addresses or given.journal or not (given.source and given.target):
        raise UsageError("With --users give the servers by --source and --target, and --journals for the journals.")
    if given.command == "copy" and not given.journals:
        raise UsageError("Give --journals DIR: there it is remembered what was copied, one file a mailbox.")
    if given.parallel < 1:
        raise UsageError("--parallel is the number of mailboxes that are copied at once: 1 or more.")
    servers = [parse_address(text, with_user=False) for text in (given.source, given.target)]
    for row in _rows(given.users):
        name = f"{encode(row['source_user'], '@')}.journal"
        journal = os.path.join(given.journals, name) if given.journals else None
        source, target = servers[0].of_user(row["source_user"]), servers[1].of_user(row["target_user"])
        yield _pair(given, source, target, [row[f"{side}_password"] for side in PASSWORDS], journal)


def _rows(path: str) -> list[dict[str, str]]:
    import csv  # for lists only

    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            semicolons = file.readline().strip() == ";".join(COLUMNS)  # as spreadsheets write it where 1,5 is a number
            file.seek(0)
            reader = csv.DictReader(file, strict=True, delimiter=";" if semicolons else ",")
            header, rows = reader.fieldnames, list(reader)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not in UTF-8. Save it so; in Excel that is CSV UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise UsageError(f"{path} can not be read: {error}.") from error
    if header != COLUMNS:
        raise UsageError(f"{path} must begin with the line {','.join(COLUMNS)}")
    if problems := list(_problems(rows)):
        raise UsageError("\n".join(f"{path}, row {number}: {problem}." for number, problem in problems))
    return rows


def _problems(rows: list[dict[str, str]]) -> Iterator[tuple[int, str]]:
    """All of them at once, by row, the header being row 1."""
    seen: set[str] = set()
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            yield number, f"there must be {len(COLUMNS)} columns"
        elif empty := [name for name in COLUMNS if not row[name]]:
            yield number, f"{' and '.join(empty)} must not be empty"
        elif row["source_user"].lower() in seen:
            yield number, f"{row['source_user']} is in the list twice"
        else:
            seen.add(row["source_user"].lower())
    if not rows:
        yield 2, "there is no mailbox"


def _pair(
    given: argparse.Namespace, source: Address, target: Address, passwords: list[str], journal: str | None
) -> Pair:
    if source.mailbox == target.mailbox:
        raise UsageError(f"{source} and {target} are the same mailbox. Give the old and the new one.")
    people = zip(PASSWORDS, (source, target), passwords, strict=True)
    settings = [_settings(given, side, address, Login(address.user, word)) for side, address, word in people]
    return Pair(source, target, settings[0], settings[1], journal, given.connections, given.choice, given.evidence)


def _settings(given: argparse.Namespace, side: str, address: Address, login: Login) -> ImapSettings:
    ca, pin = getattr(given, f"{side}_ca"), getattr(given, f"{side}_pin")
    if ca and pin:
        raise UsageError(f"Give --{side}-ca or --{side}-pin, not both.")
    ca_pem = _authorities(ca) if ca else ""
    if pin and not _is_fingerprint(pin):
        raise UsageError(
            f"--{side}-pin is the SHA-256 of a certificate: 64 hexadecimal digits, with colons or without."
        )
    trust = "ca" if ca else "pinned" if pin else "system"
    compress = getattr(given, f"{side}_compress")
    return ImapSettings(address.host, address.port, login, address.security, trust, ca_pem, pin or "", compress)


def _authorities(path: str) -> str:
    try:
        with open(path) as file:
            pem = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can not be read: {error}.") from error
    if "-----BEGIN CERTIFICATE-----" not in pem:
        raise UsageError(f"{path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).")
    return pem


def _is_fingerprint(pin: str) -> bool:
    digits = pin.replace(":", "").strip().lower()
    return len(digits) == 64 and all(digit in "0123456789abcdef" for digit in digits)
