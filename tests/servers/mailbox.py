"""Fills and reads a mailbox without any code of ours: pipelined APPENDs on a bare socket, and Python's own imaplib."""

from __future__ import annotations

import imaplib
import re
import socket
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from tests.corpus import Mail, Path

Seen = tuple[str, tuple[str, ...], datetime]  # SHA-256 of the content, flags in alphabetical order, INTERNALDATE in UTC

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def wire_name(path: Path, separator: str = "/") -> str:
    """The quoted name of a folder in modified UTF-7 (RFC 3501 section 5.1.3)."""
    joined = separator.join(path).replace("&", "&-")
    coded = re.sub(r"[^ -~]+", lambda run: _base64(run.group()), joined)
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _base64(text: str) -> str:
    return "&" + b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"


def fill(host: str, port: int, user: str, password: str, mails: Iterable[Mail]) -> None:
    """Append all; folders that are not there are made. Raises AssertionError with the server's words if it refuses one."""
    with socket.create_connection((host, port), timeout=120) as line, line.makefile("rb") as replies:
        sent = [f'LOGIN "{user}" "{password}"']
        line.sendall(f"t {sent[0]}\r\n".encode())
        answers = [next(reply for reply in replies if reply.startswith(b"t "))]
        assert answers[0].startswith(b"t OK"), answers[0]  # else it hangs up on the rest, and these words are lost
        folders: set[Path] = {("INBOX",)}
        for mail in mails:
            if mail.folder not in folders:
                folders.add(mail.folder)
                sent.append(f"CREATE {wire_name(mail.folder)}")
                line.sendall(f"t {sent[-1]}\r\n".encode())
            sent.append(_append(mail))
            line.sendall(f"t {sent[-1]}\r\n".encode() + mail.content + b"\r\n")
        line.sendall(b"end LOGOUT\r\n")
        answers += [reply for reply in replies if reply.startswith((b"t ", b"end "))]
    assert len(answers) == len(sent) + 1
    good = (b"t OK", b"t NO [ALREADYEXISTS]")
    refused = [(command, reply) for command, reply in zip(sent, answers, strict=False) if not reply.startswith(good)]
    assert refused == []


def _append(mail: Mail) -> str:
    date = mail.date
    when = f"{date.day:2}-{_MONTHS[date.month - 1]}-{date.year} {date:%H:%M:%S %z}"
    return f'APPEND {wire_name(mail.folder)} ({" ".join(mail.flags)}) "{when}" {{{len(mail.content)}+}}'


def contents(host: str, port: int, user: str, password: str) -> dict[str, list[Seen]]:
    """Every selectable folder by its name on the wire, its messages by ascending UID."""
    with imaplib.IMAP4(host, port, timeout=120) as client:
        client.login(user, password)
        lines = [line for line in client.list()[1] if isinstance(line, bytes) and b"\\Noselect" not in line]
        names = [line.split(b' "/" ', 1)[1].decode() for line in lines]
        return {name: _messages(client, name) for name in names}


def _messages(client: imaplib.IMAP4, name: str) -> list[Seen]:
    status, answer = client.select(name, readonly=True)
    assert status == "OK", answer
    if answer[0] == b"0":
        return []
    _, parts = client.uid("FETCH", "1:*", "(UID FLAGS INTERNALDATE BODY.PEEK[])")
    found = [(head.decode(), body) for head, body in (part for part in parts if isinstance(part, tuple))]
    return [_seen(head, body) for head, body in sorted(found, key=lambda message: _uid(message[0]))]


def _uid(head: str) -> int:
    return int(re.findall(r"UID (\d+)", head)[0])


def _seen(head: str, body: bytes) -> Seen:
    flags = re.findall(r"FLAGS \(([^)]*)\)", head)[0].split()
    day, month, year, *time, zone = re.findall(r'INTERNALDATE "([ \d]\d)-(\w+)-(\d+) (\d+):(\d+):(\d+) ([^"]+)"', head)[
        0
    ]
    hour, minute, second = map(int, time)
    local = datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)
    offset = datetime.strptime(zone, "%z").utcoffset()
    assert offset is not None
    return sha256(body).hexdigest(), tuple(sorted(flag for flag in flags if flag != "\\Recent")), local - offset
