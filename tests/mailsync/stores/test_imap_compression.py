"""COMPRESS=DEFLATE: asked for where somebody wants it, done without where the server will not."""

from __future__ import annotations

import os
from contextlib import closing

import pytest

from mailsync.model import INBOX
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from tests.mailsync.stores.conftest import Servers
from tests.mailsync.stores.messages import Mail, kept, messages
from tests.mailsync.stores.scripted import CAPABILITIES, Conversation, ScriptedServer
from tests.servers.kinds import PASSWORD


@pytest.mark.parametrize("compress", [True, False])
def test_messages_of_all_kinds_go_both_ways_compressed_if_that_is_wanted(servers: Servers, compress: bool) -> None:
    noise = os.urandom(700_000).translate(None, b"\0\r\n")
    mails = [Mail(b"Subject: text\r\n\r\n" + b"all the same\r\n" * 100_000), Mail(noise), *[Mail(b"x\r\n")] * 300]
    lines: list[bytes] = []
    kind = "dovecot with COMPRESS"
    server, user = servers.start(kind), servers.new_user(kind)
    settings = ImapSettings(server.host, server.port, Login(user, PASSWORD), "none", compress=compress)
    with closing(ImapStore(settings, trace=lambda _direction, line: lines.append(line))) as store:
        list(store.append(messages(mails, INBOX)))
        assert [mail.content for mail in kept(store, INBOX)] == [mail.content for mail in mails]
    assert sum(line.endswith(b"COMPRESS DEFLATE") for line in lines) == compress


@pytest.mark.parametrize("offered", [True, False])
def test_a_server_that_does_not_compress_is_used_as_it_is(offered: bool) -> None:
    def script(server: Conversation) -> None:
        server.welcome(CAPABILITIES + b" COMPRESS=DEFLATE" * offered)
        if offered:
            tag = server.expect(b"COMPRESS DEFLATE")
            server.say(tag + b" NO [COMPRESSIONACTIVE] DEFLATE active via TLS")
        server.names()
        server.say(b"* STATUS INBOX (MESSAGES 3 UIDNEXT 10 UIDVALIDITY 7)", server.expect(b"STATUS") + b" OK done")

    with ScriptedServer(script) as server, closing(ImapStore(server.settings._replace(compress=True))) as store:
        state = store.state(INBOX)
        assert state is not None
        assert state.messages == 3
