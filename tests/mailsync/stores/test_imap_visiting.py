"""Many folders in one flight: nothing waits for an answer, and every answer is taken for the folder that it is about."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from mailsync.errors import Retry, Stop
from mailsync.model import FlagChange, FlagQuery, Path
from mailsync.stores.imap import ImapStore
from mailsync.uids import UidSet
from tests.mailsync.stores.answering import commands, mailbox
from tests.mailsync.stores.scripted import CAPABILITIES, Conversation, Script, ScriptedServer

FOLDERS: list[Path] = [(f"Folder {number}",) for number in range(40)]
THREE = UidSet([1, 2, 3])
SEEN = frozenset({"\\Seen"})


def flags_of(store: ImapStore, paths: list[Path]) -> list[tuple[Path, int, frozenset[str]]]:
    return list(store.flags(FlagQuery(path, THREE) for path in paths))


def talk(script: Script, use: Callable[[ImapStore], object]) -> list[bytes]:
    """What the client said after it had signed in."""
    with ScriptedServer(script) as server, closing(server.store()) as store:
        use(store)
        return [line.split(b" ", 1)[1].strip() for line in server.conversations[0].heard[2:]]


def test_sixteen_folders_are_asked_before_the_first_has_answered() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        ahead = [server.hear()[0] for _ in range(32)]  # it answers nothing before it has heard all of these
        for number in range(40):
            examine, fetch = ahead[:2] if ahead else (server.hear()[0], server.hear()[0])
            del ahead[:2]
            server.say(b"* 3 EXISTS", examine + b" OK done")
            server.say(b"* 1 FETCH (UID 2 FLAGS (\\Seen k%d))" % number, fetch + b" OK done")

    found: list[tuple[Path, int, frozenset[str]]] = []
    talk(script, lambda store: found.extend(flags_of(store, FOLDERS)))
    assert found == [(path, 2, SEEN | {f"k{number}"}) for number, path in enumerate(FOLDERS)]


def test_what_comes_unasked_belongs_to_the_folder_that_was_opened_last() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        one, first, two, second = [server.hear()[0] for _ in range(4)]
        server.say(b"* 1 FETCH (UID 1 FLAGS (early))")  # of no folder
        server.say(one + b" OK done", b"* 7 FETCH (FLAGS (without-uid))", b"* 1 FETCH (FLAGS (\\Seen) UID 1)")
        server.say(b"* 2 FETCH (UID 77 FLAGS (nobody-asked))", b"* 3 FETCH (MODSEQ (12) UID 3 FLAGS (late))")
        server.say(first + b" OK done", b"* 1 FETCH (UID 2 FLAGS (between))")
        server.say(two + b" OK done", b"* 1 FETCH (UID 2 FLAGS (two))", second + b" OK done")

    found: list[tuple[Path, int, frozenset[str]]] = []
    talk(script, lambda store: found.extend(flags_of(store, [("One",), ("Two",)])))
    assert found == [(("One",), 1, SEEN), (("One",), 3, frozenset({"late"})), (("Two",), 2, frozenset({"two"}))]


def test_answers_of_one_folder_may_come_in_any_order() -> None:
    scattered = UidSet(range(1, 5_000, 2))  # more than fits into one command

    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        tags = [server.hear()[0] for _ in range(5)]
        server.say(tags[0] + b" OK done", *(tag + b" OK done" for tag in reversed(tags[1:])))

    with ScriptedServer(script) as server, closing(server.store()) as store:
        assert list(store.flags([FlagQuery(("One",), scattered)])) == []


@pytest.mark.parametrize(
    ("opening", "error"),
    [
        (b"NO [NONEXISTENT] Mailbox doesn't exist: One", Retry("unavailable")),
        (b"NO [NOPERM] Permission denied", Stop("permission_denied")),
    ],
)
def test_a_folder_that_can_not_be_opened_is_no_empty_folder(opening: bytes, error: Exception) -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.say(server.expect(b"EXAMINE") + b" " + opening, server.hear()[0] + b" BAD No mailbox selected")

    with pytest.raises(type(error), match=opening.decode().replace("[", r"\[").replace("]", r"\]")) as caught:
        talk(script, lambda store: flags_of(store, [("One",)]))
    assert caught.value.args[0] == error.args[0]


def test_an_answer_to_no_question_ends_the_conversation() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.expect(b"EXAMINE")
        server.say(b"nobody OK done")

    with pytest.raises(Retry, match="an answer that belongs to no command"):
        talk(script, lambda store: flags_of(store, [("One",)]))


def test_uids_are_searched_in_one_flight_and_fetched_where_the_numbers_do_not_agree() -> None:
    def script(server: Conversation) -> None:
        server.welcome(CAPABILITIES + b" ESEARCH")
        server.names()
        heard = [server.hear() for _ in range(6)]
        for index, (count, search) in enumerate([(3, b"ALL 1:2,9"), (2, b"ALL 1"), (0, b"")]):
            (examine, _), (tag, line) = heard[2 * index : 2 * index + 2]
            assert line == b"UID SEARCH RETURN (ALL) ALL"
            server.say(b"* %d EXISTS" % count, examine + b" OK done")
            server.say(b'* ESEARCH (TAG "%s") UID %s' % (tag, search), tag + b" OK done")
        server.say(b"* 2 EXISTS", server.expect(b'EXAMINE "Two"') + b" OK done")
        server.say(b"* 1 FETCH (UID 1)", b"* 2 FETCH (UID 5)", server.expect(b"FETCH 1:* (UID)") + b" OK done")

    found: dict[Path, UidSet] = {}
    talk(script, lambda store: found.update(store.uids([("One",), ("Two",), ("Three",)])))
    assert found == {("One",): UidSet([1, 2, 9]), ("Two",): UidSet([1, 5]), ("Three",): UidSet()}


def test_a_server_that_tells_of_more_and_more_messages_is_not_listened_to() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        for _ in range(2):
            server.say(b"* 2 EXISTS", server.expect(b"EXAMINE") + b" OK done")
            tag, line = server.hear()
            if b"SEARCH" in line:
                server.say(tag + b" BAD what?")
        server.say(*[b"* %d FETCH (UID %d)" % (uid, uid) for uid in range(1, 5_000)])

    with pytest.raises(Retry, match="tells of more messages than the 2"):
        talk(script, lambda store: store.uids([("One",)]))


def changing(server: Conversation, uidvalidity: int = 7) -> None:
    """Whatever is asked, done."""
    server.welcome()
    server.names()
    while True:
        tag, line = server.hear()
        if line.startswith(b"SELECT"):
            server.say(b"* OK [UIDVALIDITY %d] valid" % uidvalidity, b"* OK [PERMANENTFLAGS (\\Seen $A)] kept")
        server.say(tag + b" OK done")


def test_flags_of_many_folders_are_changed_in_two_flights() -> None:
    change = FlagChange(THREE, SEEN | {"$A", "$B"})
    lines = talk(changing, lambda store: store.change_flags((path, change) for path in FOLDERS[:3]))
    store = b"UID STORE 1:3 +FLAGS.SILENT ($A \\Seen)"
    opening = [b'SELECT "Folder %d"' % number for number in range(3)]
    assert lines == [*opening, store, opening[1], store, opening[0], store]


@pytest.mark.parametrize(("flags", "flights"), [(SEEN, 1), (SEEN | {"$A"}, 2)])
def test_folders_that_were_listed_a_moment_ago_need_not_show_themselves_again(
    flags: frozenset[str], flights: int
) -> None:
    names = [b'"Folder %d"' % number for number in range(2)]
    answers = {
        b'LIST "" "*"': tuple(b'* LIST () "/" %s' % name for name in names),
        **{b"STATUS " + name: (b"* STATUS %s (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7)" % name,) for name in names},
        b"SELECT": (b"* OK [UIDVALIDITY 7] valid", b"* OK [PERMANENTFLAGS (\\Seen $A)] kept"),
    }
    with mailbox(answers) as (server, store):
        store.folders()
        store.change_flags((path, FlagChange(THREE, flags)) for path in FOLDERS[:2])
    lines = [line for line in commands(server) if line.startswith((b"SELECT", b"UID STORE"))]
    opening, change = (
        [b"SELECT " + name for name in names],
        b"UID STORE 1:3 +FLAGS.SILENT (%s)" % b" ".join(flag.encode() for flag in sorted(flags)),
    )
    again = [opening[1]] if flights == 1 else []
    assert lines == [*opening * (flights - 1), *again, change, opening[0], change]


def test_where_no_flag_can_be_kept_nothing_is_changed() -> None:
    change = FlagChange(THREE, frozenset({"$B"}))
    lines = talk(changing, lambda store: store.change_flags((path, change) for path in FOLDERS[:2]))
    assert lines == [b'SELECT "Folder 0"', b'SELECT "Folder 1"']


def test_nothing_to_change_costs_no_connection() -> None:
    with ScriptedServer() as server, closing(server.store()) as store:
        store.change_flags([])
        assert server.conversations == []


@pytest.mark.parametrize(
    ("use", "command"),
    [
        (lambda store: flags_of(store, [("One",)]), b"UID FETCH"),
        (lambda store: store.uids([("One",)]), b"UID SEARCH"),
    ],
    ids=["flags", "uids"],
)
def test_what_a_server_can_not_tell_now_is_asked_for_later(use: Callable[[ImapStore], object], command: bytes) -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.say(server.expect(b"EXAMINE") + b" OK done")
        server.say(server.expect(command) + b" NO [UNAVAILABLE] the index is being rebuilt")

    with pytest.raises(Retry, match="the index is being rebuilt"):
        talk(script, use)


def test_a_flag_that_no_message_may_have_is_told() -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.say(b"* OK [PERMANENTFLAGS (\\Seen)] kept", server.expect(b"SELECT") + b" OK done")
        server.say(server.expect(b"UID STORE") + b" NO [NOPERM] read-only for you")

    with pytest.raises(Stop, match="permission_denied"):
        talk(script, lambda store: store.change_flags([(("One",), FlagChange(THREE, SEEN))]))
