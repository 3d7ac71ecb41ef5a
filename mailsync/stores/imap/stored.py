"""The short way for the answer to most commands that store one message; all other answers take the long one."""

from __future__ import annotations

import re

from mailsync.model import Appended
from mailsync.stores.imap.appending import Command
from mailsync.stores.imap.wire import Wire

# With what a server tells meanwhile of the folder that is open.
_USUAL = re.compile(
    rb"(?:\* \d+ (?:EXISTS|RECENT)\r\n)*([0-9A-F]+) OK \[APPENDUID ([1-9]\d{0,9}) ([1-9]\d{0,9})\][^\r\n]*\r\n"
)


def take_stored(wire: Wire, waiting: dict[bytes, Command]) -> list[tuple[Command, Appended]]:
    """Those of the commands ``waiting`` that are answered next, as far as they have stored their one message and all of the
    answer has come. They are taken from there; what is first to be anything else is left unread."""
    stored: list[tuple[Command, Appended]] = []
    while usual := _USUAL.match(wire.buffer, wire.start, wire.end):
        command = waiting.get(usual[1])
        if wire.trace or command is None or len(command.uids) != 1 or command.to_flag or command.stored:
            break
        wire.start = usual.end()
        del waiting[command.tag]
        outcome = Appended(
            command.source, command.target, tuple(command.uids), command.octets, int(usual[2]), (int(usual[3]),)
        )
        stored.append((command, outcome))
    return stored
