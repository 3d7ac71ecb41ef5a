"""COMPRESS=DEFLATE: asked for where it pays, done without where the server will not."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace

import pytest

from mailsync.model import INBOX
from mailsync.stores.imap import Compress, ImapSettings, ImapStore, Login, compression
from tests.mailsync.stores.conftest import Servers
from tests.mailsync.stores.messages import Mail, kept, messages
from tests.mailsync.stores.scripted import CAPABILITIES, Conversation, ScriptedServer
from tests.servers.kinds import PASSWORD

OFFERED = CAPABILITIES + b" COMPRESS=DEFLATE"


def settings_of(servers: Servers, compress: str) -> ImapSettings:
    kind = "dovecot with COMPRESS"
    server, user = servers.start(kind), servers.new_user(kind)
    return ImapSettings(server.host, server.port, Login(user, PASSWORD), "none", compress=compress)


def test_messages_of_all_kinds_go_both_ways_compressed(servers: Servers) -> None:
    noise = os.urandom(700_000).translate(None, b"\0\r\n")
    mails = [Mail(b"Subject: text\r\n\r\n" + b"all the same\r\n" * 100_000), Mail(noise), *[Mail(b"x\r\n")] * 300]
    lines: list[bytes] = []
    settings = settings_of(servers, Compress.ALWAYS)
    with closing(ImapStore(settings, trace=lambda _direction, line: lines.append(line))) as store:
        list(store.append(messages(mails, INBOX)))
        assert [mail.content for mail in kept(store, INBOX)] == [mail.content for mail in mails]
    assert sum(line.endswith(b"COMPRESS DEFLATE") for line in lines) == 1


@pytest.mark.parametrize(
    ("compress", "seconds", "asked"),
    [
        (Compress.NEVER, 0.2, False),
        (Compress.ALWAYS, 0.0, True),
        (Compress.AUTO, 0.020, True),
        (Compress.AUTO, 0.001, False),
    ],
)
def test_it_is_asked_for_where_the_line_is_long(
    compress: str, seconds: float, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "round_trip", lambda _sock: seconds)

    def script(server: Conversation) -> None:
        server.welcome(OFFERED)
        tag, line = server.hear()
        assert (line == b"COMPRESS DEFLATE") is asked
        if asked:  # TLS compresses already
            server.say(tag + b" NO [COMPRESSIONACTIVE] DEFLATE active via TLS")
            tag, line = server.hear()
        server.say(b'* LIST (\\Noselect) "/" ""', tag + b" OK done")
        server.say(b"* STATUS INBOX (MESSAGES 3 UIDNEXT 10 UIDVALIDITY 7)", server.expect(b"STATUS") + b" OK done")

    with (
        ScriptedServer(script) as server,
        closing(ImapStore(replace(server.settings, compress=compress))) as store,
    ):
        state = store.state(INBOX)
        assert state is not None
        assert state.messages == 3


def test_on_this_machine_it_is_not_worth_while(servers: Servers) -> None:
    lines: list[bytes] = []
    settings = settings_of(servers, Compress.AUTO)
    with closing(ImapStore(settings, trace=lambda _direction, line: lines.append(line))) as store:
        assert "COMPRESS=DEFLATE" in store.capabilities.names
    assert not [line for line in lines if line.endswith(b"COMPRESS DEFLATE")]


def test_where_the_system_does_not_tell_a_line_is_taken_for_a_short_one(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("socket.TCP_INFO")
    with closing(ImapStore(settings_of(servers, Compress.AUTO))) as store:
        assert store.state(INBOX) is not None
