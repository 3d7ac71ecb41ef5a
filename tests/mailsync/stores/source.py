"""A scripted server to read from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing

from mailsync.model import INBOX, Message, Path
from mailsync.uids import UidSet
from tests.mailsync.stores.scripted import Conversation, Script, ScriptedServer

Got = list[tuple[int, frozenset[str], str, bytes]]
DATE = b'INTERNALDATE "01-Jun-2009 12:00:00 +0000"'


def opening(server: Conversation, uidvalidity: int = 7) -> bytes:
    """Answer EXAMINE; the tag of the FETCH that came with it."""
    tag = server.expect(b"EXAMINE")
    server.say(
        b"* FLAGS (\\Seen)", b"* 9 EXISTS", b"* OK [UIDVALIDITY %d] valid" % uidvalidity, tag + b" OK [READ-ONLY] done"
    )
    return server.expect(b"UID FETCH")


def fetching(say: Callable[[Conversation, bytes], None]) -> Script:
    """A server that lets in, opens a folder, and then does as it likes."""

    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        say(server, opening(server))

    return script


def received(messages: Iterable[Message]) -> Got:
    return [
        (item.uid, item.flags, item.date.isoformat() if item.date else "", b"".join(item.chunks)) for item in messages
    ]


def read(*scripts: Script, wanted: Iterable[tuple[Path, UidSet]] = ((INBOX, UidSet(range(1, 10))),)) -> Got:
    with ScriptedServer(*scripts) as server, closing(server.store()) as store:
        return received(store.read(wanted))


SEEN = frozenset({"\\Seen"})
MESSAGE = (3, SEEN, "2009-06-01T12:00:00+00:00", b"Hello\r\n")
