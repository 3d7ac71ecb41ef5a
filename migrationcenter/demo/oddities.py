"""Messages that real mailboxes hold and no standard allows, or allows and few expect: each must arrive as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from migrationcenter.demo.corpus import CRLF, Author, encoded

Oddity = Callable[[Author, datetime], bytes]


def without_message_id(author: Author, when: datetime) -> bytes:
    head, _, rest = author.plain(when).partition(b"Message-ID: ")
    return head + rest.partition(b"\r\n")[2]


def with_bare_line_feeds(author: Author, when: datetime) -> bytes:
    return author.plain(when).replace(b"\r\n", b"\n")


def with_an_unclosed_boundary(author: Author, when: datetime) -> bytes:
    whole = author.html(when)
    return whole[: whole.rindex(b"--=_")] + b"the rest of this message was lost long ago"


def with_a_wrong_charset(author: Author, when: datetime) -> bytes:
    return author.plain(when).replace(b"charset=utf-8", b"charset=x-unknown-8bit") + b"\xff\xfe caf\xe9\r\n"


def with_raw_bytes_in_the_subject(author: Author, when: datetime) -> bytes:
    return author.plain(when).replace(b"Subject: ", b"Subject: Offerte caf\xe9 \x80 ", 1)


def with_an_empty_body(author: Author, when: datetime) -> bytes:
    return (author.headers(when, author.subject()) + CRLF).encode()


def of_headers_only(author: Author, when: datetime) -> bytes:
    """Not even the blank line that ends a header."""
    return author.headers(when, author.subject()).encode()


def without_headers(author: Author, when: datetime) -> bytes:
    return ("\r\n" + author.text()).encode()


def with_one_endless_line(author: Author, when: datetime) -> bytes:
    head = author.headers(when, author.subject(), "Content-Type: text/plain")
    return (head + CRLF + "abcdefghij" * 2_000 + CRLF).encode()


def without_a_final_line_end(author: Author, when: datetime) -> bytes:
    return author.plain(when).rstrip(b"\r\n") + b" (no line end)"


def with_an_impossible_date(author: Author, when: datetime) -> bytes:
    head, _, rest = author.plain(when).partition(b"Date: ")
    return head + b"Date: Fri, 32 Foo 20x9 25:61:00 +9900\r\n" + rest.partition(b"\r\n")[2]


def with_a_folded_subject(author: Author, when: datetime) -> bytes:
    subject = "very long subject, " * 12 + "📎 einde"
    return (author.headers(when, subject, "Content-Type: text/plain") + CRLF + author.text()).encode()


def with_a_message_inside(author: Author, when: datetime) -> bytes:
    inner = author.plain(when).decode()
    return author.multipart(when, "mixed", ("Content-Type: message/rfc822", inner))


def with_a_repeated_message_id(author: Author, when: datetime) -> bytes:
    head, _, rest = author.plain(when).partition(b"Message-ID: ")
    return head + b"Message-ID: <template@contoso.com>\r\n" + rest.partition(b"\r\n")[2]


def with_a_broken_content_type(author: Author, when: datetime) -> bytes:
    head = author.headers(when, author.subject(), 'Content-Type: multipart/; boundary=;;; charset=="')
    return (head + CRLF + author.text()).encode()


def that_looks_like_imap(author: Author, when: datetime) -> bytes:
    lines = ("a001 LOGOUT", ") {5+}", "* BYE", "+ go ahead", "{99999999}", "~{3+}")
    return (author.headers(when, encoded("* 1 EXISTS {3}")) + CRLF + CRLF.join(lines) + CRLF).encode()


ODDITIES: tuple[Oddity, ...] = (
    without_message_id,
    with_bare_line_feeds,
    with_an_unclosed_boundary,
    with_a_wrong_charset,
    with_raw_bytes_in_the_subject,
    with_an_empty_body,
    of_headers_only,
    without_headers,
    with_one_endless_line,
    without_a_final_line_end,
    with_an_impossible_date,
    with_a_folded_subject,
    with_a_message_inside,
    with_a_repeated_message_id,
    with_a_broken_content_type,
    that_looks_like_imap,
)
