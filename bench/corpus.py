"""Mail to copy: the same bytes in every run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from bench.peers import PASSWORD
from mailsync.model import Message, Path
from mailsync.stores.imap import ImapSettings, ImapStore, Login

Mail = Iterator[tuple[Path, Message]]

FOLDERS: tuple[Path, ...] = (("INBOX",), ("Sent",), ("Archive",), ("Archive", "2019"), ("Projects",))
FLAGS = (frozenset[str](), frozenset({"\\Seen"}), frozenset({"\\Seen", "\\Answered"}), frozenset({"\\Seen", "NonJunk"}))
START = datetime(2020, 1, 1, tzinfo=UTC)


def small(count: int = 10_000) -> Mail:
    """``count`` messages of 1 to 10 KB, evenly over five folders."""
    chance = random.Random(42)
    text = chance.randbytes(64 * 1024).hex().encode()
    for folder in FOLDERS:
        for uid in range(1, count // len(FOLDERS) + 1):
            yield folder, _message(folder, uid, _body(text, chance, chance.randrange(1_000, 10_000)), chance)


def one_large(size: int = 100 * 1024 * 1024) -> Mail:
    """Ten small messages with one of ``size`` octets among them."""
    chance = random.Random(43)
    text = chance.randbytes(64 * 1024).hex().encode()
    for uid in range(1, 12):
        yield FOLDERS[0], _message(FOLDERS[0], uid, _body(text, chance, size if uid == 6 else 4_000), chance)


def pour(host: str, port: int, user: str, mail: Callable[[], Mail]) -> None:
    """Into a mailbox that has none of the folders yet."""
    store = ImapStore(ImapSettings(host, port, security="none", login=Login(user, PASSWORD)))
    store.create((folder, "") for folder in FOLDERS)
    for _ in store.append(mail()):
        pass
    store.close()


def _message(folder: Path, uid: int, body: bytes, chance: random.Random) -> Message:
    date = START + timedelta(minutes=uid)
    return Message(folder, uid, chance.choice(FLAGS), date, len(body), iter([body]))


def _body(text: bytes, chance: random.Random, size: int) -> bytes:
    number = chance.getrandbits(64)
    head = b"From: anna@contoso.com\r\nTo: pilarp@contoso.com\r\nSubject: report %d\r\nMessage-ID: <%d@contoso.com>\r\n\r\n"
    start = chance.randrange(0, 32 * 1024)
    line = text[start : start + 76] + b"\r\n"
    return head % (number, number) + line * (size // len(line))
