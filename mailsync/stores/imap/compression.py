"""Whether compression pays, and beginning with it (COMPRESS=DEFLATE, RFC 4978)."""

from __future__ import annotations

import socket
import sys
from typing import Final

from mailsync.stores.imap.session import Session
from mailsync.stores.imap.settings import Compress, ImapSettings

LONG_LINE: Final = 0.005  # seconds there and back: shorter ones carry mail faster than it can be deflated
_RTT = slice(68, 72)  # tcpi_rtt in Linux's struct tcp_info: microseconds, smoothed


def compress(session: Session, settings: ImapSettings) -> None:
    """Where the settings and the server allow it. A server that refuses, or whose TLS compresses, is used as it is."""
    if settings.compress == Compress.NEVER or not session.can("COMPRESS=DEFLATE"):
        return
    if settings.compress == Compress.AUTO and round_trip(session.wire.socket) < LONG_LINE:
        return
    if session.run([b"COMPRESS DEFLATE"])[0].kind == b"OK":
        session.wire.deflate()


def round_trip(sock: socket.socket) -> float:
    """Seconds, as the operating system has measured; 0.0 where it does not tell."""
    if not hasattr(socket, "TCP_INFO"):
        return 0.0
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return int.from_bytes(info[_RTT], sys.byteorder) / 1_000_000
