"""COMPRESS=DEFLATE (RFC 4978): both directions of a connection as raw deflate streams (RFC 1951)."""

from __future__ import annotations

import socket
import zlib
from typing import Final

from mailsync.errors import Retry
from mailsync.stores.imap.stream import Stream, Wanted

LEVEL: Final = 1  # of 9: the others take up to five times as long to spare another tenth
PIECE: Final = 16 * 1024  # octets received at once; what they become is handed on in pieces of the size asked for


class DeflatedStream(Stream):
    """Never more is inflated than was asked for: a few octets that become gigabytes meet our pace, not our memory."""

    def __init__(self, sock: socket.socket, timeout: float, wanted: Wanted, received: bytes) -> None:
        """``received`` is what came after the server's consent."""
        super().__init__(sock, timeout, wanted)
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._received = received  # and not inflated yet

    def recv_into(self, buffer: memoryview) -> int:
        piece = self.recv(len(buffer))
        buffer[: len(piece)] = piece
        self._note_lines(piece)
        return len(piece)

    def recv(self, size: int) -> bytes:
        while not (piece := self._inflated(size)):
            self._received = super().recv(PIECE)
        return piece

    def _inflated(self, size: int) -> bytes:
        try:
            piece = self._inflate.decompress(self._received, size)
        except zlib.error as error:
            raise Retry("protocol_error", f"what the server sent can not be inflated: {error}") from error
        self._received = self._inflate.unconsumed_tail
        if self._inflate.eof and not piece:
            raise Retry("hung_up", "the server ended its compressed stream")
        return piece

    def sendall(self, data: bytes | bytearray | memoryview) -> None:
        super().sendall(self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH))

    def _set_low_water(self, octets: int) -> None:
        """They are fewer on the line."""

    def has_more(self) -> bool:
        return bool(self._received) or super().has_more()
