"""Messages that servers stumble over: what becomes of each, and that all others arrive."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailsync.errors import Retry
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from mailsync.skipping import NOT_GIVEN
from mailsync.stores.memory import MemoryStore
from tests.mailsync.fidelity.copying import bodies, copy, copy_from, copy_to, skipped
from tests.mailsync.fidelity.host import EXCHANGE_2010, PLAIN, Host, Letter, serving

DATE = datetime(2009, 6, 1, 12, tzinfo=UTC)
GOOD = b"Subject: good\r\n\r\ngood\r\n"
LATER = b"Subject: later\r\n\r\nlater\r\n"


def holding(*contents: bytes) -> MemoryStore:
    store = MemoryStore()
    for content in contents:
        store.deliver(INBOX, content, (), DATE)
    return store


ODD = {
    "no Message-ID, no Date, no Received": b"Subject: draft\r\n\r\ntext\r\n",
    "8-bit octets in the header": b"Subject: Gr\xfc\xdfe\r\nX-\xff: \x80\r\n\r\n\xfe\r\n",
    "NUL octets": b"Subject: nul\r\n\r\na\0b\0\r\n",
    "bare LF": b"Subject: lf\n\nonly\nline feeds\n",
    "bare CR": b"Subject: cr\r\n\r\na\rb\r\r\n",
    "no final line end": b"Subject: end\r\n\r\nno end",
    "a line of 100,000 characters": b"Subject: long\r\n\r\n" + b"x" * 100_000 + b"\r\n",
    "an mbox line": b"From anna@contoso.com Mon Jun  1 10:00:00 2009\r\nSubject: mbox\r\n\r\nFrom here\r\n",
    "a request for a receipt": b"Disposition-Notification-To: anna@contoso.com\r\nSubject: r\r\n\r\nr\r\n",
    "a part of a message": b'Content-Type: message/partial; id="x"; number=2; total=3\r\n\r\npart\r\n',
    "winmail.dat": b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+\r\n",
    "no header": b"\r\nonly a body\r\n",
    "one octet": b"x",
}


@pytest.mark.parametrize("capabilities", [PLAIN, EXCHANGE_2010], ids=["one by one", "unasked"])
def test_odd_messages_arrive_to_the_octet(capabilities: bytes) -> None:
    old, new = Host(PLAIN, *ODD.values()), Host(capabilities)
    with serving(old) as source, serving(new) as target:
        events = copy(source, target)
    assert skipped(events) == []
    assert [letter.body for letter in new.inbox.letters.values()] == list(ODD.values())


def test_equal_message_ids_are_different_messages_and_equal_messages_are_two() -> None:
    same_id = [b"Message-ID: <1@contoso.com>\r\n\r\n%s\r\n" % text for text in (b"first", b"second", b"second")]
    host, target = Host(PLAIN, *same_id), MemoryStore()
    for _ in range(3):  # each time without a journal: all must be known again
        copy_from(host, MemoryJournal(), target)
    assert bodies(target) == same_id


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"NO Message contains invalid header", "refused"),
        (b"NO Message contains NUL characters", "refused"),
        (b"BAD [CLIENTBUG] APPEND Command arguments invalid", "refused"),
        (b"BAD Command Argument Error. 11", "refused"),
        (b"NO [CANNOT] This message contains a virus", "refused"),
        (b"NO [TOOBIG] Message too large.", "too_large"),
        (b"NO Message size exceeds fixed limit", "too_large"),
        (b"NO Server Unavailable. 15", "refused"),
    ],
)
@pytest.mark.parametrize("capabilities", [PLAIN, EXCHANGE_2010], ids=["one by one", "unasked"])
def test_a_message_that_the_target_refuses_is_listed_with_its_words_and_all_others_arrive(
    words: bytes, code: str, capabilities: bytes
) -> None:
    host, journal = Host(capabilities), MemoryJournal()
    host.refuses[b"Subject: odd"] = words
    source = holding(GOOD, b"Subject: odd\r\n\r\nodd\r\n", LATER)
    for run in range(2):
        events = copy_to(host, source, journal)
        found = [(item.uid, item.kind, item.reason, item.subject) for item in skipped(events)]
        assert found == ([(2, code, words.decode(), "odd")] if run == 0 else [])
    assert [letter.body for letter in host.inbox.letters.values()] == [GOOD, LATER]
    assert len(journal.skipped()) == 1


def test_many_refused_messages_do_not_end_the_session_at_exchanges_tenth_error() -> None:
    host = Host(EXCHANGE_2010)
    host.refuses[b"Subject: odd"] = b"BAD Command Argument Error. 11"
    events = copy_to(host, holding(*[b"Subject: odd\r\n\r\n%d\r\n" % n for n in range(30)], GOOD))
    assert len(skipped(events)) == 30
    assert [letter.body for letter in host.inbox.letters.values()] == [GOOD]
    assert max(sum(b"APPEND" in line for line in lines) for lines in host.sessions[1:]) < 10


def test_a_size_that_lies_changes_nothing() -> None:
    host = Host()
    for told in (1, 5_000_000):
        body = b"Subject: %d\r\n\r\ntext\r\n" % told
        fetched = (
            b'* 1 FETCH (RFC822.SIZE %d UID %d FLAGS () INTERNALDATE "01-Jun-2009 12:00:00 +0000" BODY[] {%d}\r\n%s)'
        )
        host.inbox.letters[told] = Letter(body, told=fetched % (told, told, len(body), body) + b"\r\n")
    assert bodies(copy_from(host)) == [letter.body for letter in host.inbox.letters.values()]


NOTHING = {
    "NIL": b'* 2 FETCH (UID 2 FLAGS () INTERNALDATE "01-Jun-2009 12:00:00 +0000" BODY[] NIL)\r\n',
    "an empty string": b'* 2 FETCH (UID 2 FLAGS () INTERNALDATE "01-Jun-2009 12:00:00 +0000" BODY[] "")\r\n',
    "an empty literal": b'* 2 FETCH (UID 2 FLAGS () INTERNALDATE "01-Jun-2009 12:00:00 +0000" BODY[] {0}\r\n)\r\n',
    "nothing": b"",
}


@pytest.mark.parametrize("told", NOTHING.values(), ids=NOTHING.keys())
def test_a_message_without_content_is_asked_for_again_and_then_told_as_unreadable(told: bytes) -> None:
    host, target, journal = Host(PLAIN, GOOD, Letter(b"", told=told), LATER), MemoryStore(), MemoryJournal()
    with serving(host) as source:
        events = copy(source, target, journal)
        assert bodies(target) == [GOOD, LATER]
        assert [(item.uid, item.kind, item.reason) for item in skipped(events)] == [(2, "unreadable", NOT_GIVEN)]
        assert copy(source, target, journal)[1:-1] == []  # it is not asked for again and again
    fetches = [[line for line in lines if line.startswith(b"UID FETCH")] for lines in host.sessions]
    assert len([lines for lines in fetches if lines]) >= 2  # each over a connection of its own


@pytest.mark.parametrize("told", NOTHING.values(), ids=NOTHING.keys())
def test_a_message_without_content_that_is_delivered_when_asked_again_arrives(told: bytes) -> None:
    host = Host(PLAIN, GOOD, Letter(LATER, told=told, times=1))
    assert sorted(bodies(copy_from(host))) == [GOOD, LATER]


def test_a_message_that_is_gone_between_list_and_fetch_is_no_loss() -> None:
    host = Host(PLAIN, GOOD, Letter(b"", told=b""))
    host.say_instead(b"UID SEARCH", b"* 2 EXPUNGE", b"* SEARCH 1", b"TAG OK done", times=9)
    host.say_instead(b"EXAMINE", b"* 1 EXISTS", b"* OK [UIDVALIDITY 7] valid", b"TAG OK done", times=9)
    target = MemoryStore()
    with serving(host) as source:
        assert skipped(copy(source, target)) == []
    assert bodies(target) == [GOOD]


def test_a_server_in_trouble_is_waited_for_and_nothing_is_doubled() -> None:
    words = b"NO [UNAVAILABLE] Backend is away"
    host, source, journal = Host(EXCHANGE_2010), holding(GOOD, b"Subject: odd\r\n\r\n", LATER), MemoryJournal()
    host.refuses[b"Subject: odd"] = words
    with pytest.raises(Retry) as caught:
        copy_to(host, source, journal)
    assert (caught.value.code, caught.value.words, caught.value.side) == ("unavailable", words.decode(), "target")
    host.refuses.clear()
    copy_to(host, source, journal)
    assert sorted(letter.body for letter in host.inbox.letters.values()) == sorted(bodies(source))


def test_a_server_that_refuses_message_after_message_as_unavailable_is_waited_for() -> None:
    host = Host(EXCHANGE_2010)
    host.refuses[b"Subject: odd"] = b"NO Server Unavailable. 15"
    with pytest.raises(Retry, match=r"target: unavailable: NO Server Unavailable\. 15"):
        copy_to(host, holding(*[b"Subject: odd\r\n\r\n%d\r\n" % number for number in range(100)]))


def test_read_only_flags_and_recent_are_left_out_and_keywords_kept() -> None:
    host = Host(EXCHANGE_2010)
    source = MemoryStore()
    source.deliver(INBOX, GOOD, ("\\Seen", "$MDNSent", "\\Junk", "\\X-HAS-ATTACH", "two words", "$Forwarded"), DATE)
    copy_to(host, source)
    assert sorted(host.inbox.letters[1].flags.split()) == [b"$Forwarded", b"$MDNSent", b"\\Seen"]
