"""One connection: octets in through one reusable buffer, octets out in large pieces.

The buffer never grows, so that memory does not depend on what the other side sends. Lines and small literals come out
as bytes; a message comes out piece by piece (:meth:`Wire.literal`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from mailsync.errors import Retry
from mailsync.stores.imap.stream import Socket, Stream, Wanted, always
from mailsync.stores.imap.tokens import literal_size

Trace = Callable[[str, bytes], None]  # "sent" or "received", and a line without secrets and messages

CR: Final = 13
BUFFER: Final = 256 * 1024
COALESCE: Final = 64 * 1024  # what is written in smaller pieces leaves in pieces of about this size
MOST_PARTS: Final = 2_000  # of one response: every literal makes two
LONGEST_RESPONSE: Final = 8 * 1024 * 1024  # without messages: the numbers of a million of them, one by one


class Wire:
    def __init__(
        self, sock: Socket, trace: Trace | None = None, *, timeout: float = 300.0, wanted: Wanted = always
    ) -> None:
        self.stream = Stream(sock, timeout, wanted)
        self.trace = trace
        self.buffer = bytearray(BUFFER)
        self.view = memoryview(self.buffer)
        self.start = self.end = 0  # what has come and is not read yet
        self._unread = 0  # octets of the last literal that are still to come
        self._out = bytearray()

    @property
    def socket(self) -> Socket:
        return self.stream.socket

    def be_patient_for(self, seconds: float) -> None:
        """How long the line may stand still from now on."""
        self.stream.timeout = seconds

    def use(self, sock: Socket) -> None:
        """Go on over TLS on top of the former socket."""
        self.stream = Stream(sock, self.stream.timeout, self.stream.wanted)

    def deflate(self) -> None:
        """Go on with both directions compressed, beginning with what has come already and is not read."""
        from mailsync.stores.imap.deflate import DeflatedStream  # slow to import and seldom wanted

        received = bytes(self.view[self.start : self.end])
        self.start = self.end = 0
        self.stream = DeflatedStream(self.socket, self.stream.timeout, self.stream.wanted, received)

    # What comes in

    @property
    def is_empty(self) -> bool:
        """Whether all that has come is read."""
        return self.start == self.end

    def has_more(self) -> bool:
        """Whether something can be read without waiting for it."""
        return not self.is_empty or self.stream.has_more()

    def fill(self, octets: int = 1) -> None:
        """Wait for more, when all that has come is read: if there is nothing yet, for that much or a spell."""
        with self.stream.woken_by(octets):
            self.start, self.end = 0, self.stream.recv_into(self.view)

    def gather(self, octets: int) -> bool:
        """Wait until so many stand in a row, with those that have come and are not read. False, and nothing is waited for,
        where they have no room."""
        if octets > len(self.buffer):
            return False
        if self.start + octets > len(self.buffer):
            here = self.end - self.start
            self.view[:here] = self.view[self.start : self.end]
            self.start, self.end = 0, here
        while self.end - self.start < octets:
            self.end += self.stream.recv_into(self.view[self.end :])
        return True

    def line(self) -> bytes:
        """The next line without its end."""
        at = self.buffer.find(b"\n", self.start, self.end)
        if at < 0:
            return self._long_line()
        end = at - 1 if at > self.start and self.buffer[at - 1] == CR else at
        line = bytes(self.view[self.start : end])
        self.start = at + 1
        if self.trace:
            self.trace("received", line)
        return line

    def _long_line(self) -> bytes:
        """One whose end has not come yet."""
        held = bytearray()
        while (at := self.buffer.find(b"\n", self.start, self.end)) < 0:
            held += self.view[self.start : self.end]
            self.start = self.end
            if len(held) > LONGEST_RESPONSE:
                raise Retry("protocol_error", f"the server sent a line of more than {LONGEST_RESPONSE:,} octets")
            self.fill()
        held += self.view[self.start : at]
        self.start = at + 1
        line = bytes(held).removesuffix(b"\r")
        if self.trace:
            self.trace("received", line)
        return line

    def response(self) -> list[bytes]:
        """The next response in full: text and literals in turn."""
        return self.rest_of(self.line())

    def rest_of(self, line: bytes) -> list[bytes]:
        """The response that begins with ``line``."""
        parts = [line]
        while (size := literal_size(parts[-1])) is not None:
            self.hold(parts, size)
        return parts

    def hold(self, parts: list[bytes], size: int) -> None:
        """Read the literal that ``parts`` end in and that is no message, and the line after it."""
        together = sum(map(len, parts)) + size
        if together > LONGEST_RESPONSE or len(parts) > MOST_PARTS:
            raise Retry("protocol_error", f"the server sent a response of {together:,} octets where none was asked for")
        parts += [b"".join(self.literal(size)), self.line()]

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
        piece = self.stream.recv(min(self._unread, self.stream.piece))
        self._unread -= len(piece)
        return piece

    def skip(self) -> None:
        """Pass over what was left unread of the last literal."""
        while self._unread:
            self._receive()

    def end_literal(self) -> None:
        """Pass over what was left unread of the last literal, and over the rest of its response."""
        if self._unread:
            self.skip()
        if self.buffer.startswith(b")\r\n", self.start, self.end):
            self.start += 3
        else:
            self.response()

    # What goes out

    def write(self, data: bytes | memoryview) -> None:
        """Send now or with what follows; ``data`` may be reused afterwards."""
        if len(data) >= COALESCE:
            self.flush()
            self.stream.sendall(data)
            return
        out = self._out
        out += data
        if len(out) >= COALESCE:
            self.flush()

    def head(self, line: bytes) -> None:
        """Write what announces a literal."""
        if self.trace:
            self.trace("sent", line.removesuffix(b"\r\n"))
        self._out += line

    def command(self, line: bytes, shown: bytes | None = None) -> None:
        """Write a line; ``shown`` is what a trace may see of it."""
        if self.trace:
            self.trace("sent", line if shown is None else shown)
        self.write(line + b"\r\n")

    def flush(self) -> None:
        if self._out:
            out, self._out = self._out, bytearray()
            self.stream.sendall(out)

    def close(self) -> None:
        self.stream.close()
