"""Folders whose names a server will not have, or takes for others, and folders that change between two passes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailsync.errors import Stop
from mailsync.events import Copied, Event, FolderRenamed, SourceRenamed
from mailsync.journal import MemoryJournal
from mailsync.model import INBOX, Path
from mailsync.stores.imap.names import decode_name
from mailsync.stores.memory import MemoryStore
from tests.mailsync.fidelity.copying import bodies, copy, copy_from, copy_to
from tests.mailsync.fidelity.host import EXCHANGE_2010, GMAIL, PLAIN, Box, Host, Letter, serving

DATE = datetime(2009, 6, 1, tzinfo=UTC)


def holding(*paths: Path) -> MemoryStore:
    """Each folder with a message of its own."""
    store = MemoryStore()
    for path in paths:
        store.deliver(path, "/".join(path).encode() + b"\r\n", (), DATE)
    return store


def arrived(host: Host) -> dict[str, list[bytes]]:
    return {decode_name(name): [x.body for x in box.letters.values()] for name, box in host.boxes.items()}


def renamed(events: list[Event]) -> dict[str, str]:
    return {"/".join(e.source): "/".join(e.target) for e in events if isinstance(e, FolderRenamed)}


@pytest.mark.parametrize(
    ("path", "refused", "words", "place"),
    [
        (("Offers ",), rb'CREATE "Offers "', b"NO Invalid mailbox name", "Offers"),
        (("50 % off",), rb'CREATE ".*%', b"BAD Command Argument Error. 11", "50 _ off"),
        (("a  ^b",), rb'CREATE ".*(\^|  )', b"NO [CANNOT] Invalid folder name: a  ^b (Failure)", "a _b"),
        (("Down", "Under"), rb'CREATE "Down/', b"NO Mailbox doesn't allow inferior mailboxes", "Down - Under"),
        (("Deep", "x" * 300), rb'CREATE "(Deep/)?x{61}', b"NO Mailbox name too long", "Deep/" + "x" * 51 + " 0d4e2ca9"),
        (("INBOX", "S*"), rb'CREATE ".*\*', b"NO Character not allowed in mailbox name: '*'", "INBOX/S_"),
        (("Work",), rb'CREATE "(?!INBOX)', b"NO Mailbox name should be prefixed with: INBOX/", "INBOX/Work"),
        (("???",), rb'CREATE ".*\?', b"NO Illegal character", "___"),
        (("...",), rb'CREATE "\.', b"NO Invalid mailbox name", "_"),
    ],
)
def test_a_name_that_the_target_refuses_becomes_a_plainer_one_and_that_is_told(
    path: Path, refused: bytes, words: bytes, place: str
) -> None:
    host, source, journal = Host(EXCHANGE_2010), holding(INBOX, path), MemoryJournal()
    host.say_instead(refused, b"TAG " + words, times=99)
    events = copy_to(host, source, journal)
    assert renamed(events) == {"/".join(path): place}
    told = [event.words for event in events if isinstance(event, FolderRenamed)]
    assert told == [f"{'/'.join(path)}: {words.decode()}"]
    assert arrived(host)[place] == bodies(source, path)
    assert renamed(copy_to(host, source, journal)) == {}
    copy_to(host, source, MemoryJournal())  # the journal lost, it is known again all the same
    assert arrived(host)[place] == bodies(source, path)
    assert sum(map(len, arrived(host).values())) == 2


def test_a_name_that_ends_the_session_is_refused_and_all_others_are_made() -> None:
    host, source = Host(EXCHANGE_2010), holding(("Before",), ("Offers ",), ("Work",))
    host.say_instead(b'CREATE "Offers "', b"HANG UP", times=9)
    assert renamed(copy_to(host, source)) == {"Offers ": "Offers"}
    assert {name: len(found) for name, found in arrived(host).items() if found} == {"Before": 1, "Offers": 1, "Work": 1}


def test_many_refused_names_do_not_end_the_session_at_exchanges_tenth_error() -> None:
    paths = [(f"{number}*",) for number in range(9)] + [(f"Good {number}",) for number in range(9)]
    host, source = Host(EXCHANGE_2010), holding(*paths)
    host.most_errors = 10
    host.say_instead(rb'(CREATE|SUBSCRIBE) ".*\*', b"TAG BAD Command Argument Error. 11", times=200)
    assert renamed(copy_to(host, source)) == {f"{number}*": f"{number}_" for number in range(9)}
    assert sum(len(found) for found in arrived(host).values()) == 18


def test_a_plainer_name_is_never_that_of_another_folder() -> None:
    paths = [("Offers*",), ("Offers?",), ("offers_",), ("Offers:",)]
    host, source = Host(EXCHANGE_2010), holding(*paths)
    host.say_instead(rb'CREATE "[^"]*[*?:]"', b"TAG NO Invalid mailbox name", times=99)
    events = copy_to(host, source)
    assert len(set(renamed(events).values())) == len(renamed(events)) == 3
    assert all(len(found) == 1 for name, found in arrived(host).items() if name != "INBOX")
    assert sorted(body for found in arrived(host).values() for body in found) == sorted(
        bodies(source, path)[0] for path in paths
    )


def test_a_folder_that_is_refused_under_any_name_fails_the_mailbox_after_all_others_are_copied() -> None:
    host, source = Host(EXCHANGE_2010), holding(INBOX, ("Reserved*",), ("Work",))
    host.say_instead(rb'CREATE "(INBOX/)?Reserved', b"TAG NO Reserved", times=99)
    with pytest.raises(Stop, match=r"target: folder_refused: Reserved\*: NO Reserved$"):
        copy_to(host, source)
    assert {name: len(found) for name, found in arrived(host).items()} == {"INBOX": 1, "Work": 1}


def test_how_many_folders_are_refused_is_told_with_the_words_about_the_first() -> None:
    host, source = Host(EXCHANGE_2010), holding(INBOX, ("INBOX", "Reserved 1"), ("Reserved 2",), ("Reserved 3",))
    host.say_instead(rb"CREATE .*Reserved", b"TAG NO Reserved", times=99)
    with pytest.raises(Stop, match=r"target: folder_refused: INBOX/Reserved 1: NO Reserved \(and 2 more folders\)$"):
        copy_to(host, source)
    assert {name: len(found) for name, found in arrived(host).items()} == {"INBOX": 1}


def test_a_name_that_differs_only_in_case_is_the_folder_that_is_there() -> None:
    host = Host(EXCHANGE_2010)
    host.boxes[b"Trash"] = Box({1: Letter(b"old\r\n")})
    host.say_instead(rb'CREATE "trash"', b"TAG NO Mailbox already exists", times=9)
    copy_to(host, holding(("trash",)))
    assert arrived(host) == {"INBOX": [], "Trash": [b"old\r\n", b"trash\r\n"]}


def test_names_that_only_differ_in_case_stay_two_folders() -> None:
    host = Host(EXCHANGE_2010)
    copy_to(host, holding(("sent",), ("Sent",)))
    assert sorted(len(found) for found in arrived(host).values()) == [0, 1, 1]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (b"Entw&APw-rfe", ("Entwürfe",)),
        ("Entwürfe".encode(), ("Entwürfe",)),
        ("Entwürfe".encode("latin-1"), ("Entwürfe",)),
        (b"Entwu&AwgA-rfe", ("Entwu&AwgA-rfe",)),
        (b"INBOX/Sub", ("INBOX", "Sub")),
        (b'say \\"hi\\"', ('say "hi"',)),
        (b" edge ", (" edge ",)),
        (b"[Gmail]/Alle Nachrichten", ("[Gmail]", "Alle Nachrichten")),
    ],
)
def test_a_folder_is_asked_for_by_the_name_that_was_listed(name: bytes, path: Path) -> None:
    host = Host(PLAIN)
    host.boxes[name] = Box({1: Letter(b"x\r\n")})
    assert bodies(copy_from(host), path) == [b"x\r\n"]
    assert host.heard(b'EXAMINE "%s"' % name)


def test_folders_that_hold_no_mail_are_not_opened() -> None:
    host = Host(GMAIL)
    host.boxes[b"[Gmail]"] = Box(attributes=b"\\Noselect \\HasChildren")
    host.boxes[b"[Gmail]/Sent Mail"] = Box({1: Letter(b"x\r\n")}, attributes=b"\\Sent \\HasNoChildren")
    target = copy_from(host)
    assert bodies(target, ("[Gmail]", "Sent Mail")) == [b"x\r\n"]
    assert host.heard(b'EXAMINE "[Gmail]"') == []


def test_a_folder_deleted_at_the_source_stays_on_the_target() -> None:
    host, target, journal = Host(PLAIN, b"a\r\n"), MemoryStore(), MemoryJournal()
    host.boxes[b"Work"] = Box({1: Letter(b"work\r\n")})
    copy_from(host, journal, target)
    del host.boxes[b"Work"]
    copy_from(host, journal, target)
    assert bodies(target, ("Work",)) == [b"work\r\n"]


def renaming_host(capabilities: bytes = PLAIN) -> Host:
    host = Host(capabilities, b"a\r\n")
    for number, name in enumerate((b"Work", b"Work/Sub", b"Other"), 1):
        letters = {uid: Letter(b"%s %d\r\n" % (name, uid)) for uid in range(3, 30)}
        host.boxes[name] = Box(letters, uidvalidity=7, mailbox_id=b"F%d" % number)
    return host


@pytest.mark.parametrize("capabilities", [PLAIN, PLAIN + b" OBJECTID"], ids=["UIDVALIDITY", "MAILBOXID"])
def test_a_renamed_folder_is_not_copied_again_and_its_new_mail_follows(capabilities: bytes) -> None:
    host, target, journal = renaming_host(capabilities), MemoryStore(), MemoryJournal()
    copy_from(host, journal, target)
    for old, new in ((b"Work", b"Projects"), (b"Work/Sub", b"Projects/Sub")):
        host.boxes[new] = host.boxes.pop(old)
        del host.boxes[new].letters[4]
        host.boxes[new].letters[40] = Letter(b"new in %s\r\n" % new)
    with serving(host) as source:
        events = copy(source, target, journal)
    told = [event for event in events if isinstance(event, SourceRenamed)]
    assert told == [
        SourceRenamed(("Work",), ("Projects",), ("Work",)),
        SourceRenamed(("Work", "Sub"), ("Projects", "Sub"), ("Work", "Sub")),
    ]
    assert sorted(target.mailbox) == [INBOX, ("Other",), ("Work",), ("Work", "Sub")]
    assert [len(bodies(target, path)) for path in sorted(target.mailbox)] == [1, 27, 28, 28]
    host.boxes[b"Work"] = Box({1: Letter(b"another Work\r\n")}, uidvalidity=9, mailbox_id=b"F9")
    for _ in range(2):
        copy_from(host, journal, target)
    assert bodies(target, ("Work (2)",)) == [b"another Work\r\n"]  # never mixed with the copy of the former one
    assert len(bodies(target, ("Work",))) == 28


@pytest.mark.parametrize("capabilities", [PLAIN, PLAIN + b" OBJECTID"], ids=["UIDVALIDITY", "MAILBOXID"])
def test_a_new_folder_is_not_taken_for_one_that_was_deleted(capabilities: bytes) -> None:
    host, target, journal = renaming_host(capabilities), MemoryStore(), MemoryJournal()
    copy_from(host, journal, target)
    letters = {uid: Letter(b"Fresh %d\r\n" % uid) for uid in range(1, 35)}
    del host.boxes[b"Work/Sub"]
    host.boxes[b"Fresh"] = Box(letters, uidvalidity=7, mailbox_id=b"F8")
    copy_from(host, journal, target)
    assert len(bodies(target, ("Fresh",))) == 34
    assert len(bodies(target, ("Work", "Sub"))) == 27


def test_a_renamed_folder_is_known_again_after_a_run_that_was_cut_off() -> None:
    host, target, journal = renaming_host(), MemoryStore(), MemoryJournal()
    copy_from(host, journal, target)
    record = journal.load()[("Work",)]
    record.state = None
    journal.save([record])
    host.boxes[b"Projects"] = host.boxes.pop(b"Work")
    copy_from(host, journal, target)
    assert ("Projects",) not in target.mailbox
    assert len(bodies(target, ("Work",))) == 27


@pytest.mark.parametrize("lost", ["removed", "made anew", "emptied"])
def test_a_renamed_folder_is_copied_again_where_its_copy_is_lost(lost: str) -> None:
    host, target, journal = renaming_host(), MemoryStore(), MemoryJournal()
    copy_from(host, journal, target)
    if lost == "emptied":
        target.mailbox[("Other",)].messages.clear()
    else:
        del target.mailbox[("Other",)]
    if lost == "made anew":
        target.deliver(("Other",), b"mine\r\n", (), DATE)
        target.mailbox[("Other",)].uidvalidity = 4711
    host.boxes[b"Elsewhere"] = host.boxes.pop(b"Other")
    copy_from(host, journal, target)
    assert len(bodies(target, ("Elsewhere",))) == 27


def test_skipped_items_of_a_renamed_folder_are_listed_under_its_new_name() -> None:
    host, target, journal = renaming_host(), MemoryStore(), MemoryJournal()
    host.boxes[b"Work"].letters[5] = Letter(b"", told=b"")
    copy_from(host, journal, target)
    host.boxes[b"Projects"] = host.boxes.pop(b"Work")
    copy_from(host, journal, target)
    assert [(item.folder, item.uid) for item in journal.skipped()] == [(("Projects",), 5)]


def test_a_new_uidvalidity_doubles_nothing() -> None:
    host, target, journal = Host(PLAIN, b"a\r\n", b"b\r\n", b"b\r\n"), MemoryStore(), MemoryJournal()
    copy_from(host, journal, target)
    host.inbox.uidvalidity = 8
    host.inbox.letters = {11: Letter(b"b\r\n"), 12: Letter(b"a\r\n"), 15: Letter(b"b\r\n"), 16: Letter(b"new\r\n")}
    copy_from(host, journal, target)
    assert bodies(target) == [b"a\r\n", b"b\r\n", b"b\r\n", b"new\r\n"]


@pytest.mark.parametrize("keeps", [b"", b"\\Seen \\Deleted", b"\\Seen Known"], ids=str)
def test_only_keywords_that_the_target_keeps_are_sent(keeps: bytes) -> None:
    host, source = Host(EXCHANGE_2010), MemoryStore()
    host.inbox.keeps = keeps
    source.deliver(INBOX, b"x\r\n", ("\\Seen", "Known", "Unknown"), DATE)
    copy_to(host, source)
    assert (b"Known" in host.inbox.letters[1].flags.split()) is (b"Known" in keeps)
    assert b"Unknown" not in host.inbox.letters[1].flags


@pytest.mark.parametrize("capabilities", [PLAIN, PLAIN + b" CONDSTORE"], ids=["plain", "CONDSTORE"])
def test_fewer_messages_than_the_server_counts_are_looked_for_again(capabilities: bytes) -> None:
    """A replica behind a load balancer that lags."""
    host, target, journal = Host(capabilities, b"a\r\n"), MemoryStore(), MemoryJournal()
    state = b'* STATUS "INBOX" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 7 HIGHESTMODSEQ 1)'
    host.say_instead(b"STATUS", state, b"TAG OK done")
    copy_from(host, journal, target)
    assert bodies(target) == [b"a\r\n"]
    host.inbox.letters[2] = Letter(b"b\r\n")
    with serving(host) as source:
        events = copy(source, target, journal)
    assert bodies(target) == [b"a\r\n", b"b\r\n"]
    assert [event for event in events if isinstance(event, Copied)]
