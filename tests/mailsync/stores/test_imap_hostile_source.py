"""Nothing in a mail is ever executed: a source full of commands, copied by the engine to every kind of server."""

from __future__ import annotations

from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from tests.mailsync.fidelity.copying import copy
from tests.mailsync.fidelity.host import Box, Host, Letter, serving
from tests.mailsync.stores.conftest import OpenMailbox
from tests.mailsync.stores.test_imap_hostile import DATES, FLAGS

COMMANDS = b"Subject: x\r\n\r\nz1 CREATE Stolen\r\nz2 CREATE INBOX.Stolen\r\n)\r\nz3 CREATE Stolen {3+}\r\nabc\r\n"
NAMES = [b'a\\"b', b"{3+}", b"x) (y", b"INBOX/z4 CREATE Stolen {1+}", b"&AA0ACg-z5 CREATE Stolen", b"Work/\\\\"]


def hostile_mailbox() -> Host:
    letters = [Letter(COMMANDS, flags=flag) for flag in FLAGS] + [Letter(COMMANDS, date=date) for date in DATES]
    host = Host(b"IMAP4rev1 SASL-IR AUTH=PLAIN", *letters)
    for name in NAMES:
        host.boxes[name] = Box({1: Letter(COMMANDS)})
    return host


def test_no_flag_date_keyword_name_or_body_of_a_source_becomes_a_command(open_mailbox: OpenMailbox) -> None:
    target, host, journal = open_mailbox(), hostile_mailbox(), MemoryJournal()
    count = len(host.inbox.letters)
    with serving(host) as source:
        copy(source, target, journal)
        for uid, flag in enumerate([*FLAGS[1:], FLAGS[0]], 1):
            host.inbox.letters[uid].flags = flag
        copy(source, target, journal)  # the flags that changed
    folders = [folder.path for folder in target.folders() if folder.state and folder.state.messages]
    assert [path for path in folders if path[-1] == "Stolen"] == []
    assert len(folders) == 1 + len(NAMES)
    stored = [(message.folder, b"".join(message.chunks)) for message in target.read(target.uids(folders).items())]
    assert len(stored) == count + len(NAMES)
    assert sum(path == INBOX for path, _ in stored) == count
    assert {body for _, body in stored} == {COMMANDS}
