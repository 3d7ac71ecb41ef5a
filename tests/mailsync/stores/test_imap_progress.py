"""How soon it is told that messages have been stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from mailsync.model import Appended, Message, Path
from tests.mailsync.servers import empty_mailbox
from tests.mailsync.stores.conftest import PASSWORD, imap_store
from tests.mailsync.stores.messages import Mail, messages
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import contents
from tests.servers.process import wait_until

BOX: Path = ("INBOX",)
PLAIN = Mail(b"Subject: one of many\r\n\r\n" + b"x" * 2000 + b"\r\n")


def test_what_the_server_has_stored_is_told_before_much_more_is_read(dovecot_target: Dovecot) -> None:
    user = empty_mailbox(dovecot_target)
    given = 0

    def slowly() -> Iterator[tuple[Path, Message]]:
        """As over a slow line: the answer to the first command is there before the third begins."""
        nonlocal given
        for given, item in enumerate(messages([PLAIN] * 400, BOX), 1):
            if given == 201:
                wait_until(lambda: stored(dovecot_target, user) >= 100, "the first command is done")
            yield item

    with closing(imap_store(dovecot_target, user)) as store:
        outcomes = store.append(slowly())
        first = next(outcomes)
        assert isinstance(first, Appended)
        assert (len(first.uids), given) in {(100, 201), (100, 301)}
        list(outcomes)


def stored(server: Dovecot, user: str) -> int:
    return len(contents(server.host, server.port, user, PASSWORD).get('"INBOX"', contents(server.host, server.port, user, PASSWORD).get("INBOX", [])))
