"""Mail as it is: a mailbox of more than 2,000 messages, the same on every run, with all that makes copying hard."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from random import Random

Path = tuple[str, ...]

FOLDERS: tuple[Path, ...] = (
    ("INBOX",),
    ("Sent",),
    ("Drafts",),
    ("Archief", "2019", "Kwartaal 1"),
    ("Archief", "2019", "Kwartaal 2"),
    ("Ünïcode & Co",),
    ("日本語", "メール"),
    ("Кириллица",),
    ("Emoji 🎉",),
    ('He said "no"', "back\\slash"),
    ("100% (of) {everything}",),
)
FLAGS: tuple[tuple[str, ...], ...] = (
    (),
    ("\\Seen",),
    ("\\Seen", "\\Answered"),
    ("\\Seen", "\\Flagged", "$Label1"),
    ("\\Draft",),
    ("\\Deleted",),
    ("\\Seen", "$Forwarded", "NonJunk"),
    ("Work",),
    ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft", "$MDNSent", "a-b_c.d:e"),
)
DATES: tuple[datetime, ...] = (
    datetime(2009, 6, 1, 9, 30, tzinfo=UTC),
    datetime(1971, 1, 1, 0, 0, 1, tzinfo=UTC),
    datetime(1999, 2, 28, 23, 59, 59, tzinfo=timezone(timedelta(hours=13))),
    datetime(2004, 2, 29, 12, 0, tzinfo=timezone(-timedelta(hours=11, minutes=30))),
    datetime(2036, 12, 31, 23, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))),
)
LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    folder: Path
    content: bytes
    flags: tuple[str, ...]
    date: datetime


def corpus(messages: int = 2_100, largest: int = LARGEST) -> Iterator[Mail]:
    """``messages`` messages in :data:`FOLDERS`, by folder; one of ``largest`` octets comes on top."""
    random = Random(2009)  # noqa: S311 -- the same mail every time is the point
    per_folder = -(-messages // len(FOLDERS))
    for place, folder in enumerate(FOLDERS):
        before = b""
        for number in range(per_folder):
            kind = KINDS[(number + place) % len(KINDS)]
            content = before if number % 29 == 28 else kind(random, place * per_folder + number)
            yield Mail(folder, content, random.choice(FLAGS), random.choice(DATES) + timedelta(hours=number))
            before = content
    yield Mail(("Archief", "2019", "Kwartaal 1"), attachment(random, 0, largest), ("\\Seen",), DATES[0])


def header(number: int, *more: str) -> bytes:
    lines = (
        f"From: Pilar Pinilla <pilarp@contoso.com>\r\nTo: tobyn@contoso.com\r\nSubject: Message {number}",
        f"Message-ID: <{number}@contoso.com>",
        "Date: Mon, 01 Jun 2009 10:00:00 +0200",
        *more,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def plain(random: Random, number: int) -> bytes:
    words = ("mailbox", "batch", "Contoso", "meeting", "budget", "attached", "please", "quarter", "regards")
    lines = (" ".join(random.choices(words, k=9)) for _ in range(random.randint(1, 60)))
    return header(number) + "\r\n".join(lines).encode() + b"\r\n"


def eight_bit(random: Random, number: int) -> bytes:
    """Octets that no header announces, in the header and in the body."""
    return header(number, "X-Name: G\u00fcnther").decode().encode("latin-1") + bytes(
        random.choices(range(128, 256), k=300)
    )


def encoded(_: Random, number: int) -> bytes:
    more = ("MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")
    return header(number, "Subject: =?utf-8?b?8J+OiQ==?=", *more) + "Crème brûlée, 日本語 🎉\r\n".encode()


def attachment(random: Random, number: int, size: int = 30_000) -> bytes:
    more = ("MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"')
    part = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee attachment.\r\n--b\r\nContent-Type: application/octet-stream\r\n"
    )
    data = encodebytes(random.randbytes(min(size, 30_000) * 3 // 4)).replace(b"\n", b"\r\n")
    data *= -(-size // len(data))
    return header(number, *more) + part + b"Content-Transfer-Encoding: base64\r\n\r\n" + data[:size] + b"\r\n--b--\r\n"


def broken_mime(_: Random, number: int) -> bytes:
    """A boundary that is never there, a part that never ends, base64 that is none."""
    more = (
        'Content-Type: multipart/mixed; boundary="never',
        "Content-Transfer-Encoding: base64",
        "MIME-Version: banana",
    )
    return header(number, *more) + b"--other\r\nContent-Type: ;;;\r\n\r\n%%% not base64 %%%"


def bare_line_ends(_: Random, number: int) -> bytes:
    return header(number) + b"one\ntwo\rthree\r\r\nfour\n\rfive\r\n.\r\n..\r\n"


def no_line_end(_: Random, number: int) -> bytes:
    return header(number) + b"the last line does not end"


def no_message_id(_: Random, number: int) -> bytes:
    return b"Subject: draft %d\r\n\r\nno Message-ID, no Date\r\n" % number


def repeated_message_id(_: Random, number: int) -> bytes:
    return header(4711) + b"the same Message-ID, another text: %d\r\n" % number


def header_only(_: Random, number: int) -> bytes:
    return header(number)


def body_only(_: Random, number: int) -> bytes:
    return b"\r\nno header at all, %d\r\n" % number


def one_octet(_: Random, number: int) -> bytes:
    return b"%d" % (number % 10)


def long_line(_: Random, number: int) -> bytes:
    return header(number, "X-Long: " + "x" * 20_000) + b"y" * 40_000 + b"\r\n"


def folded_header(_: Random, number: int) -> bytes:
    return header(number, "References: " + "\r\n\t".join(f"<{n}@contoso.com>" for n in range(40))) + b"text\r\n"


def mbox_line(_: Random, number: int) -> bytes:
    return b"From pilarp@contoso.com Mon Jun  1 10:00:00 2009\r\n" + header(number) + b"From here on\r\n>From there\r\n"


def looks_like_commands(_: Random, number: int) -> bytes:
    """What a server would do with this if it ever took a message for a command."""
    return header(number) + b'z1 CREATE "Executed"\r\nz2 DELETE "Sent"\r\n* BYE\r\n)\r\n{5+}\r\nz3 LOGOUT\r\n'


Kind = Callable[[Random, int], bytes]

KINDS: tuple[Kind, ...] = (
    plain,
    plain,
    eight_bit,
    plain,
    encoded,
    attachment,
    plain,
    broken_mime,
    bare_line_ends,
    plain,
    no_line_end,
    no_message_id,
    plain,
    repeated_message_id,
    header_only,
    plain,
    body_only,
    one_octet,
    long_line,
    folded_header,
    plain,
    mbox_line,
    looks_like_commands,
)
