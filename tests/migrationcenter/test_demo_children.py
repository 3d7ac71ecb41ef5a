"""The processes of the demo: none of them outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrationcenter.demo.children import ChildEnded, Children

ROOT = Path(__file__).parents[2]
DEADLINE = 20.0  # seconds
SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(1000)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(1000)",
]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; child = subprocess.Popen(['sleep', '1000']); print(child.pid, flush=True); time.sleep(1000)",
]


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path, {**os.environ, "PYTHONPATH": str(ROOT)})
    yield children
    children.end()


def exists(pid: int) -> bool:
    """Whether the process still runs; one that waits for its parent to notice its end does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until_gone(*pids: int) -> None:
    deadline = time.monotonic() + DEADLINE
    while any(exists(pid) for pid in pids):
        assert time.monotonic() < deadline, pids
        time.sleep(0.02)


def test_the_end_ends_every_child_and_what_it_has_started(children: Children) -> None:
    sleeper, parent = children.start("sleeper", SLEEP, pipes=True), children.start("parent", PARENT, pipes=True)
    assert sleeper.hear() == "up"
    grandchild = int(parent.hear())
    children.end()
    wait_until_gone(sleeper.process.pid, parent.process.pid, grandchild)


def test_a_child_that_will_not_end_is_made_to(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migrationcenter.demo.children.GRACE", 0.1)
    stubborn = children.start("stubborn", STUBBORN, pipes=True)
    assert stubborn.hear() == "up"
    children.end()
    assert stubborn.process.returncode == -signal.SIGKILL


def test_the_last_one_started_ends_first(children: Children, tmp_path: Path) -> None:
    note = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(print(sys.argv[2], file=open(sys.argv[1], 'a'))))\nprint('up', flush=True)\ntime.sleep(1000)"
    for name in ("first", "second", "third"):
        child = children.start(name, [sys.executable, "-c", note, str(tmp_path / "order"), name], pipes=True)
        assert child.hear() == "up"
    children.end()
    assert (tmp_path / "order").read_text().split() == ["third", "second", "first"]


def test_a_child_that_ends_by_itself_is_noticed_with_the_end_of_its_log(children: Children) -> None:
    children.start("steady", SLEEP)
    code = "import sys; print('line\\n' * 100); sys.exit('the disk is full')"
    children.start("weak one", [sys.executable, "-c", code])
    with pytest.raises(ChildEnded, match=r"weak one ended by itself \(exit code 1\)[^$]*weak-one.log") as caught:
        children.wait_until(lambda: False)
    assert str(caught.value).endswith("the disk is full")
    assert str(caught.value).count("line\n") == 4


def test_a_child_that_was_killed_is_noticed(children: Children) -> None:
    child = children.start("sleeper", SLEEP, pipes=True)
    assert child.hear() == "up"
    os.kill(child.process.pid, signal.SIGKILL)
    with pytest.raises(ChildEnded, match=r"signal SIGKILL\). [^ ]*/sleeper.log is empty\.$"):
        child.hear()


STARTER = """
import os, sys, time
from pathlib import Path
from migrationcenter.demo.children import Children
children = Children(Path(sys.argv[1]), dict(os.environ))
for argv in {argvs!r}:
    child = children.start("child", argv, pipes=True)
    print(child.process.pid, child.hear(), flush=True)
time.sleep(1000)
"""


def test_a_demo_that_is_killed_leaves_no_child_behind(tmp_path: Path) -> None:
    code = STARTER.format(argvs=[SLEEP, STUBBORN, PARENT])
    argv = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT, text=True) as starter:
        assert starter.stdout
        lines = [starter.stdout.readline().split() for _ in range(3)]
        pids = [int(line[0]) for line in lines] + [int(lines[2][1])]
        assert all(map(exists, pids))
        starter.kill()
    wait_until_gone(*pids)
