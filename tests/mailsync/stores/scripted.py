"""A server that says what a test wants it to say: for words and manners of servers that can not be run here."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from mailsync.stores.imap import ImapSettings, ImapStore, Login
from tests.endpoints.odd_servers import tls_context
from tests.servers.certificates import Certificate

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
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        if self._errors and error is None:
            raise self._errors[0]

    def _serve(self) -> None:
        for script in self._scripts:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.settimeout(20)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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
