"""A mailbox as one stream of commands, rendered before the clock runs: what fills servers, and what the floor sends."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import BinaryIO

from tests.corpus import Mail, Path
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import wire_name

PASSWORD = "secret"
TOGETHER = 100  # messages in one MULTIAPPEND (RFC 3502)
TOGETHER_OCTETS = 8 * 1024 * 1024
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Refused(Exception):
    """The server did not take the stream; its words."""


@dataclass(frozen=True, slots=True)
class Stream:
    """``commands`` are those in the file; each has to be answered with OK. The last is LOGOUT."""

    file: FilePath
    commands: int


def render(mails: Iterable[Mail], folders: Iterable[Path], file: FilePath) -> Stream:
    """``folders`` are made first, INBOX apart."""
    with file.open("wb") as out:
        commands = 0
        for folder in folders:
            if folder != ("INBOX",):
                out.write(f"c CREATE {wire_name(folder)}\r\n".encode())
                commands += 1
        commands += _appends(mails, out)
        out.write(b"c LOGOUT\r\n")
    return Stream(file, commands + 1)


def _appends(mails: Iterable[Mail], out: BinaryIO) -> int:
    commands = count = octets = 0
    open_folder: Path | None = None
    for mail in mails:
        full = count == TOGETHER or octets + len(mail.content) > TOGETHER_OCTETS
        if open_folder != mail.folder or full:
            out.write(f"{'' if open_folder is None else chr(13) + chr(10)}c APPEND {wire_name(mail.folder)}".encode())
            open_folder, count, octets = mail.folder, 0, 0
            commands += 1
        out.write(_head(mail))
        out.write(mail.content)
        count, octets = count + 1, octets + len(mail.content)
    if open_folder is not None:
        out.write(b"\r\n")
    return commands


def _head(mail: Mail) -> bytes:
    date = mail.date
    when = f"{date.day:2}-{MONTHS[date.month - 1]}-{date.year} {date:%H:%M:%S %z}"
    return f' ({" ".join(mail.flags)}) "{when}" {{{len(mail.content)}+}}\r\n'.encode()


def signed_in(server: Dovecot, user: str) -> socket.socket:
    """A bare connection, past the server's greeting and the answer to LOGIN."""
    sock = socket.create_connection((server.host, server.port), timeout=300)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(f'c LOGIN "{user}" "{PASSWORD}"\r\n'.encode())
    said = b""
    while b"\r\nc " not in said or not said.endswith(b"\r\n"):
        piece = sock.recv(4096)
        if not piece:
            raise Refused(said.decode(errors="replace"))
        said += piece
    if b"\r\nc OK" not in said:
        raise Refused(said.decode(errors="replace"))
    return sock


def send(server: Dovecot, user: str, stream: Stream) -> None:
    """All of it, as fast as the server takes it; returns when the server has closed the connection. Raises Refused."""
    with signed_in(server, user) as sock, stream.file.open("rb") as file:
        sock.sendfile(file)
        answers = bytearray()
        while piece := sock.recv(65536):
            answers += piece
    lines = [line for line in bytes(answers).split(b"\r\n") if line.startswith(b"c ")]
    wrong = [line for line in lines if not line.startswith((b"c OK", b"c NO [ALREADYEXISTS]"))]
    if wrong or len(lines) != stream.commands:
        raise Refused((wrong or lines[-1:] or [b"nothing"])[0].decode(errors="replace"))
