"""A program that a test starts: unprivileged, with a log, gone when the tests are gone."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ENDING_SECONDS = 15.0
_SETPRIV = shutil.which("setpriv")  # Linux; elsewhere a killed test run leaves its servers behind


class DidNotStart(Exception):
    """The program ended or stayed silent; the text is its log."""


def wait_until(condition: Callable[[], object], what: str, *, seconds: float = 60.0) -> None:
    """Return as soon as ``condition`` holds. Raises TimeoutError that names ``what`` was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s in vain until {what}")
        time.sleep(0.02)


def free_port() -> int:
    """None of those that the kernel gives to clients (from 32768 on): one of these may have it by the time it is used."""
    while True:
        port = 12_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


def greets(host: str, port: int) -> bool:
    """Whether an IMAP server says something there."""
    try:
        with socket.create_connection((host, port), timeout=1) as probe:
            return probe.recv(4) == b"* OK"
    except OSError:
        return False


def unprivileged() -> pwd.struct_passwd:
    """Who servers run as that refuse to run as root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def become(account: pwd.struct_passwd) -> list[str]:
    """The start of a command line that runs the rest as ``account``; empty for an ordinary user."""
    if os.getuid() != 0:
        return []
    # Tied anew: who becomes somebody else is no longer told of his parent's death.
    return [
        "setpriv",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "--pdeathsig=KILL",
    ]


class Process:
    """A running program. ``kill`` is kill -9; ``stop`` asks first."""

    def __init__(self, argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None) -> None:
        self.log = log
        tied = [_SETPRIV, "--pdeathsig=KILL"] if _SETPRIV else []
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*tied, *argv], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self, ready: Callable[[], object], *, seconds: float = 60.0) -> None:
        """Raises DidNotStart, and leaves no process behind."""
        try:
            wait_until(lambda: not self.running or ready(), "it is ready", seconds=seconds)
        except BaseException as error:
            self.kill()
            raise DidNotStart(self.output) from error
        if not self.running:
            raise DidNotStart(self.output)

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def kill_all(self) -> None:
        """It and all that it has started, for servers whose mail nobody wants any more: no waiting for their manners."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """With all that it has started: on a busy machine a parent may have to be killed before its children have ended."""
        self._process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDING_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
