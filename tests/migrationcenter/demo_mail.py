"""The demo's mail servers as a process, and a plain client that reads from them."""

from __future__ import annotations

import imaplib
import json
import re
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pymap.parsing.modutf7 import modutf7_encode

from migrationcenter.demo.accounts import Ready, accounts_json
from migrationcenter.demo.children import Child, Children
from migrationcenter.demo.contoso import Contoso

FETCHED = re.compile(rb'UID (\d+) FLAGS \(([^)]*)\) INTERNALDATE "([^"]+)"')


@dataclass(frozen=True)
class Mail:
    contoso: Contoso
    process: Child
    ready: Ready


@contextmanager
def running_mail(folder: Path) -> Iterator[Mail]:
    contoso = Contoso.invent()
    accounts = folder / "accounts.json"
    accounts.write_text(accounts_json(contoso.source, contoso.target))
    certificate = folder / "server.pem"
    certificate.write_text(contoso.certificates.server)
    children = Children(folder, {"PYTHONPATH": str(Path(__file__).parents[2])})
    try:
        argv = [sys.executable, "-m", "migrationcenter.demo.servers", str(accounts), str(certificate)]
        process = children.start("mail servers", argv, pipes=True)
        yield Mail(contoso, process, Ready(**json.loads(process.hear())))
    finally:
        children.end()


@dataclass(frozen=True)
class Fetched:
    uid: int
    flags: frozenset[str]
    date: datetime
    content: bytes


class Reader:
    """Reads mailboxes by the standard library's own client."""

    def __init__(self, port: int, contoso: Contoso) -> None:
        trusted = ssl.create_default_context(cadata=contoso.certificates.authority)
        self.imap = imaplib.IMAP4_SSL("127.0.0.1", port, ssl_context=trusted)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.imap.shutdown()

    def sign_in(self, user: str, password: str) -> None:
        self.imap.login(f'"{user}"', password)

    def select(self, *path: str) -> int:
        """The number of messages."""
        encoded = modutf7_encode("/".join(path)).decode().replace("\\", "\\\\").replace('"', '\\"')
        status, (count, *_) = self.imap.select(f'"{encoded}"', readonly=True)
        assert status == "OK", count
        return int(count or 0)

    def messages(self, *path: str) -> list[Fetched]:
        if not self.select(*path):
            return []
        _, data = self.imap.uid("FETCH", "1:*", "(UID FLAGS INTERNALDATE BODY.PEEK[])")
        return [_fetched(*item) for item in data if isinstance(item, tuple)]


def _fetched(head: bytes, content: bytes) -> Fetched:
    match = FETCHED.search(head)
    assert match, head
    flags = frozenset(match[2].decode().split()) - {"\\Recent"}
    date = datetime.strptime(match[3].decode(), "%d-%b-%Y %H:%M:%S %z")
    return Fetched(int(match[1]), flags, date, content)
