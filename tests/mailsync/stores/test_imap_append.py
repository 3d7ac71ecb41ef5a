"""Storing on servers with manners of their own."""

from __future__ import annotations

from contextlib import closing

import pytest

from mailsync.model import INBOX, Appended, FlagChange, Refused
from mailsync.stores.imap import ImapStore
from mailsync.stores.imap.appending import BATCH_OCTETS
from mailsync.uids import UidSet
from tests.mailsync.stores.conftest import SMALL_USER, Servers, imap_store, settings_of
from tests.mailsync.stores.messages import Mail, change, flags_in, kept, mail, messages, uids_in
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.mailsync.stores.target import MULTI, PLAIN, SINGLE, Target, append, lines, uids_of


def test_many_messages_share_a_command() -> None:
    target = Target(MULTI, lambda number: b"OK [APPENDUID 7 %d:%d] done" % (number * 100 - 99, min(number * 100, 250)))
    mails = [mail(str(number), "\\Seen") for number in range(250)]
    outcomes = append(target, mails)
    assert target.stored == [item.content for item in mails]
    assert uids_of(outcomes) == list(range(1, 251))
    assert [uid for o in outcomes if isinstance(o, Appended) for uid in o.target_uids or ()] == list(range(1, 251))
    assert len(lines(target, b"APPEND")) == 3


@pytest.mark.parametrize(
    "said", [b"", b"[APPENDUID 7 1:99] ", b"[APPENDUID 7] ", b"[APPENDUID 7 x] ", b"[APPENDUID 7 5,1:900000000] "]
)
def test_uids_that_do_not_fit_are_not_believed(said: bytes) -> None:
    (outcome,) = append(Target(MULTI, lambda _: b"OK %sdone" % said), [mail("a"), mail("b")])
    assert isinstance(outcome, Appended)
    assert (outcome.uids, outcome.target_uids) == ((1, 2), None)


def test_one_command_a_message_is_sent_without_waiting_and_into_the_selected_folder() -> None:
    target = Target(SINGLE, lambda number: b"OK [APPENDUID 7 %d] done" % (number + 500))
    outcomes = append(target, [mail(str(number)) for number in range(150)])
    assert [uid for o in outcomes if isinstance(o, Appended) for uid in o.target_uids or ()] == list(range(501, 651))
    assert target.commands[0] == b'SELECT "INBOX"'
    assert all(b"+}" in line for line in lines(target, b"APPEND"))


def test_a_folder_that_was_read_is_opened_for_writing_first() -> None:
    """Courier: NO Current box is selected READ-ONLY."""
    target = Target(PLAIN)

    def script(server: Conversation) -> None:
        server.welcome(PLAIN)
        server.names()
        for command in (b"EXAMINE", b"UID SEARCH"):
            server.say(server.expect(command) + b" OK done")
        target(server, greet=False)

    with ScriptedServer(script) as server, closing(server.store()) as store:
        assert store.uids([INBOX]) == {INBOX: UidSet()}
        assert [type(outcome) for outcome in store.append(messages([mail("a")], INBOX))] == [Appended]
    assert [line.split()[0] for line in target.commands] == [b"SELECT", b"APPEND"]


def test_a_folder_in_which_flags_were_changed_is_not_asked_again_what_it_keeps(servers: Servers) -> None:
    """A round trip for each folder that brings new mail and other flags."""
    server, sent = servers.start("dovecot"), list[bytes]()
    settings = settings_of(server, servers.new_user("dovecot"))
    with closing(ImapStore(settings)) as store:
        (stored,) = store.append(messages([mail("old")], INBOX))
    assert isinstance(stored, Appended)
    with closing(ImapStore(settings, trace=lambda way, line: sent.append(line) if way == "sent" else None)) as store:
        change(store, INBOX, [FlagChange(UidSet(stored.target_uids or ()), frozenset({"\\Flagged"}))])
        sent.clear()
        assert [type(outcome) for outcome in store.append(messages([mail("new", "Work")], INBOX))] == [Appended]
        assert [line for line in sent if b"SELECT" in line] == []
        assert [flags for _, flags in flags_in(store, INBOX, UidSet([2]))] == [{"Work"}]


def test_without_literal_plus_the_server_asks_for_each_body() -> None:
    target = Target(PLAIN)
    mails = [mail(str(number)) for number in range(5)]
    assert uids_of(append(target, mails)) == [1, 2, 3, 4, 5]
    assert target.stored == [item.content for item in mails]
    assert all(b"+}" not in line for line in target.commands)


def test_only_small_bodies_are_sent_unasked_with_literal_minus() -> None:
    target = Target(PLAIN + b" LITERAL-")
    append(target, [Mail(b"x" * size) for size in (4_096, 4_097)])
    assert [line[line.index(b"{") :] for line in lines(target, b"APPEND")] == [b"{4096+}", b"{4097}"]


@pytest.mark.parametrize("capabilities", [MULTI, SINGLE, PLAIN])
def test_a_message_that_the_server_finds_too_large_is_refused_before_it_is_sent(capabilities: bytes) -> None:
    target = Target(capabilities, lambda number: b"NO [TOOBIG] Message too large" if number == 2 else b"OK done")
    mails = [mail("a"), Mail(b"x" * (BATCH_OCTETS + 1)), mail("b")]
    first, second, third = append(target, mails)
    assert isinstance(second, Refused)
    assert (second.code, second.words) == ("too_large", "NO [TOOBIG] Message too large")
    assert isinstance(first, Appended)
    assert isinstance(third, Appended)
    assert target.stored == [mails[0].content, mails[2].content]


def test_a_message_beyond_the_announced_limit_is_not_offered() -> None:
    target = Target(MULTI + b" APPENDLIMIT=1000")
    first, second, third = append(target, [mail("a"), Mail(b"x" * 1_001), Mail(b"x" * 1_000)])
    assert isinstance(second, Refused)
    assert second.code == "too_large"
    assert "APPENDLIMIT" in second.words
    assert (first.uids, second.uids, third.uids) == ((1,), (2,), (3,))
    assert len(target.stored) == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", "over_quota"),
        (b"NO Over quota", "over_quota"),
        (b"NO [TRYCREATE] Mailbox doesn't exist: Archive", "folder_missing"),
        (b"NO [TOOBIG] Message too large.", "too_large"),
        (b"NO Message size exceeds fixed maximum message size", "too_large"),
        (b"NO Message contains NUL characters", "refused"),
        (b"NO Message contains invalid header", "refused"),
        (b"NO This message contains a virus", "refused"),
    ],
)
@pytest.mark.parametrize("capabilities", [MULTI, SINGLE, PLAIN])
def test_a_refusal_says_why_in_the_servers_words_and_all_else_goes_on(
    words: bytes, code: str, capabilities: bytes
) -> None:
    def answer(number: int) -> bytes:
        return b"AFTER " + words if number == 2 else b"OK done"

    outcomes = append(Target(capabilities, answer), [mail(str(number)) for number in range(250)])
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert uids_of(outcomes) == list(range(1, 251))
    assert [(outcome.words, outcome.code) for outcome in refused] == [(words.decode(), code)]


def test_a_folder_gets_only_the_keywords_that_it_keeps() -> None:
    target = Target(MULTI, keywords=b"Good $Known")
    append(target, [mail("a", "\\Flagged", "$Known", "GOOD", "Other")])
    assert lines(target, b"APPEND")[0].startswith(b'APPEND "INBOX" ($Known GOOD \\Flagged) ')


def test_a_message_is_stored_without_its_keywords_rather_than_not_at_all() -> None:
    target = Target(PLAIN, lambda number: b"NO [CANNOT] Keyword length too long" if number == 1 else b"OK done")
    (outcome,) = append(target, [mail("a", "\\Seen", "$Label1")])
    assert isinstance(outcome, Appended)
    assert [b"$Label1" in line for line in lines(target, b"APPEND")] == [True, False]


def test_dovecot_stores_a_message_with_a_keyword_longer_than_it_takes(servers: Servers) -> None:
    server, user = servers.start("dovecot"), servers.new_user("dovecot")
    with closing(imap_store(server, user)) as store:
        mails = [mail("a", "$Before"), mail("b", "\\Seen", "k" * 60), mail("c", "$After")]
        assert {type(outcome) for outcome in store.append(messages(mails, INBOX))} == {Appended}
        assert [set(item.flags) for item in kept(store, INBOX)] == [{"$Before"}, {"\\Seen"}, {"$After"}]


def test_a_full_mailbox_says_so(servers: Servers) -> None:
    server = servers.start("dovecot")
    with closing(imap_store(server, SMALL_USER)) as store:
        outcomes = list(store.append(messages([Mail(b"x" * 3_000) for _ in range(300)], INBOX)))
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert {outcome.code for outcome in refused} == {"over_quota"}
        assert all("[OVERQUOTA]" in outcome.words for outcome in refused)
        stored = sum(len(outcome.uids) for outcome in outcomes if isinstance(outcome, Appended))
        assert len(uids_in(store, INBOX)) == stored < 300
