"""A scripted server that has its answer to each command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from mailsync.stores.imap import ImapStore
from tests.mailsync.stores.scripted import Conversation, Script, ScriptedServer

BARE = b"IMAP4rev1 SASL-IR AUTH=PLAIN"
MODERN = BARE + b" NAMESPACE LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE STATUS=SIZE ESEARCH CREATE-SPECIAL-USE"


def answering(answers: Mapping[bytes, tuple[bytes, ...]], capabilities: bytes = BARE) -> Script:
    """Gives each command the answer that begins like it, TAG filled in; ``OK`` to all others."""

    def script(server: Conversation) -> None:
        server.welcome(capabilities)
        while True:
            tag, line = server.hear()
            lines = next((said for start, said in answers.items() if line.startswith(start)), ())
            server.say(*(said.replace(b"TAG", tag) for said in lines))
            if not any(said.startswith(b"TAG ") for said in lines):
                server.say(tag + b" OK done")

    return script


@contextmanager
def mailbox(
    answers: Mapping[bytes, tuple[bytes, ...]], capabilities: bytes = BARE
) -> Iterator[tuple[ScriptedServer, ImapStore]]:
    with ScriptedServer(answering(answers, capabilities)) as server, closing(server.store()) as store:
        yield server, store


def commands(server: ScriptedServer) -> list[bytes]:
    return [line.rstrip().partition(b" ")[2] for line in server.conversations[0].heard[1:]]
