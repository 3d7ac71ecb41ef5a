"""A source that wants to speak to the target: none of its words becomes a command there.

Dovecot takes the body of an APPEND for commands if it does not understand the line before it. Every body here begins with
commands that would leave a folder behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsync.errors import Stop
from mailsync.model import INBOX, Appended, FlagChange, Message, Path
from mailsync.stores.imap.flags import legal_flags, render_flags
from mailsync.stores.imap.tokens import tokenize
from mailsync.uids import UidSet
from tests.mailsync.stores.conftest import Servers, imap_store
from tests.mailsync.stores.messages import SOURCE, Mail, change, kept, make, message
from tests.mailsync.stores.scripted import Conversation, ScriptedServer

BODY = b"\r\nz1 CREATE Stolen\r\nz2 CREATE INBOX.Stolen\r\n)\r\nz3 CREATE Stolen {3+}\r\nabc\r\n"
FLAGS = [
    b"\\Unknown",
    b"\\*",
    b"\\",
    b"a]b",
    b"100%",
    b"a*b",
    b"{1000+}",
    b"{3}",
    b"a{3+}",
    b'"quo ted"',
    b'"line\\"',
    b"{12}\r\nx\r\nz4 CREATE ",
    b"{5}\r\na) {9",
    b"\xff\xfe",
    b"\x01\x02",
    b"k" * 300,
    b"NIL",
    b"nested (list)",
]
DATES = [
    b'"31-Feb-2009 00:00:00 +0000"',
    b'"01-Jan-2009 00:00:00"',
    b'"01-Jan-2009 00:00:00 +0000\\" (x) {3+}"',
    b'"01-Jan-0001 00:00:00 +1400"',
    b'"31-Dec-9999 23:59:59 -1400"',
    b'"01-Jan-1900 00:00:00 +0000"',
    b'{20}\r\n"\r\nz5 CREATE Stolen2',
    b'""',
    b"NIL",
]
PATHS: list[Path] = [
    ('a"b', "back\\"),
    ("new\r\nz6 CREATE Stolen",),
    ("{3+}",),
    ("nul\0",),
    ("&", "&AMk-", "&-"),
    ("%", "*"),
]


def responses() -> Iterator[bytes]:
    """What the source says, with UIDs from 1 on."""
    odd = [(flag, b'"01-Jun-2009 12:00:00 +0000"') for flag in FLAGS] + [(b"\\Seen", date) for date in DATES]
    for uid, (flag, date) in enumerate(odd, 1):
        items = b"UID %d FLAGS (%s) INTERNALDATE %s BODY[] {%d}" % (uid, flag, date, len(BODY))
        yield b"* %d FETCH (%s\r\n%s)" % (uid, items, BODY)


def source(server: Conversation) -> None:
    server.welcome()
    server.names()
    server.say(server.expect(b"EXAMINE") + b" OK done")
    server.say(*responses(), server.expect(b"UID FETCH") + b" OK done")


@pytest.mark.parametrize("kind", ["dovecot", "dovecot without MULTIAPPEND", "dovecot bare", "dovecot with LITERAL-"])
def test_odd_flags_and_dates_of_a_source_do_not_become_commands(servers: Servers, kind: str) -> None:
    server, user = servers.start(kind), servers.new_user(kind)
    count = len(FLAGS) + len(DATES)
    with ScriptedServer(source) as hostile, closing(hostile.store()) as old, closing(imap_store(server, user)) as new:
        stream = ((INBOX, item) for item in old.read([(SOURCE, UidSet.of_ranges([(1, count)]))]))
        outcomes = list(new.append(stream))
        assert {type(outcome) for outcome in outcomes} == {Appended}
        assert [item.content for item in kept(new, INBOX)] == [BODY] * count
        assert [folder.path for folder in new.folders()] == [INBOX]


@pytest.mark.parametrize("kind", ["dovecot", "dovecot with INBOX. before all names"])
@pytest.mark.parametrize("path", PATHS, ids=ascii)
def test_odd_names_of_a_source_do_not_become_commands(servers: Servers, kind: str, path: Path) -> None:
    with closing(imap_store(servers.start(kind), servers.new_user(kind))) as store:
        try:
            make(store, path)
        except Stop as error:
            assert error.code == "folder_refused"  # noqa: PT017 - most are taken
        list(store.append([(path, message(1, Mail(BODY)))]))
        assert not [folder for folder in store.folders() if "Stolen" in folder.path]


def test_flags_set_later_do_not_become_commands(servers: Servers) -> None:
    with closing(imap_store(servers.start("dovecot"), servers.new_user("dovecot"))) as store:
        list(store.append([(INBOX, message(1, Mail(BODY)))]))
        odd = frozenset(flag.decode("latin-1") for flag in FLAGS) | {"x)\r\nz7 CREATE Stolen"}
        change(store, INBOX, [FlagChange(UidSet([1]), add=odd, remove=odd)])
        assert [folder.path for folder in store.folders()] == [INBOX]


@settings(max_examples=300)
@given(st.frozensets(st.text(max_size=20) | st.sampled_from(["\\Seen", "\\Draft", "good", "\\Recent"])))
def test_whatever_the_flags_are_those_that_are_sent_are_atoms(flags: frozenset[str]) -> None:
    sent = legal_flags(flags, None)
    assert sent <= flags
    assert sorted(word.decode() for word in tokenize([render_flags(sent)])[0]) == sorted(sent)  # type: ignore[union-attr]
    assert all(0x20 < octet < 0x7F for flag in sent for octet in flag.encode())


def test_a_body_that_ends_a_command_is_only_a_body(servers: Servers) -> None:
    bodies = [b")", b")\r\n", b"{5+}\r\n", b"x {0+}\r\n", b"\r\n* BYE\r\n", b"z8 OK done\r\n", b"\r\n\r\nz9 LOGOUT\r\n"]
    with closing(imap_store(servers.start("dovecot"), servers.new_user("dovecot"))) as store:
        stream: list[tuple[Path, Message]] = [(INBOX, message(uid, Mail(body))) for uid, body in enumerate(bodies, 1)]
        assert sum(len(outcome.uids) for outcome in store.append(stream) if isinstance(outcome, Appended)) == len(
            bodies
        )
        assert [item.content for item in kept(store, INBOX)] == bodies
