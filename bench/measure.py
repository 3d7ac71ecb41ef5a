"""Run commands as whole processes, or a call of ours, and say what it took.

Commands are started by a small process of its own (``python -m bench.measure``): the peak memory of a process is never
accounted smaller than what the process that started it had at that moment.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache


class PeerFailed(Exception):
    """A command that was measured did not end well: its time would mean nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """Wall and CPU seconds, peak resident memory in MB of the largest process; 0 where that was not measured."""

    wall: float
    cpu: float = 0.0
    peak: float = 0.0


@dataclass(frozen=True, slots=True)
class Command:
    """``user`` is whom to become, where that is not who we are."""

    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: int | None = None


def measure(commands: Sequence[Command], parallel: int = 1) -> Run:
    """All of them, ``parallel`` at a time. Raises PeerFailed."""
    starter = _starter()
    assert starter.stdin
    assert starter.stdout
    starter.stdin.write(json.dumps([parallel, [asdict(command) for command in commands]]) + "\n")
    starter.stdin.flush()
    answer = json.loads(starter.stdout.readline())
    if isinstance(answer, str):
        raise PeerFailed(answer)
    return Run(*answer)


def measure_call(call: Callable[[], object]) -> Run:
    """Something that runs in this process."""
    started, before = time.perf_counter(), time.process_time()
    call()
    return Run(time.perf_counter() - started, time.process_time() - before)


@cache
def _starter() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.measure"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(process.wait)
    atexit.register(process.communicate)
    return process


def serve() -> None:
    """Answer every line that asks for commands with what they took, or with the words of a failure."""
    for line in sys.stdin:
        parallel, commands = json.loads(line)
        try:
            answer: object = _all([Command(**command) for command in commands], parallel)
        except PeerFailed as error:
            answer = str(error)
        print(json.dumps(answer), flush=True)


def _all(commands: list[Command], parallel: int) -> tuple[float, float, float]:
    started = time.perf_counter()
    if parallel == 1:
        usages = [_run(command) for command in commands]
    else:
        with ThreadPoolExecutor(parallel) as pool:
            usages = list(pool.map(_run, commands))
    wall = time.perf_counter() - started
    return wall, sum(cpu for cpu, _ in usages), max(peak for _, peak in usages)


def _run(command: Command) -> tuple[float, float]:
    process = subprocess.Popen(
        command.argv,
        env={**os.environ, **command.environment},
        user=command.user,
        group=command.user,
        extra_groups=None if command.user is None else [],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        words = said.decode(errors="replace")[-2000:]
        raise PeerFailed(f"{' '.join(command.argv)} ended with exit status {process.returncode}: {words}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    serve()
