"""One connection: octets in through one reusable buffer, octets out in large pieces.

The buffer never grows, so that memory does not depend on what the other side sends. Lines and small literals come out
as bytes; a message comes out piece by piece (:meth:`Wire.literal`).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from mailsync.errors import Retry
from mailsync.stores.imap.tokens import literal_size

Trace = Callable[[str, bytes], None]  # "sent" or "received", and a line without secrets and messages

BUFFER: Final = 256 * 1024
COALESCE: Final = 64 * 1024  # what is written in smaller pieces leaves in pieces of about this size
TLS_PIECE: Final = 16 * 1024  # the largest TLS record (RFC 8446 5.1): asking for more only reserves memory
LONGEST_LINE: Final = 64 * 1024 * 1024
LARGEST_HELD: Final = 16 * 1024 * 1024  # a literal that is no message: a folder name, a header


class Wire:
    def __init__(self, sock: socket.socket, trace: Trace | None = None) -> None:
        self.socket = sock
        self.trace = trace
        self.buffer = bytearray(BUFFER)
        self.view = memoryview(self.buffer)
        self.start = self.end = 0  # what has come and is not read yet
        self._unread = 0  # octets of the last literal that are still to come
        self._out = bytearray()
        self._piece = TLS_PIECE if isinstance(sock, ssl.SSLSocket) else BUFFER

    @property
    def is_empty(self) -> bool:
        """Whether all that has come is read."""
        return self.start == self.end

    def use(self, sock: ssl.SSLSocket) -> None:
        """Go on over TLS on top of the former socket."""
        self.socket, self._piece = sock, TLS_PIECE

    # What comes in

    def fill(self) -> None:
        """Wait for more, when all that has come is read."""
        try:
            self.start, self.end = 0, self.socket.recv_into(self.buffer)
        except OSError as error:
            raise broken(error) from error
        if not self.end:
            raise Retry("hung_up", "the server closed the connection")

    def line(self) -> bytes:
        """The next line without its end."""
        at = self.buffer.find(b"\n", self.start, self.end)
        if at < 0:
            return self._long_line()
        line = bytes(self.view[self.start : at])
        self.start = at + 1
        line = line.removesuffix(b"\r")
        if self.trace:
            self.trace("received", line)
        return line

    def _long_line(self) -> bytes:
        """One whose end has not come yet."""
        held = bytearray()
        while (at := self.buffer.find(b"\n", self.start, self.end)) < 0:
            held += self.view[self.start : self.end]
            self.start = self.end
            if len(held) > LONGEST_LINE:
                raise Retry("protocol_error", "a line without end")
            self.fill()
        held += self.view[self.start : at]
        self.start = at + 1
        line = bytes(held).removesuffix(b"\r")
        if self.trace:
            self.trace("received", line)
        return line

    def passes(self, octets: bytes) -> bool:
        """Whether these have come next; they are passed over then."""
        if not self.buffer.startswith(octets, self.start, self.end):
            return False
        self.start += len(octets)
        return True

    def response(self) -> list[bytes]:
        """The next response in full: text and literals in turn."""
        return self.rest_of(self.line())

    def rest_of(self, line: bytes) -> list[bytes]:
        """The response that begins with ``line``."""
        parts = [line]
        while (size := literal_size(parts[-1])) is not None:
            parts += [self.held(size), self.line()]
        return parts

    def held(self, size: int) -> bytes:
        """A literal that is no message: the whole of it."""
        if size > LARGEST_HELD:
            raise Retry("protocol_error", f"a literal of {size} octets where none was asked for")
        return b"".join(self.literal(size))

    def literal(self, size: int) -> Iterator[bytes | memoryview]:
        """The next ``size`` octets as they arrive; every piece stays valid until anything else is read.

        What the caller leaves unread must be passed over by :meth:`skip`.
        """
        if self.trace:
            self.trace("received", b"<%d octets>" % size)
        at = self.start
        here = min(size, self.end - at)
        self.start = at + here
        self._unread = size - here
        piece = self.view[at : at + here]
        return self._pieces(piece) if self._unread else iter((piece,))

    def _pieces(self, first: memoryview) -> Iterator[bytes | memoryview]:
        if first:
            yield first
        while self._unread:
            yield self._receive()

    def _receive(self) -> bytes:
        try:
            piece = self.socket.recv(min(self._unread, self._piece))
        except OSError as error:
            raise broken(error) from error
        if not piece:
            raise Retry("hung_up", "the server closed the connection in the middle of a message")
        self._unread -= len(piece)
        return piece

    def skip(self) -> None:
        """Pass over what was left unread of the last literal."""
        while self._unread:
            self._receive()

    # What goes out

    def write(self, data: bytes | memoryview) -> None:
        """Send now or with what follows; ``data`` may be reused afterwards."""
        if len(data) >= COALESCE:
            self.flush()
            self._send(data)
            return
        self._out += data
        if len(self._out) >= COALESCE:
            self.flush()

    def head(self, line: bytes) -> None:
        """Write what announces a literal."""
        if self.trace:
            self.trace("sent", line.removesuffix(b"\r\n"))
        self.write(line)

    def command(self, line: bytes, shown: bytes | None = None) -> None:
        """Write a line; ``shown`` is what a trace may see of it."""
        if self.trace:
            self.trace("sent", line if shown is None else shown)
        self._out += line + b"\r\n"
        if len(self._out) >= COALESCE:
            self.flush()

    def flush(self) -> None:
        if self._out:
            out, self._out = self._out, bytearray()
            self._send(out)

    def _send(self, data: bytes | bytearray | memoryview) -> None:
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise broken(error) from error

    def close(self) -> None:
        with suppress(OSError):  # there is nothing left to lose
            self.socket.close()


def broken(error: OSError) -> Retry:
    """The error for a connection that does not carry octets any more."""
    if isinstance(error, TimeoutError):
        return Retry("timeout", "the server did not answer in time")
    return Retry("hung_up", str(error) or type(error).__name__)
