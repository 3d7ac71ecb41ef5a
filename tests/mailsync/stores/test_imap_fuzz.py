"""Whatever a server says, in whatever pieces: an answer or an error of ours, never a crash, never an endless wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsync.errors import MailsyncError
from mailsync.model import INBOX, FlagQuery, Message
from mailsync.stores.imap import ImapStore
from mailsync.uids import UidSet
from tests.mailsync.stores.babbler import Babbler
from tests.mailsync.stores.messages import SOURCE, mail, messages

CAPABILITIES = [
    b"IMAP4rev1 SASL-IR AUTH=PLAIN",
    b"IMAP4rev1 SASL-IR AUTH=PLAIN NAMESPACE LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE STATUS=SIZE ESEARCH UIDPLUS"
    b" LITERAL+ MULTIAPPEND OBJECTID",
]
REAL = {  # what Dovecot, Cyrus, Exchange and Gmail have said
    b"NAMESPACE": b'* NAMESPACE (("" "/")("#mine." ".")) (("~" "/")) (("#shared/" "/" "TRANSLATION" ("x")))\r\nTAG OK done\r\n',
    b"LIST": b'* LIST (\\HasNoChildren \\Sent) "/" "Sent Items"\r\n* LIST () "." {9}\r\nINBOX.a"b\r\n'
    b"* STATUS INBOX (MESSAGES 17 UIDNEXT 100 UIDVALIDITY 1243850400 HIGHESTMODSEQ 4715 SIZE 99000)\r\n"
    b'* LIST (\\Noselect) "/" "Entw&APw-rfe \\"x\\""\r\n* LIST () NIL inbox\r\nTAG OK [X] done (0.001 + 0.000 secs).\r\n',
    b"STATUS": b'* STATUS "INBOX" (MESSAGES 17 UIDNEXT 100 UIDVALIDITY 1243850400 MAILBOXID (F2212ea87-6097))\r\nTAG OK done\r\n',
    b"EXAMINE": b"* FLAGS (\\Answered \\Seen $Junk)\r\n* OK [PERMANENTFLAGS ()] Read-only\r\n* 3 EXISTS\r\n* 0 RECENT\r\n"
    b"* OK [UIDVALIDITY 1243850400] valid\r\n* OK [UIDNEXT 100] next\r\n* OK [HIGHESTMODSEQ 4715] high\r\n"
    b"TAG OK [READ-ONLY] Examine completed.\r\n",
    b"FETCH": b'* 1 FETCH (UID 4 FLAGS (\\Seen \\Recent) INTERNALDATE "17-Jul-1996 02:44:25 -0700" BODY[] {12}\r\nHello\r\nWorld)\r\n'
    b'* 2 EXPUNGE\r\n* 2 FETCH (BODY[] "quo\\"ted" FLAGS ($Junk) MODSEQ (12) UID 5 INTERNALDATE " 7-Jul-1996 02:44:25 +0000")\r\n'
    b"* 3 FETCH (UID 6 BODY[] NIL FLAGS () INTERNALDATE NIL)\r\n* 4 EXISTS\r\n* OK Still here\r\n"
    b'* 3 FETCH (FLAGS () BODY[] ~{3}\r\na\0b UID 7 INTERNALDATE "01-Jan-2009 00:00:00 +0000")\r\nTAG OK Fetch completed.\r\n',
    b"SEARCH": b"* SEARCH 4 5 6\r\n* ESEARCH (TAG TAG) UID ALL 4:6,7 MODSEQ 12\r\nTAG OK Search completed.\r\n",
    b"SELECT": b"* 3 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n* OK [UIDNEXT 100] n\r\nTAG OK [READ-WRITE] done\r\n",
    b"APPEND": b"TAG OK [APPENDUID 1243850400 100:102] Append completed.\r\n",
    b"STORE": b"* 1 FETCH (UID 4 FLAGS (\\Seen))\r\nTAG OK Store completed.\r\n",
    b"CREATE": b"TAG NO [ALREADYEXISTS] Mailbox already exists\r\n",
}
ODD = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"{",
        b"}",
        b"{5}\r\n",
        b"{99999999999999999999}\r\n",
        b"{4294967296+}\r\n",
        b"~{2}\r\n",
    ),
    *(b'"', b"\\", b"(", b")", b"()", b"NIL", b" ", b"* ", b"+ ", b"+\r\n", b"TAG OK ", b"TAG BAD ", b"* BYE ", b"* "),
    *(
        b"* 1 FETCH (UID 5 BODY[] {3}\r\n",
        b"UID",
        b"BODY[]",
        b"0",
        b"-1",
        b"4294967295",
        b"99999999999999999999",
        b"\xff",
    ),
    *(
        b"* OK [",
        b"]",
        b"[THROTTLED]",
        b"Suggested Backoff Time: 9999999999999 milliseconds",
        b"4:",
        b",",
        b"*",
        b"(" * 99,
    ),
]

Edit = tuple[float, int, bytes]  # where (0 to 1), how many octets go, what comes instead
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(ODD) | st.binary(max_size=6)), max_size=4
)
pieces = st.lists(st.integers(1, 60), max_size=6)


def edited(octets: bytes, changes: list[Edit]) -> bytes:
    for where, gone, new in changes:
        at = int(where * len(octets))
        octets = octets[:at] + new + octets[at + gone :]
    return octets


def _read(store: ImapStore) -> None:
    wanted: list[tuple[tuple[str, ...], UidSet]] = [(INBOX, UidSet(range(1, 20))), (SOURCE, UidSet([5]))]
    for message in store.read(wanted):
        assert sum(map(len, message.chunks)) == message.size


def _stream() -> Iterator[tuple[tuple[str, ...], Message]]:
    yield from messages([mail("a", "\\Seen", "$Junk"), mail("b"), mail("c")], INBOX)


USES: list[Callable[[ImapStore], object]] = [
    lambda store: store.folders(),
    _read,
    lambda store: store.uids([INBOX]),
    lambda store: list(store.flags([FlagQuery(INBOX, UidSet(range(1, 20)))])),
    lambda store: list(store.append(_stream())),
    lambda store: store.create([(("Work",), "\\Sent")]),
]


@pytest.fixture(scope="module")
def babbler() -> Iterator[Babbler]:
    with Babbler() as server:
        yield server


def use_all(babbler: Babbler) -> None:
    for use in USES:
        with closing(babbler.store()) as store, suppress(MailsyncError):
            use(store)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    capabilities=st.sampled_from(CAPABILITIES),
    changes=st.fixed_dictionaries(dict.fromkeys(REAL, edits)),
    pieces=pieces,
    most=st.integers(1, 9),
)
def test_real_answers_with_a_few_octets_changed_are_answers_or_errors(
    babbler: Babbler, capabilities: bytes, changes: dict[bytes, list[Edit]], pieces: list[int], most: int
) -> None:
    babbler.capabilities, babbler.pieces, babbler.most_answers = capabilities, pieces, most
    babbler.answers = {word: edited(said, changes[word]) for word, said in REAL.items()}
    use_all(babbler)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.sampled_from(ODD) | st.binary(max_size=20), max_size=12).map(b"".join), pieces=pieces)
def test_any_octets_are_answers_or_errors(babbler: Babbler, said: bytes, pieces: list[int]) -> None:
    babbler.capabilities, babbler.pieces, babbler.most_answers = CAPABILITIES[1], pieces, 5
    babbler.answers = dict.fromkeys(REAL, said + b"\r\n")
    use_all(babbler)
