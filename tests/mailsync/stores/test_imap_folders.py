"""Folders and UIDs of servers with manners of their own."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailsync.errors import MailsyncError, Retry, Stop
from mailsync.model import INBOX, Folder, FolderState
from mailsync.stores.imap import folders
from mailsync.stores.imap.names import Names
from mailsync.stores.imap.responses import Response
from mailsync.uids import UidSet
from tests.mailsync.stores.answering import BARE, MODERN, commands, mailbox
from tests.mailsync.stores.conftest import Servers, imap_store
from tests.mailsync.stores.messages import keep, kept, mail, make, uids_in
from tests.mailsync.stores.scripted import Conversation, ScriptedServer


def test_everything_comes_in_one_round_trip_where_the_server_can() -> None:
    listing = (
        b'* LIST (\\HasChildren) "/" Work',
        b"* STATUS Work (MESSAGES 2 UIDNEXT 5 UIDVALIDITY 7 HIGHESTMODSEQ 40 SIZE 999)",
        b'* LIST (\\Sent \\HasNoChildren) "/" "Sent Items"',
        b'* STATUS "Sent Items" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 8 HIGHESTMODSEQ 1 SIZE 0)',
        b'* LIST (\\NonExistent \\HasChildren) "/" Old',
        b'* LIST () "/" "Old/{odd}"',
        b'* STATUS "Old/{odd}" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 9 HIGHESTMODSEQ 2 SIZE 5)',
        b'* LIST () "/" {8}\r\nlit"eral',
        b'* STATUS {8}\r\nlit"eral (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 10)',
        b'* LIST (\\Archive) "/" "Public/Archive"',
        b'* LIST () "/" inbox',
        b"* STATUS INBOX (UIDVALIDITY 6 UIDNEXT 3 MESSAGES 2 HIGHESTMODSEQ 12 SIZE 20 X-ODD (1))",
    )
    answers = {b"LIST": listing, b"NAMESPACE": (b'* NAMESPACE (("" "/")) NIL (("Public/" "/"))',)}
    with mailbox(answers, MODERN) as (server, store):
        assert store.folders() == [
            Folder(INBOX, "", FolderState(6, 3, 2, 12, 20)),
            Folder(("Old",), "", None),
            Folder(("Old", "{odd}"), "", FolderState(9, 2, 1, 2, 5)),
            Folder(("Sent Items",), "\\Sent", FolderState(8, 1, 0, 1, 0)),
            Folder(("Work",), "", FolderState(7, 5, 2, 40, 999)),
            Folder(('lit"eral',), "", FolderState(10, 4, 3)),
        ]
        assert commands(server) == [
            b"NAMESPACE",
            b'LIST "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ SIZE))',
        ]


def test_elsewhere_all_states_are_asked_for_at_once() -> None:
    count = 300
    names = [b"F%03d" % number for number in range(count)]
    listing = tuple(b'* LIST () "." %s' % name for name in [*names, b"INBOX"])
    states = {
        b'STATUS "%s"' % name: (b'* STATUS "%s" (MESSAGES %d UIDNEXT 900 UIDVALIDITY 7)' % (name, at),)
        for at, name in enumerate([*names, b"INBOX"])
    }
    with mailbox({b"LIST": listing, **states}) as (_, store):
        found = store.folders()
    assert [folder.state and folder.state.messages for folder in found] == [count, *range(count)]


@pytest.mark.parametrize(("more", "asked"), [(b"", True), (b" X-REPLICATION", False)], ids=["any server", "Cyrus"])
def test_a_server_that_is_known_for_wrong_mailbox_ids_is_not_asked_for_them(more: bytes, asked: bool) -> None:
    """Cyrus 3.6.1: ``* STATUS INBOX (MESSAGES 0 MAILBOXID (\xcb)\xa4q)\x9dU))``."""
    with mailbox({}, BARE + b" OBJECTID" + more) as (server, store):
        store.state(INBOX)
        assert any(b"STATUS" in line and b"MAILBOXID" in line for line in commands(server)) is asked


def test_a_folder_whose_state_is_refused_is_still_there_and_one_that_is_gone_is_not() -> None:
    answers = {
        b"LIST": (b'* LIST () "/" INBOX', b'* LIST () "/" Secret', b'* LIST () "/" Gone'),
        b'STATUS "INBOX"': (b"* STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)",),
        b'STATUS "Secret"': (b"TAG NO [NOPERM] Permission denied",),
        b'STATUS "Gone"': (b"TAG NO Mailbox doesn't exist: Gone",),
        b"EXAMINE": (b"TAG NO [NOPERM] Permission denied",),
    }
    with mailbox(answers) as (_, store):
        found = {folder.path: folder.state for folder in store.folders()}
        assert found == {INBOX: FolderState(7, 2, 1), ("Secret",): FolderState(0, 0, 0)}
        with pytest.raises(Stop, match="permission_denied"):
            uids_in(store, ("Secret",))


def test_lines_of_a_listing_that_make_no_sense_are_passed_over() -> None:
    answers = {
        b"LIST": (b"* LIST", b'* LIST () "/"', b"* LIST INBOX", b'* LIST () "/" (INBOX)', b'* LIST () "/" INBOX'),
        b"STATUS": (
            b"* STATUS",
            b"* STATUS (INBOX) (MESSAGES 9)",
            b"* STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)",
        ),
    }
    with mailbox(answers) as (_, store):
        assert store.folders() == [Folder(INBOX, "", FolderState(7, 2, 1))]


def test_a_server_that_asks_for_patience_while_it_lists_gets_it() -> None:
    answers = {b"LIST": (b'* LIST () "/" INBOX',), b"STATUS": (b"TAG NO [UNAVAILABLE] Backend is away",)}
    with mailbox(answers) as (_, store), pytest.raises(Retry, match=r"unavailable: NO \[UNAVAILABLE\] Backend is away"):
        store.folders()


def test_a_target_that_neither_makes_nor_shows_a_folder_stops_with_its_words() -> None:
    answers = {b"CREATE": (b"TAG NO [NOPERM] Not yours",), b"STATUS": (b"TAG NO [NOPERM] Not yours either",)}
    with (
        mailbox(answers) as (_, store),
        pytest.raises(Stop, match=r"permission_denied: NO \[NOPERM\] Not yours either"),
    ):
        make(store, ("x",))


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (b"TAG NO [UNAVAILABLE] try again", Retry, "unavailable"),
        (b"TAG NO Server Busy. Request is throttled. Suggested Backoff Time: 1000 milliseconds", Retry, "throttled"),
        (b"TAG BAD Command Argument Error. 11", Retry, "protocol_error"),
        (b"TAG NO [NOPERM] Access denied", Stop, "permission_denied"),
    ],
)
def test_a_state_that_can_not_be_told_is_no_missing_folder(
    answer: bytes, error: type[MailsyncError], code: str
) -> None:
    with mailbox({b"STATUS": (answer,)}) as (_, store), pytest.raises(error) as caught:
        store.state(INBOX)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "words",
    [b"NO Mailbox doesn't exist: x", b"NO [NONEXISTENT] gone", b"NO Unknown Mailbox: x", b"NO x is only a name"],
)
def test_a_folder_without_state_is_no_folder_for_messages(words: bytes) -> None:
    with mailbox({b"STATUS": (b"TAG " + words,)}) as (_, store):
        assert store.state(("x",)) is None


def test_parents_are_made_where_the_server_does_not() -> None:
    made: list[bytes] = []

    def script(server: Conversation) -> None:
        server.welcome(BARE)
        server.names()
        while True:
            tag, line = server.hear()
            parent = line.rpartition(b"/")[0]
            if b"/" in line and parent.replace(b"SUBSCRIBE", b"CREATE") + b'"' not in made:
                server.say(tag + b" NO parent folder not found")
            else:
                made.append(line)
                server.say(tag + b" OK done")

    with ScriptedServer(script) as server, closing(server.store()) as store:
        make(store, ("a", "b", "c"))
    assert [line for line in made if line.startswith(b"CREATE")] == [b'CREATE "a"', b'CREATE "a/b"', b'CREATE "a/b/c"']
    assert made[-1] == b'SUBSCRIBE "a/b/c"'


@pytest.mark.parametrize(
    "words", [b"NO [ALREADYEXISTS] Mailbox exists.", b"NO Mailbox already exists!", b"NO Dossier existant"]
)
def test_a_folder_that_is_there_already_is_good_whatever_the_server_calls_it(words: bytes) -> None:
    answers = {b"CREATE": (b"TAG " + words,), b"STATUS": (b"* STATUS x (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)",)}
    with mailbox(answers) as (server, store):
        make(store, ("x",))
        assert b'SUBSCRIBE "x"' in commands(server)


def test_a_name_that_the_server_will_not_have_stops_with_its_words() -> None:
    answers = {b"CREATE": (b"TAG NO [CANNOT] Invalid mailbox name",), b"STATUS": (b"TAG NO no such mailbox",)}
    words = r"folder_refused: ~odd: NO \[CANNOT\] Invalid mailbox name"
    with mailbox(answers) as (_, store), pytest.raises(Stop, match=words):
        make(store, ("~odd",))


def test_dovecot_refuses_a_name_and_all_else_goes_on(servers: Servers) -> None:
    with closing(imap_store(servers.start("dovecot"), servers.new_user("dovecot"))) as store:
        with pytest.raises(Stop, match=r"folder_refused.*Begins with '~'"):
            make(store, ("~root",))
        keep(store, ("a/b", "c.d"), [mail("inside")])
        assert [folder.path for folder in store.folders()][1:] == [("a_b",), ("a_b", "c.d")]
        assert len(kept(store, ("a/b", "c.d"))) == 1


def test_a_special_use_is_set_where_the_server_can_and_otherwise_not() -> None:
    refusing = {b'CREATE "Sent" (USE (\\Sent))': (b"TAG NO [USEATTR] there is one already",)}
    with mailbox(refusing, MODERN) as (server, store):
        make(store, ("Trash",), "\\trash")
        make(store, ("Sent",), "\\Sent")
        make(store, ("Odd",), "\\Odd")
        creates = [line for line in commands(server) if line.startswith(b"CREATE")]
    assert creates == [
        b'CREATE "Trash" (USE (\\Trash))',
        b'CREATE "Sent" (USE (\\Sent))',
        b'CREATE "Sent"',
        b'CREATE "Odd"',
    ]


@pytest.mark.parametrize("kind", ["dovecot", "dovecot bare"])
def test_special_uses_of_dovecot_are_told(servers: Servers, kind: str) -> None:
    with closing(imap_store(servers.start(kind), servers.new_user(kind))) as store:
        for name in ("Sent", "Drafts", "Trash", "Other"):
            make(store, (name,))
        uses = {folder.path[0]: folder.special_use for folder in store.folders()}
    assert uses == {"INBOX": "", "Sent": "\\Sent", "Drafts": "\\Drafts", "Trash": "\\Trash", "Other": ""}


@pytest.mark.parametrize(
    ("capabilities", "search"),
    [
        (MODERN, (b'* ESEARCH (TAG "TAG") UID ALL 3:4,9',)),
        (BARE, (b"* SEARCH 3 4 9",)),
        (BARE, (b"* SEARCH 3", b"* SEARCH 4 9")),
        (MODERN, (b'* ESEARCH (TAG "TAG") UID ALL 9',)),
        (MODERN, (b'* ESEARCH (TAG "TAG") UID',)),
        (BARE, (b"* SEARCH",)),
        (BARE, (b"TAG BAD SEARCH is not supported",)),
        (BARE, (b"TAG NO The specified message set is invalid.",)),
        (BARE, (b"* SEARCH 3 4 9 12",)),
    ],
)
def test_uids_are_all_found_even_if_searching_does_not_work(capabilities: bytes, search: tuple[bytes, ...]) -> None:
    fetched = tuple(b"* %d FETCH (UID %d)" % pair for pair in enumerate((3, 4, 9), 1))
    told = (*fetched, b"* OK Still here")
    answers = {b"EXAMINE": (b"* 3 EXISTS",), b"UID SEARCH": search, b"FETCH 1:* (UID)": told}
    with mailbox(answers, capabilities) as (_, store):
        assert uids_in(store, INBOX) == UidSet([3, 4, 9])


def test_a_search_that_a_busy_server_refuses_is_worth_another_try() -> None:
    answers = {b"EXAMINE": (b"* 3 EXISTS",), b"UID SEARCH": (b"TAG NO [INUSE] Mailbox is locked",)}
    with mailbox(answers) as (_, store), pytest.raises(Retry, match=r"unavailable: NO \[INUSE\] Mailbox is locked"):
        uids_in(store, INBOX)


def test_an_empty_folder_is_not_fetched_from() -> None:
    answers = {b"EXAMINE": (b"* 0 EXISTS",), b"UID SEARCH": (b"TAG BAD no",), b"FETCH": (b"TAG BAD no",)}
    with mailbox(answers) as (_, store):
        assert uids_in(store, INBOX) == UidSet()


def test_a_server_that_limits_its_messages_is_believed() -> None:
    with mailbox({}, BARE + b" APPENDLIMIT=35651584 LITERAL- MULTIAPPEND") as (_, store):
        can = store.capabilities
    assert (can.append_limit, can.multiappend, can.uidplus, can.condstore) == (35_651_584, True, False, False)
    assert "LITERAL-" in can.names


def test_the_state_of_a_folder_as_dovecot_tells_it_takes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Response, "tokens", None)
    listing = folders._Folders(Names())
    listing.take(Response.of([b'* STATUS "Sent Items" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7 HIGHESTMODSEQ 3 SIZE 5)']))
    assert listing.states == {b"Sent Items": FolderState(7, 2, 1, 3, 5)}


NEVER = re.compile(rb"(?!)")
names = st.sampled_from(
    [b"INBOX", b"inbox", b'"Sent Items"', b'""', b'"a\\"b"', b'"a(b)"', b"a(b", b"Work", b"{8}", b"\xff", b"NIL"]
)
numbers = st.lists(
    st.tuples(
        st.sampled_from([b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY", b"HIGHESTMODSEQ", b"SIZE", b"messages", b"X-ODD"]),
        st.sampled_from([b"0", b"7", b"9" * 19, b"9" * 20, b"-1", b"(1)", b"x", b""]),
    ),
    max_size=6,
)


@given(names, numbers, *[st.sampled_from([b" ", b"  ", b""])] * 2, st.sampled_from([b"", b" ", b")"]))
@example(b"INBOX", [(b"UIDNEXT", b"7"), (b"SIZE", b"0")], b" ", b"", b"")
def test_a_state_of_nothing_but_numbers_is_read_as_any_other(
    name: bytes, items: list[tuple[bytes, bytes]], blank: bytes, between: bytes, end: bytes
) -> None:
    line = b"* STATUS %s%s(%s)%s" % (name, blank, between.join(b" ".join(item) for item in items), end)

    def told() -> dict[bytes, FolderState] | str:
        listing = folders._Folders(Names())
        try:
            listing.take(Response.of([line]))
        except MailsyncError as error:
            return error.words
        return listing.states

    with pytest.MonkeyPatch.context() as patch:
        short = told()
        patch.setattr(folders, "_USUAL_STATUS", NEVER)
        assert short == told()
