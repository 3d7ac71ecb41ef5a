"""Writes the demo's mail: ordinary messages of ordinary offices, byte by byte, the same for the same seed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from random import Random

from migrationcenter.demo.people import DOMAIN, PEOPLE, Person
from migrationcenter.demo.phrases import PHRASES

CRLF = "\r\n"


def encoded(text: str) -> str:
    """A header value: as it is, or in encoded words of at most 75 characters (RFC 2047 section 2)."""
    if text.isascii():
        return text
    pieces = [text[at : at + 15].encode() for at in range(0, len(text), 15)]
    return (CRLF + " ").join(f"=?utf-8?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def base64_lines(content: bytes) -> str:
    """Lines of 76 characters (RFC 2045 section 6.8)."""
    return base64.encodebytes(content).decode().replace("\n", CRLF)


class Author:
    """Writes the mail in one person's mailbox."""

    def __init__(self, person: Person, rng: Random) -> None:
        self.person = person
        self.rng = rng
        self.phrases = PHRASES[person.language]

    def message(self, when: datetime) -> bytes:
        """A message of some ordinary kind."""
        (kind,) = self.rng.choices(_KINDS, _WEIGHTS)
        return kind(self, when)

    def fill(self, template: str) -> str:
        topic = self.rng.choice(self.phrases.topics)
        number, day = self.rng.randrange(1000, 99999), self.rng.randint(4, 19)
        return template.replace("{topic}", topic).replace("{number}", str(number)).replace("{day}", str(day))

    def subject(self) -> str:
        return self.fill(self.rng.choice(self.phrases.subjects))

    def colleague(self) -> Person:
        return self.rng.choice(PEOPLE)

    def headers(self, when: datetime, subject: str, *more: str) -> str:
        sender = self.colleague()
        lines = [
            f"Message-ID: <{self.rng.getrandbits(64):016x}@{DOMAIN}>",
            f"Date: {format_datetime(when)}",
            f"From: {encoded(sender.name)} <{sender.address}>",
            f"To: {encoded(self.person.name)} <{self.person.address}>",
            f"Subject: {encoded(subject)}",
            *more,
            "MIME-Version: 1.0",
        ]
        return CRLF.join(lines) + CRLF

    def text(self) -> str:
        """A letter: a greeting, one to five paragraphs, a closing."""
        rng, phrases = self.rng, self.phrases
        paragraphs = [
            " ".join(map(self.fill, rng.choices(phrases.sentences, k=rng.randint(1, 6))))
            for _ in range(rng.randint(1, 5))
        ]
        greeting = rng.choice(phrases.greetings).replace("{name}", self.person.name)
        return (CRLF * 2).join(
            [greeting, *paragraphs, rng.choice(phrases.closings) + CRLF + self.colleague().name]
        ) + CRLF

    def plain(self, when: datetime) -> bytes:
        head = self.headers(
            when, self.subject(), "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"
        )
        return (head + CRLF + self.text()).encode()

    def latin1(self, when: datetime) -> bytes:
        head = self.headers(
            when, self.subject(), "Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: 8bit"
        )
        return (head + CRLF).encode() + self.text().encode("latin-1", "replace")

    def reply(self, when: datetime) -> bytes:
        subject = self.phrases.reply_prefix + self.subject()
        intro = self.phrases.wrote.format(date=f"{when:%d-%m-%Y %H:%M}", name=self.colleague().name)
        quoted = CRLF.join("> " + line for line in self.text().split(CRLF))
        reference = f"References: <{self.rng.getrandbits(64):016x}@{DOMAIN}>"
        head = self.headers(when, subject, reference, "Content-Type: text/plain; charset=utf-8; format=flowed")
        return (head + CRLF + self.text() + CRLF + intro + CRLF + quoted + CRLF).encode()

    def html(self, when: datetime) -> bytes:
        text = self.text()
        paragraphs = "".join(f"<p>{part}</p>{CRLF}" for part in text.split(CRLF * 2))
        page = f'<html><body style="font-family: sans-serif">{CRLF}{paragraphs}</body></html>{CRLF}'
        parts = (("Content-Type: text/plain; charset=utf-8", text), ("Content-Type: text/html; charset=utf-8", page))
        return self.multipart(when, "alternative", *parts)

    def attachment(self, when: datetime) -> bytes:
        name = self.rng.choice(self.phrases.attachments)
        return self.with_attachment(when, name, self.rng.randbytes(self.rng.randint(2_000, 48_000)))

    def with_attachment(self, when: datetime, name: str, content: bytes) -> bytes:
        head = (
            f'Content-Type: application/octet-stream; name="{name}"{CRLF}'
            f'Content-Disposition: attachment; filename="{name}"{CRLF}'
            "Content-Transfer-Encoding: base64"
        )
        letter = ("Content-Type: text/plain; charset=utf-8", self.text())
        return self.multipart(when, "mixed", letter, (head, base64_lines(content)))

    def multipart(self, when: datetime, subtype: str, *parts: tuple[str, str]) -> bytes:
        boundary = f"=_{self.rng.getrandbits(48):012x}"
        head = self.headers(when, self.subject(), f'Content-Type: multipart/{subtype}; boundary="{boundary}"')
        body = "".join(f"--{boundary}{CRLF}{part_head}{CRLF * 2}{part}{CRLF}" for part_head, part in parts)
        return f"{head}{CRLF}{body}--{boundary}--{CRLF}".encode()

    def invitation(self, when: datetime) -> bytes:
        event = CRLF.join(
            (
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "METHOD:REQUEST",
                "BEGIN:VEVENT",
                f"UID:{self.rng.getrandbits(64):016x}",
                f"DTSTART:{when:%Y%m%dT%H%M00}",
                f"SUMMARY:{self.subject()}",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            )
        )
        letter = ("Content-Type: text/plain; charset=utf-8", self.text())
        return self.multipart(
            when, "alternative", letter, ("Content-Type: text/calendar; method=REQUEST; charset=utf-8", event)
        )


_KINDS: tuple[Callable[[Author, datetime], bytes], ...] = (
    Author.plain,
    Author.reply,
    Author.html,
    Author.attachment,
    Author.invitation,
    Author.latin1,
)
_WEIGHTS = (44, 20, 20, 8, 4, 4)
