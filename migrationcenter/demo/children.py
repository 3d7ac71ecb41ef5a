"""The processes of the demo: started one after the other, watched, and ended in reverse order whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from migrationcenter.demo import reaper

GRACE = 5.0  # seconds between asking a process to end and ending it
PAUSE = 0.05  # seconds between two looks at something that is being waited for
TAIL = 5  # lines of its log that are shown of a process that ended by itself: enough for a reason, too few for a banner


class ChildEnded(Exception):
    """A process of the demo ended by itself. The message holds the last lines of its log."""


class Child:
    """One process in a session of its own: Ctrl-C in the terminal reaches only the demo, which then ends the others."""

    def __init__(self, name: str, argv: Sequence[str], log: Path, env: Mapping[str, str], *, pipes: bool) -> None:
        self.name = name
        self._log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 (every argv is the demo's own)
                argv,
                stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipes else output,
                stderr=output,
                env=env,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raises ChildEnded if it has ended."""
        code = self.process.poll()
        if code is not None:
            raise ChildEnded(f"{self.name} ended by itself ({_how(code)}). {self._last_words()}")

    def _last_words(self) -> str:
        lines = [line for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        return "\n".join([f"The last lines of {self._log}:", *lines[-TAIL:]]) if lines else f"{self._log} is empty."

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin  # noqa: S101 (started with pipes)
        with suppress(BrokenPipeError):  # the next check finds out why
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()

    def hear(self) -> str:
        """Wait for the next line of its standard output. Raises ChildEnded if it ends without one."""
        assert self.process.stdout  # noqa: S101 (started with pipes)
        line = self.process.stdout.readline().decode().strip()
        if not line:
            self.process.wait(GRACE)
            self.check()
        return line

    def end(self) -> None:
        """Ask it to end, with everything it has started; after GRACE do not ask any longer."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        self._signal(signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Children:
    """All processes of the demo. A reaper among them ends the others should the demo itself be killed."""

    def __init__(self, logs: Path, env: Mapping[str, str]) -> None:
        self._logs = logs
        self._env = env
        self._children: list[Child] = []
        # By its path: the package would have it import half of the product first.
        self._reaper = self.start("reaper", [sys.executable, "-P", reaper.__file__], pipes=True)

    def start(self, name: str, argv: Sequence[str], *, pipes: bool = False, **env: str) -> Child:
        """``env`` is added to what all of them get; what it prints goes to a log of its name, or to a pipe."""
        log = self._logs / f"{name.replace(' ', '-')}.log"
        child = Child(name, argv, log, {**self._env, **env}, pipes=pipes)
        if self._children:
            self._reaper.tell(str(child.process.pid))
        self._children.append(child)
        return child

    def check(self) -> None:
        """Raises ChildEnded if any of them has ended by itself."""
        for child in self._children:
            child.check()

    def wait_until(self, condition: Callable[[], bool], *, pause: float = PAUSE) -> None:
        """Look again and again, for as long as all of them live."""
        while not condition():
            self.check()
            time.sleep(pause)

    def end(self) -> None:
        """All of them, the last one first."""
        while self._children:
            self._children.pop().end()


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
