"""The TCP connection to a server, and a head start with it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Lock, Thread
from types import TracebackType

from mailsync.errors import MailsyncError, Retry
from mailsync.stores.imap.settings import ImapSettings

Dial = Callable[[ImapSettings], socket.socket]

# A line that carries nothing is tried after a minute, and given up two minutes later: firewalls forget such lines, and
# the end of a server that lost its power never comes.
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 6}


def dial(settings: ImapSettings) -> socket.socket:
    """A TCP connection; each of the host's addresses gets ``connect_timeout`` seconds."""
    try:
        sock = socket.create_connection((settings.host, settings.port), settings.connect_timeout)
    except (socket.gaierror, UnicodeError) as error:
        raise Retry("unknown_host", str(error)) from error
    except TimeoutError as error:
        raise Retry("timeout", f"no connection within {settings.connect_timeout:g} seconds") from error
    except ConnectionRefusedError as error:
        raise Retry("connection_refused", error.strerror or str(error)) from error
    except OSError as error:
        raise Retry("unavailable", error.strerror or str(error)) from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in [(name, value) for name, value in _KEEPALIVE.items() if hasattr(socket, name)]:
        sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return sock


class HeadStart(Thread):
    """Dials a server while the caller still imports what will talk to it. Whoever first dials that address gets the line;
    one that nobody wanted is closed at the end."""

    def __init__(self, settings: ImapSettings) -> None:
        super().__init__(name="mailsync-dial", daemon=True)
        self._settings = settings
        self._first = Lock()  # taken by the first who dials, for good
        self._line: list[socket.socket] = []
        self._error: MailsyncError | None = None
        self._over = False

    def run(self) -> None:
        try:
            self._line.append(dial(self._settings))
        except MailsyncError as error:
            self._error = error
        if self._over:
            self._hang_up()

    def dial(self, settings: ImapSettings) -> socket.socket:
        """As :func:`dial`, which it calls for any other address and from the second time on."""
        if settings[:2] != self._settings[:2] or not self._first.acquire(blocking=False):
            return dial(settings)
        self.join()
        if self._error:
            raise self._error
        return self._line.pop()

    def __enter__(self) -> HeadStart:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True  # before a look at the line: the thread does it the other way about
        self._hang_up()

    def _hang_up(self) -> None:
        for line in self._line:
            line.close()
