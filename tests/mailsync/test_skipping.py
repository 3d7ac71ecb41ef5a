"""What the list of skipped items tells of a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailsync.journal import MemoryJournal
from mailsync.model import INBOX
from mailsync.stores.memory import MemoryStore
from tests.mailsync.mailboxes import day, run

WEST = timezone(timedelta(hours=-1))


@pytest.mark.parametrize(
    ("header", "internal", "told"),
    [
        (b"Mon, 01 Jun 2009 12:00:00 +0200", day(3), datetime(2009, 6, 1, 10, tzinfo=UTC)),
        (b"yesterday", day(3), day(3)),
        (b"Fri, 31 Dec 9999 23:59:59 -0100", day(3), day(3)),
        (b"Fri, 31 Dec 9999 23:59:59 +0000", day(3), day(3)),
        (b"", datetime(9999, 12, 31, 23, 59, 59, tzinfo=WEST), None),
        (b"", datetime(1, 1, 1, tzinfo=UTC), None),
    ],
)
def test_a_date_is_told_if_it_can_be_shown_in_every_time_zone(
    header: bytes, internal: datetime, told: datetime | None
) -> None:
    source, journal = MemoryStore(), MemoryJournal()
    source.deliver(INBOX, b"Subject: Jaarverslag\r\nDate: " + header + b"\r\n\r\nx\r\n", date=internal)
    run(source, MemoryStore(refuse=lambda _: "no"), journal)
    assert [item.date for item in journal.skipped()] == [told]


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (b"=?iso-8859-1?q?Jahresabschlu=DF?=", "Jahresabschluß"),
        (b"=?klingon?b?SGVsbG8=?=", "=?klingon?b?SGVsbG8=?="),
        (b"=?utf-8?b?SGVsbG8===?= =?utf-8?b?a?=", "=?utf-8?b?SGVsbG8===?= =?utf-8?b?a?="),
        (b"  two\r\n lines ", "two lines"),
    ],
)
def test_a_subject_is_told_decoded_or_as_it_is(subject: bytes, told: str) -> None:
    source, journal = MemoryStore(), MemoryJournal()
    source.deliver(INBOX, b"Subject: " + subject + b"\r\n\r\nx\r\n")
    run(source, MemoryStore(refuse=lambda _: "no"), journal)
    assert [item.subject for item in journal.skipped()] == [told]
