"""A scripted server to append to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import closing

from mailsync.model import INBOX, Outcome
from tests.mailsync.stores.messages import Mail, messages
from tests.mailsync.stores.scripted import Conversation, Script, ScriptedServer

Answer = Callable[[int], bytes]  # the number of the APPEND, from 1 on -> what is said to it, without tag

MULTI = b"IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ UIDPLUS MULTIAPPEND"
SINGLE = b"IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ UIDPLUS"
PLAIN = b"IMAP4rev1 SASL-IR AUTH=PLAIN"
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\Z")


class Target:
    """A mail server as far as appending goes, its answers made to measure. ``stored`` are the bodies it has taken."""

    def __init__(self, capabilities: bytes, answer: Answer = lambda _: b"OK done", *, keywords: bytes = b"\\*") -> None:
        self._capabilities, self._answer, self._keywords = capabilities, answer, keywords
        self.commands: list[bytes] = []  # the lines of the client, its literals apart
        self.stored: list[bytes] = []
        self.uidnext = 1
        self._appends = 0
        self._asked_for_names = False

    def __call__(self, server: Conversation, *, greet: bool = True) -> None:
        if greet:
            server.welcome(self._capabilities)
        if greet and not self._asked_for_names:
            server.names()
            self._asked_for_names = True
        while True:
            self._command(server, *server.hear())

    def _command(self, server: Conversation, tag: bytes, line: bytes) -> None:
        self.commands.append(line)
        if line.startswith(b"SELECT"):
            server.say(
                b"* OK [PERMANENTFLAGS (\\Seen %s)] kept" % self._keywords, b"* OK [UIDNEXT %d] next" % self.uidnext
            )
            server.say(tag + b" OK [READ-WRITE] done")
        elif line.startswith(b"STATUS"):
            server.say(b"* STATUS INBOX (UIDNEXT %d UIDVALIDITY 7)" % self.uidnext, tag + b" OK done")
        else:
            assert line.startswith(b"APPEND"), line
            self._append(server, tag, line)

    def _append(self, server: Conversation, tag: bytes, line: bytes) -> None:
        self._appends += 1
        answer = self._answer(self._appends)
        bodies = []
        while literal := _LITERAL.search(line):
            if not literal[2] and not answer.startswith(b"OK") and not answer.startswith(b"AFTER"):
                break  # refused before the body has been sent
            if not literal[2]:
                server.say(b"+ go on")
            bodies.append(server.take(int(literal[1])))
            line = server.hear_rest()
        if answer.startswith(b"OK"):
            self.stored += bodies
            self.uidnext += len(bodies)
        if answer == b"HANG UP":
            server.hang_up()
        else:
            server.say(answer if answer.startswith(b"*") else tag + b" " + answer.removeprefix(b"AFTER "))


def append(script: Script, mails: Iterable[Mail], *, times: int = 1) -> list[Outcome]:
    with ScriptedServer(*[script] * times) as server, closing(server.store()) as store:
        return list(store.append(messages(mails, INBOX)))


def uids_of(outcomes: Iterable[Outcome]) -> list[int]:
    return [uid for outcome in outcomes for uid in outcome.uids]


def lines(target: Target, word: bytes) -> list[bytes]:
    return [line for line in target.commands if line.startswith(word)]
