"""What the servers need at least: the source only sends, the target only accepts, both at once, and signing in alone.

Nothing is looked at and nothing copied: what the source sends is thrown away by the kernel, what the target gets goes
from a file to the network by the kernel.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import local

from bench.rendering import Stream, send, signed_in
from tests.corpus import Path
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import wire_name

PIECE = 1024 * 1024
_room = local()


def drain(server: Dovecot, user: str, folders: Iterable[Path]) -> None:
    """Have every message of the mailbox sent, the commands all at once."""
    with signed_in(server, user) as sock:
        for folder in folders:
            sock.sendall(
                f"c EXAMINE {wire_name(folder)}\r\nc UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])\r\n".encode()
            )
        sock.sendall(b"c LOGOUT\r\n")
        if not hasattr(_room, "buffer"):
            _room.buffer = bytearray(PIECE)
        while sock.recv_into(_room.buffer, PIECE, socket.MSG_TRUNC):
            pass


def fill(server: Dovecot, user: str, stream: Stream) -> None:
    """Have a rendered mailbox stored."""
    send(server, user, stream)


def sign_in_all(server: Dovecot, users: Iterable[str]) -> None:
    """One after the other; they look at nothing."""
    for user in users:
        with signed_in(server, user) as sock:
            sock.sendall(b"c LOGOUT\r\n")
            while sock.recv(4096):
                pass


def both(
    source: Dovecot, target: Dovecot, jobs: list[tuple[str, str, Stream]], folders: tuple[Path, ...], parallel: int
) -> None:
    """Of each mailbox (its user on the source, its user on the target, the stream), ``parallel`` mailboxes at once."""

    def one(job: tuple[str, str, Stream]) -> None:
        old, new, stream = job
        sending = pool.submit(drain, source, old, folders)
        fill(target, new, stream)
        sending.result()

    with ThreadPoolExecutor(parallel) as pool, ThreadPoolExecutor(parallel) as mailboxes:
        list(mailboxes.map(one, jobs))
