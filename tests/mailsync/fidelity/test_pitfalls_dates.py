"""Dates of receipt that are none, that some servers can not keep, or that a target refuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from mailsync.stores.memory import MemoryStore
from mailsync.verify import verify
from tests.mailsync.fidelity.copying import copy, copy_from, skipped
from tests.mailsync.fidelity.host import PLAIN, Host, Letter, serving

RECEIVED = (
    b"Received: from old by new; Tue, 2 Jun 2009 08:00:00 +0200\r\nReceived: by x; Mon, 1 Jun 2009 08:00:00 +0200\r\n"
)
SENT = b"Date: Sun, 31 May 2009 08:00:00 +0000\r\n"
ODD = [b"NIL", b'""', b'"31-Feb-2009 00:00:00 +0000"', b'"1 June 2009"', b'"00-Jan-0000 00:00:00 +0000"']


@pytest.mark.parametrize("told", ODD, ids=repr)
@pytest.mark.parametrize(
    ("header", "date"),
    [
        (RECEIVED + SENT, b'"02-Jun-2009 08:00:00 +0200"'),
        (SENT, b'"31-May-2009 08:00:00 +0000"'),
        (b"Received: from old by new; yesterday\r\n" + SENT, b'"31-May-2009 08:00:00 +0000"'),
        (b"Date: Sun, 31 May 1809 08:00:00 +0000\r\n", None),
        (b"Subject: undated\r\n", None),
        (b"Subject: no end of the header", None),
    ],
    ids=["Received", "Date", "Received without date", "1809", "none", "only a header"],
)
def test_a_date_that_is_none_is_that_of_the_header_or_left_to_the_target(
    told: bytes, header: bytes, date: bytes | None
) -> None:
    content = header + (b"\r\ntext\r\n" if header.endswith(b"\n") else b"")
    old, new = Host(PLAIN, Letter(content, date=told)), Host(PLAIN)
    with serving(old) as source, serving(new) as target:
        copy(source, target)
    assert [letter.body for letter in new.inbox.letters.values()] == [content]
    (command,) = new.heard(b"APPEND")
    assert command == b'APPEND "INBOX" () %s{%d}' % (date + b" " if date else b"", len(content))


@pytest.mark.parametrize(
    "told", [b'"01-Jan-1900 00:00:00 +0000"', b'"31-Dec-9999 23:59:59 -1200"', b'"01-Jan-0001 00:00:00 +1400"']
)
def test_an_odd_date_is_kept_where_the_target_takes_it_and_otherwise_that_of_the_header_is(told: bytes) -> None:
    content = SENT + b"\r\ntext\r\n"
    for refuses in (False, True):
        old, new, journal = Host(PLAIN, Letter(content, date=told)), Host(PLAIN), MemoryJournal()
        if refuses:
            new.say_instead(
                rb'APPEND "INBOX" \(\) "\d\d-\w+-(1900|9999|0001)', b"TAG BAD Invalid internal date", times=9
            )
        with serving(old) as source, serving(new) as target:
            assert skipped(copy(source, target, journal)) == []
            result = verify(source, target, journal)
        dates = [letter.date for letter in new.inbox.letters.values()]
        assert dates == [b'"31-May-2009 08:00:00 +0000"' if refuses else told]
        assert result.ok
        assert dict(result.count()) == ({("date", "date_not_kept"): 1} if refuses else {})


def test_messages_without_a_date_are_known_again_when_the_journal_is_lost() -> None:
    letters = [Letter(SENT + b"\r\n%d\r\n" % number, date=b"NIL") for number in range(3)]
    host, target = Host(PLAIN, *letters), MemoryStore()
    for _ in range(2):
        copy_from(host, MemoryJournal(), target)
    assert [m.date for m in target.mailbox[INBOX].messages.values()] == [datetime(2009, 5, 31, 8, tzinfo=UTC)] * 3


def test_a_date_in_the_header_of_a_long_message_costs_no_octet_of_it() -> None:
    content = b"X-Long: " + b"x" * 300_000 + b"\r\n" + SENT + b"\r\n" + b"y" * 300_000
    source = Host(PLAIN, Letter(content, date=b"NIL"))
    (message,) = copy_from(source).mailbox[INBOX].messages.values()
    assert message.content == content
