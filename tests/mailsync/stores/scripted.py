"""A server that says what a test wants it to say: for words and manners of servers that can not be run here."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

from mailsync.stores.imap import ImapSettings, ImapStore, Login
from tests.endpoints.odd_servers import tls_context
from tests.servers.certificates import Certificate
from tests.servers.door import Door

CAPABILITIES = b"IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ UIDPLUS"


class Conversation:
    """One connection, from the server's side."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self._lines = client.makefile("rb")
        self.heard: list[bytes] = []

    def hear(self) -> tuple[bytes, bytes]:
        """The next line: its tag and the rest. Ends the script when the client leaves."""
        line = self._lines.readline()
        tag, _, rest = line.rstrip(b"\r\n").partition(b" ")
        if not line or rest == b"LOGOUT":
            raise ConnectionResetError
        self.heard.append(line)
        return tag, rest

    def hear_rest(self) -> bytes:
        """What follows a literal on its line."""
        return self._lines.readline().rstrip(b"\r\n")

    def take(self, size: int) -> bytes:
        """A literal."""
        octets = self._lines.read(size)
        self.heard.append(octets)
        return octets

    def say(self, *lines: bytes) -> None:
        self._client.sendall(b"".join(line + b"\r\n" for line in lines))

    def say_raw(self, octets: bytes) -> None:
        self._client.sendall(octets)

    def expect(self, command: bytes) -> bytes:
        """The tag of the next line, which has to hold ``command``."""
        tag, line = self.hear()
        assert command in line, (command, line)
        return tag

    def welcome(self, capabilities: bytes = CAPABILITIES) -> None:
        """Greet, and let in whoever comes."""
        self.say(b"* OK [CAPABILITY %s] ready" % capabilities)
        tag = self.expect(b"")
        self.say(tag + b" OK [CAPABILITY %s] welcome" % capabilities)

    def names(self) -> None:
        """Answer the question for the delimiter."""
        self.say(b'* LIST (\\Noselect) "/" ""', self.expect(b'LIST "" ""') + b" OK done")

    def begin_tls(self, certificate: Certificate) -> None:
        """For a client that goes no further when it has seen the certificate."""
        tls_context(certificate).wrap_socket(self._client, server_side=True)

    def hang_up(self) -> None:
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)


Script = Callable[[Conversation], None]


class ScriptedServer:
    """Every connection gets the next script. What goes wrong in a script is raised when the ``with`` block ends."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = scripts
        self.conversations: list[Conversation] = []
        self._errors: list[BaseException] = []

    def __enter__(self) -> Self:
        self._door = Door(self._serve, "scripted server")
        self.port = self._door.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.close()
        if self._errors and error is None:
            raise self._errors[0]

    def _serve(self, clients: Iterator[socket.socket]) -> None:
        for script, client in zip(self._scripts, clients, strict=False):  # whoever comes later waits in vain
            client.settimeout(20)
            self._converse(client, script)

    def _converse(self, client: socket.socket, script: Script) -> None:
        with client:
            conversation = Conversation(client)
            self.conversations.append(conversation)
            try:
                script(conversation)
                while True:  # until the client has gone, so that it can not lose what was said last
                    conversation.hear()
            except OSError:
                pass
            except BaseException as error:
                self._errors.append(error)
            finally:
                conversation._lines.close()

    @property
    def settings(self) -> ImapSettings:
        return ImapSettings("127.0.0.1", self.port, Login("anna", "secret"), "none", connect_timeout=5, read_timeout=10)

    def store(self, trace: Callable[[str, bytes], None] | None = None) -> ImapStore:
        return ImapStore(self.settings, trace=trace)
