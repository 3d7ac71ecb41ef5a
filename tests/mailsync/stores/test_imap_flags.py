"""Flags on servers with manners of their own."""

from __future__ import annotations

import pytest

from mailsync.errors import MailsyncError, Retry, Stop
from mailsync.model import INBOX, FlagChange
from mailsync.stores.imap import ImapStore
from mailsync.uids import UidSet
from tests.mailsync.stores.answering import commands, mailbox
from tests.mailsync.stores.messages import change, flags_in


def test_flags_are_read_in_any_form_and_only_of_those_asked_for() -> None:
    fetched = (
        b"* 1 FETCH (UID 3 FLAGS (\\seen \\Recent $A))",
        b"* 2 FETCH (MODSEQ (9) FLAGS () UID 4)",
        b"* 3 FETCH (UID 5 FLAGS ({3}\r\nodd \\ANSWERED) MODSEQ (12))",
        b"* 4 FETCH (FLAGS (\\Deleted))",
        b"* 5 FETCH (UID 9 FLAGS (\\Deleted))",
        b"* 6 FETCH ()",
    )
    with mailbox({b"UID FETCH": fetched}) as (_, store):
        found = {uid: set(flags) for uid, flags in flags_in(store, INBOX, UidSet([3, 4, 5]))}
    assert found == {3: {"\\Seen", "$A"}, 4: set(), 5: {"odd", "\\Answered"}}


def test_flags_that_can_not_be_read_are_told() -> None:
    with (
        mailbox({b"UID FETCH": (b"TAG NO [NOPERM] Permission denied",)}) as (_, store),
        pytest.raises(Stop, match=r"permission_denied: NO \[NOPERM\] Permission denied"),
    ):
        flags_in(store, INBOX, UidSet([3]))


def test_flags_of_no_messages_are_not_asked_for() -> None:
    with mailbox({b"UID FETCH": (b"TAG BAD Error in IMAP command FETCH: Invalid messageset",)}) as (_, store):
        assert flags_in(store, INBOX, UidSet()) == []


def set_flags(store: ImapStore, *flags: str) -> None:
    change(store, INBOX, [FlagChange(UidSet([1, 2]), add=frozenset(flags))])


def test_keywords_that_a_folder_does_not_keep_are_not_sent() -> None:
    answers = {b"SELECT": (b"* OK [PERMANENTFLAGS (\\Seen $Known)] kept",)}
    with mailbox(answers) as (server, store):
        set_flags(store, "\\Seen", "$known", "Other")
        set_flags(store, "Other")
        stores = [line for line in commands(server) if line.startswith(b"UID STORE")]
    assert stores == [b"UID STORE 1:2 +FLAGS.SILENT ($known \\Seen)"]


def test_a_keyword_that_the_server_refuses_does_not_cost_the_other_flags() -> None:
    answers = {b"UID STORE 1:2 +FLAGS.SILENT ($New": (b"TAG NO [LIMIT] too many keywords",)}
    with mailbox(answers) as (server, store):
        set_flags(store, "\\Seen", "$New")
        set_flags(store, "$New")
        stores = [line for line in commands(server) if line.startswith(b"UID STORE")]
    assert stores == [
        b"UID STORE 1:2 +FLAGS.SILENT ($New \\Seen)",
        b"UID STORE 1:2 +FLAGS.SILENT (\\Seen)",
        b"UID STORE 1:2 +FLAGS.SILENT ($New)",
    ]


def test_flags_that_are_refused_with_and_without_the_keyword_are_told() -> None:
    with (
        mailbox({b"UID STORE": (b"TAG NO Mailbox is read-only",)}) as (server, store),
        pytest.raises(Stop, match="permission_denied: NO Mailbox is read-only"),
    ):
        set_flags(store, "\\Seen", "$New")
    assert commands(server)[-1] == b"UID STORE 1:2 +FLAGS.SILENT (\\Seen)"


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (b"TAG NO [NOPERM] read-only", Stop, "permission_denied"),
        (b"TAG NO Mailbox is read-only", Stop, "permission_denied"),
        (b"TAG NO [INUSE] locked", Retry, "unavailable"),
        (b"* BYE gone", Retry, "hung_up"),
    ],
)
def test_flags_that_can_not_be_set_are_told(answer: bytes, error: type[MailsyncError], code: str) -> None:
    with mailbox({b"UID STORE": (answer,)}) as (_, store), pytest.raises(error) as caught:
        set_flags(store, "\\Seen")
    assert caught.value.code == code
