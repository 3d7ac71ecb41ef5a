"""Mail to copy: the same octets in every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from tests.corpus import Mail, Path

Sizes = Callable[[Random], int]  # octets of one message

FEW: tuple[Path, ...] = (("INBOX",), ("Sent",), ("Archive",), ("Archive", "2019"), ("Projects",))
USUAL: tuple[Path, ...] = (*FEW, ("Drafts",), ("Trash",), ("Projects", "Fabrikam"))
MANY: tuple[Path, ...] = (
    *USUAL,
    ("Projects", "Ünïcode & Co"),
    ("Кириллица",),
    ("Кириллица", "Архив"),
    ("日本語",),
    ("日本語", "メール"),
    ("Emoji 🎉",),
    ("R&D",),
    ("R&D", "Q1 & Q2"),
    ("Archief", "2020", "Kwartaal 1"),
    ("Archief", "2020", "Kwartaal 2"),
    ("Αρχείο",),
    ("Done (all of it)",),
)
FLAGS: tuple[tuple[str, ...], ...] = (
    ("\\Seen",),
    ("\\Seen",),
    (),
    ("\\Seen", "\\Answered"),
    ("\\Seen", "NonJunk"),
    ("\\Seen", "$Label1"),
)
START = datetime(2020, 1, 1, tzinfo=UTC)
LINES = 16_384  # of text to take bodies from


@dataclass(frozen=True, slots=True)
class Corpus:
    """``mailboxes`` mailboxes of ``messages`` messages each, evenly over ``folders``."""

    name: str
    title: str
    mailboxes: int
    messages: int
    folders: tuple[Path, ...]
    sizes: Sizes

    def user(self, number: int) -> str:
        """Lower case, because Dovecot makes it so."""
        return f"{self.name.lower()}{number:04}@contoso.com"

    @property
    def users(self) -> list[str]:
        return [self.user(number) for number in range(self.mailboxes)]

    def mail(self, number: int, share: float = 1.0, salt: str = "") -> Iterator[Mail]:
        """Of one mailbox, by folder and in the order in which it came; ``share`` of as many messages, others for each ``salt``."""
        chance = Random(f"{self.name} {number} {salt}")
        total = max(1, round(self.messages * share))
        for place, folder in enumerate(self.folders):
            date = START
            for _ in range(total // len(self.folders) + (place < total % len(self.folders))):
                date += timedelta(seconds=chance.randrange(10_000))
                yield _mail(folder, chance, self.sizes(chance), date)

    def of(self, *, mailboxes: int, messages: int) -> Corpus:
        """A part of it."""
        return replace(self, mailboxes=mailboxes, messages=messages)


def between(least: int, most: int) -> Sizes:
    return lambda chance: chance.randrange(least, most)


def lognormal(median: int, sigma: float, most: int = 20_000_000) -> Sizes:
    return lambda chance: max(600, min(most, int(median * chance.lognormvariate(0, sigma))))


def one_of(size: int) -> Sizes:
    return lambda chance: size


SMALL = Corpus("S", "10,000 messages of 1 to 10 KB in 5 folders", 1, 10_000, FEW, between(1_000, 10_000))
MEDIUM = Corpus("M", "5,000 messages of lognormal size in 20 folders", 1, 5_000, MANY, lognormal(15_000, 1.86))
NUMEROUS = Corpus("N", "50 mailboxes of 500 messages in 8 folders", 50, 500, USUAL, lognormal(8_000, 1.7, 5_000_000))
WIDE = Corpus("W", "1,000 messages of 1 to 10 KB in 5 folders", 1, 1_000, FEW, between(1_000, 10_000))
LARGE = Corpus("L", "one mailbox of 200,000 messages", 1, 200_000, FEW, between(600, 1_500))
QUANTITY = Corpus("Q", "2,000 mailboxes of 16 messages in 8 folders", 2_000, 16, USUAL, between(600, 2_000))
EXTREME = Corpus("X", "one message of 150 MB", 1, 1, (("INBOX",),), one_of(150_000_000))


@cache
def _text() -> bytes:
    chance = Random("text")
    return b"".join(chance.randbytes(38).hex().encode() + b"\r\n" for _ in range(LINES))


LINE = 78  # octets of a line of it


def _mail(folder: Path, chance: Random, size: int, date: datetime) -> Mail:
    number = chance.getrandbits(64)
    head = (
        f"Date: Wed, 01 Jan 2020 12:00:00 +0000\r\nFrom: Anna <anna@contoso.com>\r\nTo: pilarp@contoso.com\r\n"
        f"Subject: Report {number}\r\nMessage-ID: <{number:x}@contoso.com>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    ).encode()
    lines = max(1, (size - len(head)) // LINE)
    first, text = chance.randrange(LINES), _text()
    piece = text[first * LINE : (first + lines) * LINE]
    piece += text * ((lines * LINE - len(piece)) // len(text))
    piece += text[: lines * LINE - len(piece)]
    return Mail(folder, head + piece, chance.choice(FLAGS), date)
