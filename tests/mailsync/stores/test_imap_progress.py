"""How soon it is told that messages have been stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from mailsync.model import INBOX, Appended, Message, Path
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from tests.mailsync.servers import PASSWORD, empty_mailbox
from tests.mailsync.stores.messages import Mail, messages
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import contents
from tests.servers.process import wait_until

PLAIN = Mail(b"Subject: one of many\r\n\r\n" + b"x" * 2000 + b"\r\n")


def test_what_the_server_has_stored_is_told_before_much_more_is_read(dovecot_target: Dovecot) -> None:
    user = empty_mailbox(dovecot_target)
    login = ImapSettings(dovecot_target.host, dovecot_target.port, Login(user, PASSWORD), "none")
    given = 0

    def stored() -> int:
        mailbox = contents(dovecot_target.host, dovecot_target.port, user, PASSWORD)
        return sum(map(len, mailbox.values()))

    def slowly() -> Iterator[tuple[Path, Message]]:
        """As over a slow line: the first command is done before the third begins."""
        nonlocal given
        for given, item in enumerate(messages([PLAIN] * 600, INBOX), 1):
            if given == 201:
                wait_until(lambda: stored() >= 100, "the first command is done")
            yield item

    with closing(ImapStore(login)) as store:
        outcomes = store.append(slowly())
        first = next(outcomes)
        assert isinstance(first, Appended)
        # The answer to the second command may have come beside that to the first: they are told together then.
        assert 100 <= len(first.uids) <= 200
        assert given < 500
        list(outcomes)
    assert stored() == 600
