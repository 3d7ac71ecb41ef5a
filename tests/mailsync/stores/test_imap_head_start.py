"""The first connection of a command is made while that is still importing what talks to the server."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from mailsync.errors import Retry
from mailsync.stores.imap.dialing import HeadStart
from mailsync.stores.imap.settings import ImapSettings

DEADLINE = 30.0  # seconds


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(DEADLINE)
        yield listening


def at(listening: socket.socket) -> ImapSettings:
    return ImapSettings("127.0.0.1", listening.getsockname()[1])


def is_closed(connection: socket.socket) -> bool:
    with connection:
        connection.settimeout(DEADLINE)
        return connection.recv(1) == b""


def test_whoever_dials_first_gets_the_line_that_was_begun_and_others_one_of_their_own(listener: socket.socket) -> None:
    with HeadStart(at(listener)) as ahead, listener.accept()[0] as begun:
        with ahead.dial(at(listener)) as line:
            assert begun.getpeername() == line.getsockname()
        with ahead.dial(at(listener)) as line, listener.accept()[0] as other:
            assert other.getpeername() == line.getsockname()


def test_another_server_is_dialled_itself(listener: socket.socket) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as elsewhere,
        HeadStart(at(listener)) as ahead,
        ahead.dial(at(elsewhere)) as line,
    ):
        assert line.getpeername() == elsewhere.getsockname()


def test_a_line_that_nobody_wanted_is_closed(listener: socket.socket) -> None:
    with HeadStart(at(listener)) as ahead:
        ahead.join(DEADLINE)
    assert is_closed(listener.accept()[0])


def test_a_line_that_comes_when_all_is_over_is_closed(listener: socket.socket) -> None:
    """As after a name server that takes its time."""
    ahead = HeadStart(at(listener))
    ahead.__exit__(None, None, None)
    ahead.start()
    ahead.join(DEADLINE)
    assert is_closed(listener.accept()[0])


def test_the_first_who_dials_hears_what_went_wrong_and_the_next_tries_anew() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nowhere = at(gone)
    with HeadStart(nowhere) as ahead:
        with pytest.raises(Retry, match="connection_refused"):
            ahead.dial(nowhere)
        with socket.create_server(("127.0.0.1", nowhere.port)), ahead.dial(nowhere) as line:
            assert line.getpeername()[1] == nowhere.port
