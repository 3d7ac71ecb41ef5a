"""From an endpoint to an open store, and the availability test. The only door between the pages and the engine's stores."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol

from endpoints.models import ConnectionSettings, EndpointType
from endpoints.sign_in import login_name
from endpoints.types import imap
from mailsync.errors import MailsyncError
from mailsync.store import Store

__all__ = ["TEST_SECONDS", "TYPES", "TestResult", "Trace", "login_name", "open_store", "test"]

TEST_SECONDS = 20.0  # for the whole test; connecting alone gets 15, as in Exchange

Trace = Callable[[str, bytes], None]


class ServerType(Protocol):
    """What the module of an endpoint type offers."""

    def open_store(
        self,
        settings: ConnectionSettings,
        *,
        user: str,
        password: str,
        trace: Trace | None = None,
        wanted: Callable[[], bool] = ...,
    ) -> Store: ...

    def check(self, settings: ConnectionSettings) -> dict[str, Any]:
        """Connect, sign in if there are credentials, and tell what was found. Raises MailsyncError."""
        ...

    def shown_certificate(self, settings: ConnectionSettings) -> dict[str, Any]:
        """The certificate that the server shows, trusted or not, or nothing. Sends no credentials."""
        ...


TYPES: dict[str, ServerType] = {EndpointType.IMAP: imap}


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of an availability test. ``found`` is what the server told of itself, fit for JSON and for pages."""

    __test__ = False  # pytest: not a test

    passed: bool
    code: str = ""  # of mailsync.errors
    words: str = ""  # the server's, verbatim
    found: dict[str, Any] = field(default_factory=dict)


def open_store(
    settings: ConnectionSettings,
    *,
    user: str,
    password: str = "",
    trace: Trace | None = None,
    wanted: Callable[[], bool] = lambda: True,
) -> Store:
    """The mailbox of ``user``, not connected yet. ``password`` is the user's own, for endpoints where users sign in.

    ``wanted`` is asked about once a second while the server keeps us waiting, and may raise to leave it.
    """
    return TYPES[settings.type].open_store(settings, user=user, password=password, trace=trace, wanted=wanted)


def test(settings: ConnectionSettings) -> TestResult:
    """Connect to the server, sign in and open the test mailbox; without credentials only connect.

    Runs in the caller's request and not in a worker, so that an answer comes although no worker runs; a server that
    answers a little at a time can not hold it longer than TEST_SECONDS.
    """
    try:
        return _within(TEST_SECONDS, lambda: _try(TYPES[settings.type], settings))
    except TimeoutError:
        return TestResult(False, "timeout", f"no complete answer within {TEST_SECONDS:g} seconds")


def _try(server: ServerType, settings: ConnectionSettings) -> TestResult:
    try:
        return TestResult(True, found=_storable(server.check(settings)))
    except MailsyncError as error:
        shown = server.shown_certificate(settings) if error.code.startswith("certificate_") else {}
        return TestResult(False, error.code, _storable(error.words), _storable(shown))


def _storable(value: Any) -> Any:
    """The same without NUL, which PostgreSQL takes neither in text nor in JSON: it is shown as ``\\x00``."""
    if isinstance(value, str):
        return value.replace("\0", "\\x00")
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value


def _within(seconds: float, work: Callable[[], TestResult]) -> TestResult:
    """What ``work`` returns or raises, or TimeoutError: the thread is left to end with its connection."""
    outcome: Future[TestResult] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # handed on to who waits
            outcome.set_exception(error)

    threading.Thread(target=run, name="availability-test", daemon=True).start()
    return outcome.result(seconds)
