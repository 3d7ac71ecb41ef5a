"""The mailboxes of the old server in the demo: folders, messages, flags and dates. The same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random

from migrationcenter.demo.corpus import Author
from migrationcenter.demo.oddities import ODDITIES
from migrationcenter.demo.people import PEOPLE, Person

TARGET_LIMIT = 2_000_000  # octets of the largest message the new server takes
OVERSIZE = 2_200_000  # octets of the attachment that makes one message too large for it, about 3 MB once encoded
BUSY = PEOPLE[3:5]  # their mailboxes are too much for the old server at first: it asks to wait

Path = tuple[str, ...]
INBOX: Path = ("INBOX",)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    content: bytes
    date: datetime  # INTERNALDATE
    flags: frozenset[str] = frozenset()


@dataclass(slots=True)
class SampleFolder:
    path: Path
    special_use: str = ""  # "\\Sent", "\\Drafts" ... (RFC 6154)
    messages: list[StoredMessage] = field(default_factory=list)


@dataclass(slots=True)
class SampleMailbox:
    person: Person
    folders: list[SampleFolder]

    @property
    def messages(self) -> int:
        return sum(len(folder.messages) for folder in self.folders)


STANDARD_FOLDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (("Sent Items", "\\Sent"), ("Drafts", "\\Drafts"), ("Deleted Items", "\\Trash"), ("Junk E-mail", "\\Junk")),
    "nl": (
        ("Verzonden items", "\\Sent"),
        ("Concepten", "\\Drafts"),
        ("Verwijderde items", "\\Trash"),
        ("Ongewenste e-mail", "\\Junk"),
    ),
}
OTHER_FOLDERS: tuple[Path, ...] = (
    ("Projecten", "Été 2019"),
    ("Projecten", "Été 2019", "Fase 2 – oplevering"),
    ("Projects", "Lighthouse", "Q3 & Q4"),
    ("Архив",),
    ("Архив", "2018"),
    ("日本語",),
    ("日本語", "会議"),
    ("Klanten", "Größe & Zonen"),
    ("Klanten", "100% klaar"),
    ("R&D~notes",),
    ("Archive v1.0", "2009"),
    ("Foto's 📷",),
    ('The "quoted" folder',),
    ("HR", "Sollicitaties", "2021", "Stages"),
    ("Leeg",),
)
ZONES = tuple(timezone(timedelta(minutes=minutes)) for minutes in (0, 60, 120, 330, -300, -480, 765))
ODD_DATES = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-12))),
    datetime(2000, 2, 29, 12, 0, tzinfo=UTC),
    datetime(2099, 1, 1, 0, 0, 1, tzinfo=timezone(timedelta(hours=14))),
)
KEYWORDS = ("$Forwarded", "NonJunk", "$MDNSent", "$Label1", "Belangrijk")
FIRST_MAIL = datetime(2009, 3, 2, 8, 30, tzinfo=UTC)
YEARS = 17


def sample_mailboxes() -> Iterator[SampleMailbox]:
    """All mailboxes, one at a time: one alone is up to 10 MB."""
    for number, person in enumerate(PEOPLE):
        yield sample_mailbox(person, Random(number))  # noqa: S311 (no secret is made here)


def sample_mailbox(person: Person, rng: Random) -> SampleMailbox:
    folders = _folders(person, rng)
    author = Author(person, rng)
    for folder, count in zip(folders, _counts(person.messages, folders, rng), strict=True):
        folder.messages.extend(_messages(author, folder, count))
    if person.messages:
        _add_oddities(author, folders[0])
    if person is PEOPLE[0]:
        _add_oversize(author, folders)
    if person is PEOPLE[1]:
        _add_nul(author, folders[0])
    return SampleMailbox(person, folders)


def _folders(person: Person, rng: Random) -> list[SampleFolder]:
    standard = [SampleFolder((name,), use) for name, use in STANDARD_FOLDERS[person.language]]
    many = len(OTHER_FOLDERS) if person is PEOPLE[0] else min(len(OTHER_FOLDERS), person.messages // 30)
    others = sorted(rng.sample(OTHER_FOLDERS, many))
    return [SampleFolder(INBOX), *standard, *(SampleFolder(path) for path in others)]


def _counts(total: int, folders: list[SampleFolder], rng: Random) -> list[int]:
    """``total`` shared out: the inbox and the sent mail hold most of it, a folder named "Leeg" nothing."""
    weights = [0.0 if folder.path == ("Leeg",) else rng.uniform(0.2, 1) for folder in folders]
    weights[0], weights[1] = 4, 3
    return [round(total * weight / sum(weights)) for weight in weights]


def _messages(author: Author, folder: SampleFolder, count: int) -> Iterator[StoredMessage]:
    step = timedelta(days=365 * YEARS) / (count + 1)
    for number in range(count):
        zone = author.rng.choice(ZONES)
        when = (FIRST_MAIL + step * (number + author.rng.random())).astimezone(zone).replace(microsecond=0)
        yield StoredMessage(author.message(when), when, _flags(author.rng, folder))


def _flags(rng: Random, folder: SampleFolder) -> frozenset[str]:
    flags = {"\\Seen"} if rng.random() < 0.85 or folder.special_use == "\\Sent" else set()
    if folder.special_use == "\\Drafts":
        flags.add("\\Draft")
    if folder.special_use == "\\Junk":
        flags.add("Junk")
    chances = (("\\Answered", 0.15), ("\\Flagged", 0.06), ("\\Deleted", 0.01), (rng.choice(KEYWORDS), 0.2))
    return frozenset(flags | {flag for flag, chance in chances if rng.random() < chance})


def _add_oddities(author: Author, folder: SampleFolder) -> None:
    """One of each kind between the others, one of them twice, and a few with dates that nobody expects."""
    rng = author.rng
    odd = [StoredMessage(write(author, ODD_DATES[2]), rng.choice(ODD_DATES), _flags(rng, folder)) for write in ODDITIES]
    for message in (*odd, odd[0]):
        folder.messages.insert(rng.randint(0, len(folder.messages)), message)


def _add_oversize(author: Author, folders: list[SampleFolder]) -> None:
    folder = next(folder for folder in folders if folder.path == ("Projecten", "Été 2019"))
    when = datetime(2019, 7, 14, 9, 0, tzinfo=ZONES[2])
    content = author.with_attachment(when, "all the holiday photos.zip", author.rng.randbytes(OVERSIZE))
    folder.messages.append(StoredMessage(content, when, frozenset({"\\Seen"})))


def _add_nul(author: Author, folder: SampleFolder) -> None:
    """What old programs wrote and new servers refuse: it has to be repaired to arrive."""
    when = datetime(2010, 11, 8, 16, 20, tzinfo=ZONES[1])
    content = author.plain(when) + b"-- \r\nsent by FaxGate 2.1\0\0\0\r\n"
    folder.messages.append(StoredMessage(content, when, frozenset({"\\Seen"})))
