"""Waiting for a server: how long, for what, and who may call it off."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import count
from typing import Any

import pytest

from mailsync.errors import Retry
from mailsync.stores.imap import ImapStore, stream
from mailsync.stores.imap.deflate import DeflatedStream
from mailsync.stores.imap.stream import Stream, always
from tests.endpoints.odd_servers import tls_context
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.servers.certificates import make_certificate
from tests.servers.process import wait_until


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def tls_pair(pair: tuple[socket.socket, socket.socket]) -> Iterator[tuple[ssl.SSLSocket, ssl.SSLSocket]]:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with ThreadPoolExecutor(1) as server:
        theirs = server.submit(tls_context(make_certificate(None)).wrap_socket, pair[1], server_side=True)
        with trusting.wrap_socket(pair[0]) as ours, theirs.result() as other:
            yield ours, other


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds as tenths of them."""
    for name in ("SPELL", "QUIET", "CHATTER"):
        monkeypatch.setattr(stream, name, getattr(stream, name) / 50)


class LostAnotherWay(Exception):
    pass


def dripping(server: socket.socket, octets: bytes, until: threading.Event) -> threading.Thread:
    def drip() -> None:
        with suppress(OSError):
            while not until.wait(0.01):
                server.sendall(octets)

    thread = threading.Thread(target=drip)
    thread.start()
    return thread


def everything(line: Stream) -> None:
    while True:
        line.recv_into(memoryview(bytearray(1000)))
        line.demand_wanted()


def test_octets_arrive_as_they_were_sent_however_long_the_other_side_lets_them_lie(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = Stream(pair[0], 10.0), pair[1]
    data, got = bytes(range(256)) * 20_000, bytearray()

    def take() -> None:
        while piece := theirs.recv(100_000):
            got.extend(piece)

    thread = threading.Thread(target=take)
    thread.start()
    ours.sendall(data)
    ours.close()
    thread.join()
    assert got == data


def test_a_line_that_stands_still_is_given_up_after_the_time_set(pair: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(Retry, match="timeout: the server did not answer in time"):
        Stream(pair[0], 0.05).recv(10)


@pytest.mark.parametrize("kind", ["pair", "tls_pair"])
def test_a_line_that_takes_nothing_is_given_up_too(kind: str, request: pytest.FixtureRequest) -> None:
    ours, _ = request.getfixturevalue(kind)
    with pytest.raises(Retry, match="timeout"):
        Stream(ours, 0.05).sendall(bytes(10_000_000))


def test_a_line_that_the_other_side_has_dropped_is_told(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].close()
    with pytest.raises(Retry, match=r"hung_up: .*Broken pipe"):
        Stream(pair[0], 5.0).sendall(b"a NOOP\r\n")


def test_what_is_left_of_a_tls_record_can_be_read_without_waiting(
    tls_pair: tuple[ssl.SSLSocket, ssl.SSLSocket],
) -> None:
    ours, theirs = tls_pair
    theirs.sendall(bytes(100))
    line = Stream(ours, 5.0)
    assert len(line.recv(10)) == 10
    assert line.has_more()
    assert len(line.recv(90)) == 90
    assert not line.has_more()


@pytest.mark.parametrize("method", ["recv_into", "recv"])
def test_octets_that_drip_are_no_progress(pair: tuple[socket.socket, socket.socket], method: str) -> None:
    line, end = Stream(pair[0], 0.3), threading.Event()
    argument: Any = memoryview(bytearray(1000)) if method == "recv_into" else 1000

    def go_on() -> None:
        while True:
            getattr(line, method)(argument)

    thread = dripping(pair[1], b"x", end)
    try:
        with pytest.raises(Retry, match="timeout"):
            go_on()
    finally:
        end.set()
        thread.join()


def test_a_short_line_now_and_then_is_progress(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "monotonic", count(step=100).__next__)
    line, end = Stream(pair[0], 250.0), threading.Event()
    thread = dripping(pair[1], b"* OK Still here\r\n", end)
    try:
        for _ in range(20):
            assert line.recv_into(memoryview(bytearray(17))) == 17
    finally:
        end.set()
        thread.join()


@pytest.mark.usefixtures("hasty")
def test_work_that_is_not_wanted_any_more_does_not_wait_for_a_silent_server(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    with pytest.raises(Retry, match="the work had to stop, and the server had not answered"):
        Stream(pair[0], 300.0, lambda: False).recv(10)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("octets", [b"x", b"* OK Still here\r\n"])
def test_work_that_is_not_wanted_any_more_does_not_listen_for_ever(
    pair: tuple[socket.socket, socket.socket], octets: bytes
) -> None:
    line, end = Stream(pair[0], 300.0, lambda: False), threading.Event()
    thread = dripping(pair[1], octets, end)
    try:
        with pytest.raises(Retry, match="had to stop"):
            everything(line)
    finally:
        end.set()
        thread.join()


@pytest.mark.usefixtures("hasty")
def test_what_is_raised_by_who_is_asked_ends_the_wait(pair: tuple[socket.socket, socket.socket]) -> None:
    def wanted() -> bool:
        raise LostAnotherWay

    with pytest.raises(LostAnotherWay):
        Stream(pair[0], 300.0, wanted).recv(10)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("drip", [b"", b"* OK Still here\r\n"])
def test_a_stop_is_heard_while_a_server_keeps_us_waiting(drip: bytes) -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.expect(b"STATUS")
        with suppress(OSError):
            while drip:
                server.say_raw(drip)
                time.sleep(0.01)

    with (
        ScriptedServer(script) as server,
        closing(ImapStore(server.settings, wanted=lambda: False)) as store,
        pytest.raises(Retry, match="had to stop"),
    ):
        store.state(("INBOX",))


# Compression


def deflated(data: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)


def compressed(sock: socket.socket, received: bytes = b"") -> DeflatedStream:
    return DeflatedStream(sock, 5.0, always, received)


def test_a_few_octets_that_become_gigabytes_come_bit_by_bit(pair: tuple[socket.socket, socket.socket]) -> None:
    bomb = deflated(bytes(10_000_000))
    line, got = compressed(pair[0], bomb[:5]), 0
    pair[1].sendall(bomb[5:])
    while got < 10_000_000:
        piece = line.recv(1_000)
        assert len(piece) <= 1_000
        got += len(piece)
    assert not line.has_more()


def test_what_came_along_with_the_servers_consent_is_read_first(pair: tuple[socket.socket, socket.socket]) -> None:
    line, buffer = compressed(pair[0], deflated(b"* OK early\r\n")), memoryview(bytearray(100))
    assert line.has_more()
    assert bytes(buffer[: line.recv_into(buffer)]) == b"* OK early\r\n"


def test_both_directions_are_compressed(pair: tuple[socket.socket, socket.socket]) -> None:
    with closing(compressed(pair[0])) as ours, closing(compressed(pair[1])) as theirs:
        ours.sendall(b"a NOOP\r\n")
        assert theirs.recv(100) == b"a NOOP\r\n"
        theirs.sendall(b"a OK\r\n")
        assert ours.recv(100) == b"a OK\r\n"


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"* OK not deflated at all\r\n", "protocol_error: what the server sent can not be inflated"),
        (zlib.compressobj(9, zlib.DEFLATED, -15).flush(), "hung_up: the server ended its compressed stream"),
    ],
)
def test_a_compressed_stream_that_breaks_is_told(
    pair: tuple[socket.socket, socket.socket], sent: bytes, error: str
) -> None:
    line: Callable[[int], bytes] = compressed(pair[0], sent).recv
    with pytest.raises(Retry, match=error):
        line(100)


def test_a_few_octets_do_not_wake_whoever_waits_for_many() -> None:
    """Of a hundred answers that come one by one."""
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as client:
        server, _ = door.accept()
        with server:
            ours = Stream(client, 5)
            with ours.woken_by(10):
                server.sendall(b"12345")
                assert not ours.has_more()
                server.sendall(b"67890")
                wait_until(ours.has_more, "all has come")
            assert ours.recv(100) == b"1234567890"
            server.sendall(b"1")
            wait_until(ours.has_more, "afterwards each octet counts")


def test_what_is_compressed_is_not_waited_for_by_its_size(pair: tuple[socket.socket, socket.socket]) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    with DeflatedStream(pair[0], 5, always, b"").woken_by(1000):
        pair[1].sendall(packer.compress(b"x" * 1000) + packer.flush(zlib.Z_SYNC_FLUSH))
        assert pair[0].getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) == 1
