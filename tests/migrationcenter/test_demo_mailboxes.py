"""The mail that the demo moves."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random

from migrationcenter.demo.mailboxes import TARGET_LIMIT, SampleMailbox, sample_mailbox, sample_mailboxes
from migrationcenter.demo.people import PEOPLE


@cache
def every_mailbox() -> list[SampleMailbox]:
    return list(sample_mailboxes())


def _contents(mailbox: SampleMailbox) -> list[bytes]:
    return [message.content for folder in mailbox.folders for message in folder.messages]


def test_there_are_more_than_twenty_mailboxes_with_several_thousand_messages() -> None:
    addresses = [mailbox.person.address for mailbox in every_mailbox()]
    assert addresses[:3] == ["pilarp@contoso.com", "tobyn@contoso.com", "briant@contoso.com"]
    assert len(set(addresses)) == len(addresses) >= 20
    assert sum(mailbox.messages for mailbox in every_mailbox()) >= 4_000


def test_the_same_person_always_gets_the_same_mail() -> None:
    again = sample_mailbox(PEOPLE[3], Random(3))  # noqa: S311
    assert again == every_mailbox()[3]


def test_one_message_is_too_large_for_the_new_server() -> None:
    too_large = [
        content for mailbox in every_mailbox() for content in _contents(mailbox) if len(content) > TARGET_LIMIT
    ]
    assert len(too_large) == 1
    assert too_large[0] in _contents(every_mailbox()[0])


def test_one_message_has_to_be_repaired_for_the_new_server() -> None:
    spoilt = [content for mailbox in every_mailbox() for content in _contents(mailbox) if b"\0" in content]
    assert len(spoilt) == 1
    assert spoilt[0] in _contents(every_mailbox()[1])


def test_folders_are_nested_and_named_in_many_scripts() -> None:
    paths = [folder.path for folder in every_mailbox()[0].folders]
    assert {("Projecten", "Été 2019"), ("Архив", "2018"), ("日本語",), ("Foto's 📷",)} <= set(paths)
    assert len(set(paths)) == len(paths)


def test_some_folders_and_one_mailbox_are_empty() -> None:
    assert any(not folder.messages for folder in every_mailbox()[0].folders)
    assert [mailbox.person.local_part for mailbox in every_mailbox() if not mailbox.messages] == ["new.starter"]


def test_every_mailbox_with_mail_holds_odd_messages_and_one_message_twice() -> None:
    for mailbox in every_mailbox():
        if not mailbox.messages:
            continue
        contents = Counter(_contents(mailbox))
        assert max(contents.values()) == 2
        assert any(b"\n" in content and b"\r\n" not in content for content in contents)
        assert any(b"message-id:" not in content.lower() for content in contents)
        assert any(content.startswith(b"\r\n") for content in contents)


def test_flags_keywords_and_unexpected_dates_occur() -> None:
    messages = [message for mailbox in every_mailbox() for folder in mailbox.folders for message in folder.messages]
    flags = frozenset().union(*(message.flags for message in messages))
    assert {"\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted", "$Forwarded", "NonJunk"} <= flags
    assert {1970, 2099} <= {message.date.year for message in messages}
    assert len({message.date.utcoffset() for message in messages}) > 5
