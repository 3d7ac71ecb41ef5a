"""Dates of receipt, in whatever form a server gives them."""

from __future__ import annotations

from contextlib import closing

from mailsync.model import INBOX
from mailsync.uids import UidSet
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.mailsync.stores.source import fetching


def test_dates_are_taken_from_what_servers_say_and_unasked_answers_are_left_alone() -> None:
    def script(server: Conversation, tag: bytes) -> None:
        server.say(
            b'* 1 FETCH (UID 3 INTERNALDATE "01-Jun-2009 12:00:00 +0000")',
            b'* 2 FETCH (FLAGS (\\Seen) INTERNALDATE " 2-Jun-2009 12:00:00 +0200" UID 4)',
            b'* 3 FETCH (UID 5 INTERNALDATE "32-Foo-2009 12:00:00")',
            b"* 4 FETCH (INTERNALDATE NIL UID 6)",
            b"* 5 FETCH (UID 7 FLAGS ())",
            b'* 6 FETCH (INTERNALDATE "01-Jun-2009 12:00:00 +0000")',
            b'* 7 FETCH (UID 99 INTERNALDATE "01-Jun-2009 12:00:00 +0000")',
            b"* 8 FETCH",
            tag + b" OK done",
        )

    with ScriptedServer(fetching(script)) as server, closing(server.store()) as store:
        told = [(uid, date and date.isoformat()) for _, uid, date in store.dates([(INBOX, UidSet(range(1, 10)))])]
    assert told == [(3, "2009-06-01T12:00:00+00:00"), (4, "2009-06-02T12:00:00+02:00"), (5, None), (6, None)]
