"""The two mail servers of the demo, read by the standard library's client."""

from __future__ import annotations

import imaplib
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrationcenter.demo.contoso import ADMINISTRATOR
from migrationcenter.demo.mailboxes import BUSY, TARGET_LIMIT, SampleMailbox, sample_mailboxes
from migrationcenter.demo.people import PEOPLE
from tests.migrationcenter.demo_mail import Mail, Reader, running_mail

DEADLINE = 30.0  # seconds
PILAR, TOBY = PEOPLE[0].address, PEOPLE[1].address


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mail]:
    """Both servers, with no new mail arriving."""
    with running_mail(tmp_path_factory.mktemp("mail")) as mail:
        mail.process.tell("quiet")
        assert mail.process.hear() == "quiet"
        yield mail


@pytest.fixture
def source(mail: Mail) -> Iterator[Reader]:
    with Reader(mail.ready.source_port, mail.contoso) as reader:
        yield reader


@pytest.fixture
def target(mail: Mail) -> Iterator[Reader]:
    with Reader(mail.ready.target_port, mail.contoso) as reader:
        yield reader


def _read(source: Reader, sample: SampleMailbox) -> None:
    for folder in sample.folders:
        found = source.messages(*folder.path)
        arrived = len(found) - len(folder.messages)  # since the start, at the end of an inbox
        assert arrived == 0 or folder.path == ("INBOX",)
        stored = found[: len(folder.messages)]
        assert [message.content for message in stored] == [message.content for message in folder.messages]
        assert [message.date for message in stored] == [message.date for message in folder.messages]
        kept = sum(message.flags <= seen.flags for message, seen in zip(folder.messages, stored, strict=True))
        assert kept == len(folder.messages)


def test_the_old_server_holds_all_mailboxes_to_the_byte(mail: Mail) -> None:
    for sample in sample_mailboxes():
        with Reader(mail.ready.source_port, mail.contoso) as source:
            source.sign_in(sample.person.address, mail.contoso.source.passwords[sample.person.address])
            _read(source, sample)
        assert mail.ready.messages[sample.person.address] == sample.messages


def test_the_new_server_has_the_same_mailboxes_and_no_mail(mail: Mail) -> None:
    for person in PEOPLE:
        with Reader(mail.ready.target_port, mail.contoso) as target:
            target.sign_in(person.address, mail.contoso.target.passwords[person.address])
            assert [target.select(name) for name in ("INBOX", "Sent", "Archive")] == [0, 0, 0]


def test_the_new_server_tells_the_special_use_of_its_folders(mail: Mail, target: Reader) -> None:
    target.sign_in(TOBY, mail.contoso.target.passwords[TOBY])
    _, lines = target.imap.list()
    assert b'(\\HasNoChildren \\Junk) "/" Spam' in lines
    assert b'(\\HasNoChildren \\Sent) "/" Sent' in lines


def test_an_administrator_opens_any_mailbox_of_the_old_server(mail: Mail, source: Reader) -> None:
    source.sign_in(f"{PILAR}*{ADMINISTRATOR}", mail.contoso.source.administrator_password)
    assert source.select("INBOX") >= 100


def test_an_administrator_may_name_the_mailbox_as_authorization_identity(mail: Mail, source: Reader) -> None:
    words = "\0".join((PILAR, ADMINISTRATOR, mail.contoso.source.administrator_password))
    source.imap.authenticate("PLAIN", lambda _: words.encode())
    assert source.select("INBOX") >= 100


@pytest.mark.parametrize(
    "user",
    [PILAR, TOBY, "nobody@contoso.com", f"nobody@contoso.com*{ADMINISTRATOR}", ADMINISTRATOR, f"{PILAR}*{TOBY}"],
)
def test_others_are_refused(mail: Mail, source: Reader, user: str) -> None:
    passwords = mail.contoso.source
    wrong = {PILAR: passwords.passwords[TOBY], TOBY: "", f"{PILAR}*{TOBY}": passwords.passwords[TOBY]}
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        source.sign_in(user, wrong.get(user, passwords.administrator_password) or '""')


def test_a_user_can_not_act_as_another(mail: Mail, source: Reader) -> None:
    words = "\0".join((PILAR, TOBY, mail.contoso.source.passwords[TOBY]))
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        source.imap.authenticate("PLAIN", lambda _: words.encode())


def test_the_new_server_keeps_what_it_gets_with_date_flags_and_keywords(mail: Mail, target: Reader) -> None:
    target.sign_in(TOBY, mail.contoso.target.passwords[TOBY])
    content = b"Subject: no end\r\nContent-Type: multipart/; boundary=;;\r\n"
    target.imap.append("Archive", "(\\Flagged $Forwarded)", '"29-Feb-2000 23:59:59 -1130"', content)
    (kept,) = target.messages("Archive")
    assert kept.content == content
    assert kept.flags == {"\\Flagged", "$Forwarded"}
    assert kept.date.isoformat() == "2000-02-29T23:59:59-11:30"


def test_the_new_server_announces_and_enforces_its_limit(mail: Mail, target: Reader) -> None:
    target.sign_in(PILAR, mail.contoso.target.passwords[PILAR])
    _, announced = target.imap.capability()
    assert f"APPENDLIMIT={TARGET_LIMIT}".encode() in b" ".join(announced).split()
    status, words = target.imap.append("INBOX", "", None, b"x" * (TARGET_LIMIT + 1))
    assert (status, words) == ("NO", [b"[TOOBIG] Message is larger than 2000000 octets"])
    assert target.select("INBOX") == 0


def test_the_new_server_refuses_nul(mail: Mail, target: Reader) -> None:
    target.sign_in(PILAR, mail.contoso.target.passwords[PILAR])
    status, words = target.imap.append("INBOX", "", None, b"Subject: fax\r\n\r\n\0\r\n")
    assert (status, words) == ("NO", [b"Message contains NUL characters"])


def test_the_old_server_tells_an_administrator_once_to_come_back_later(mail: Mail, source: Reader) -> None:
    source.sign_in(f"{BUSY[0].address}*{ADMINISTRATOR}", mail.contoso.source.administrator_password)
    source.select("INBOX")
    with pytest.raises(imaplib.IMAP4.error, match="Suggested Backoff Time: 30000 milliseconds"):
        source.imap.fetch("1", "(UID)")
    assert source.imap.fetch("1", "(UID)")[0] == "OK"


def test_new_mail_keeps_arriving_at_the_old_server(tmp_path: Path) -> None:
    at_first = sum(len(sample.folders[0].messages) for sample in sample_mailboxes())
    with running_mail(tmp_path) as mail:
        deadline = time.monotonic() + DEADLINE
        while _messages_in_inboxes(mail) < at_first + 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _messages_in_inboxes(mail: Mail) -> int:
    messages = 0
    for person in PEOPLE:
        with Reader(mail.ready.source_port, mail.contoso) as source:
            source.sign_in(person.address, mail.contoso.source.passwords[person.address])
            messages += source.select("INBOX")
    return messages


def test_the_servers_end_when_their_starter_is_gone(tmp_path: Path) -> None:
    with running_mail(tmp_path) as mail:
        assert mail.process.process.stdin
        mail.process.process.stdin.close()
        assert mail.process.process.wait(DEADLINE) == 0


def test_only_those_who_trust_the_demo_s_authority_connect(mail: Mail) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL("127.0.0.1", mail.ready.source_port, ssl_context=ssl.create_default_context())
