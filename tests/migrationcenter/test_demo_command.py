"""The demo as a person starts it: ``python -m migrationcenter.cli demo``."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from migrationcenter.demo.contoso import FIRST_WAVE
from migrationcenter.demo.mailboxes import sample_mailboxes
from tests.migrationcenter.test_demo_children import exists, wait_until_gone
from tests.servers.process import free_port

ROOT = Path(__file__).parents[2]
DEADLINE = 240.0  # seconds, on a machine that does much else
pytestmark = pytest.mark.timeout(300)


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-m", "migrationcenter.cli", "demo", "--folder", str(folder), *arguments]
    # Nothing of the settings that the tests themselves run with.
    env = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    with subprocess.Popen(
        argv, cwd=ROOT, env=env, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as demo:
        try:
            yield demo
        finally:
            demo.terminate()


def _read_until(demo: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    assert demo.stdout
    lines = []
    for line in demo.stdout:
        lines.append(line)
        if match := re.search(pattern, line):
            return match
    pytest.fail(f"It ended without saying {pattern!r}:\n{''.join(lines)}")


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [each for child in map(int, found) for each in (child, *_children(child))]


def test_a_busy_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started(tmp_path / "demo", "--port", str(port)) as demo:
            output, _ = demo.communicate(timeout=DEADLINE)
    assert demo.returncode == 1
    assert output == f"Something else listens on 127.0.0.1:{port}. Choose another port: --port {port + 1}\n"


def test_all_mail_is_moved_and_every_message_accounted_for(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with started(folder, "--exit", "--port", str(free_port())) as demo:
        output, _ = demo.communicate(timeout=DEADLINE)
    assert demo.returncode == 0, output
    _see_that_all_is_counted(output)
    _see_that_every_mailbox_is_told(output)
    assert "    INBOX: repaired: NO Message contains NUL characters [nul]" in output
    assert re.search(r"skipped: Projecten/Été 2019: .*2000000", output), output
    _see_that_no_password_is_in_a_log(output, folder)


def _see_that_all_is_counted(output: str) -> None:
    at_first = sum(sample.messages for sample in sample_mailboxes() if sample.person in FIRST_WAVE)
    conclusion = re.search(
        r"Every message is accounted for: ([\d,]+) on the old server, ([\d,]+) equal on the new, 1 repaired, 1 skipped\.",
        output,
    )
    assert conclusion, output
    messages, equal = (int(number.replace(",", "")) for number in conclusion.groups())
    assert messages == equal + 2
    assert messages >= at_first


def _see_that_every_mailbox_is_told(output: str) -> None:
    for person in FIRST_WAVE:
        assert re.search(rf"^{re.escape(person.address)} +\d+ +\d+ +\d+ +\d+ +0$", output, re.MULTILINE), output


def _see_that_no_password_is_in_a_log(output: str, folder: Path) -> None:
    passwords = re.findall(r"^  (?:administrator|helpdesk|manager) +(\S+)$", output, re.MULTILINE)
    assert len(passwords) == 3
    stored = json.loads((folder / "accounts.json").read_text())
    for server in stored.values():
        passwords += [*server["passwords"].values(), server["administrator_password"]]
    for log in (folder / "log").iterdir():
        content = log.read_text()
        assert not any(password and password in content for password in passwords), log


def _see_that_a_second_one_is_refused(folder: Path) -> None:
    with started(folder, "--port", str(free_port())) as second:
        output, _ = second.communicate(timeout=DEADLINE)
    assert second.returncode == 1
    assert output.startswith(f"Another demo is running in {folder}.")


def test_the_end_of_one_process_ends_the_demo_and_says_why(tmp_path: Path) -> None:
    with started(tmp_path / "demo", "--port", str(free_port())) as demo:
        mail = _wait_for_mail_servers(demo.pid)
        processes = _children(demo.pid)
        os.kill(mail, signal.SIGKILL)
        _read_until(demo, r"mail servers ended by itself \(signal SIGKILL\)")
        assert demo.wait(DEADLINE) == 1
        wait_until_gone(*processes)


def _wait_for_mail_servers(demo: int) -> int:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        for pid in _children(demo):
            if exists(pid) and b"migrationcenter.demo.servers" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        time.sleep(0.05)
    pytest.fail("The mail servers were not started.")


STOP_AND_RESUME = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "migrationcenter.settings"
import django
django.setup()
from batches import services
from batches.models import MigrationBatch
from core.models import Person
batch, by = MigrationBatch.objects.get(), Person.objects.get(role="administrator")
if sys.argv[1] == "stop":
    services.stop_batch(batch, by=by)
else:
    services.start_batch(batch, by=by)
"""


def _order(folder: Path, order: str) -> None:
    lines = (folder / "environment").read_text().splitlines()
    settings = {name: shlex.split(value)[0] for name, _, value in (line.partition("=") for line in lines)}
    subprocess.run([sys.executable, "-c", STOP_AND_RESUME, order], cwd=ROOT, env=os.environ | settings, check=True)


def test_a_person_looks_at_it_stops_the_batch_resumes_it_and_ends_all_with_a_signal(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    with started(folder, "--port", str(port)) as demo:
        _read_until(demo, rf"StagedBatch1 moves {len(FIRST_WAVE)} mailboxes:")
        _order(folder, "stop")
        _see_that_the_page_is_there(port)
        _see_that_a_second_one_is_refused(folder)
        _read_until(demo, r"StagedBatch1 is Stopped\.")
        _read_until(demo, r"Ctrl-C ends everything")
        _order(folder, "resume")
        _see_that_it_is_followed_to_its_end(demo)
        assert (folder / "ca.pem").read_text().startswith("-----BEGIN CERTIFICATE-----")
        _see_that_a_signal_ends_all(demo)


def _see_that_the_page_is_there(port: int) -> None:
    with urlopen(f"http://127.0.0.1:{port}/") as page:
        assert "Migration Center" in page.read().decode()


def _see_that_it_is_followed_to_its_end(demo: subprocess.Popen[str]) -> None:
    _read_until(demo, rf"StagedBatch1 moves {len(FIRST_WAVE)} mailboxes:")
    last = _read_until(
        demo, rf" {len(FIRST_WAVE)}/{len(FIRST_WAVE)} mailboxes  ([\d,]+)/([\d,]+) messages  1 skipped  "
    )
    copied, total = (int(number.replace(",", "")) for number in last.groups())
    assert total == copied + 1
    _read_until(demo, r"StagedBatch1 is Synced\.")


def _see_that_a_signal_ends_all(demo: subprocess.Popen[str]) -> None:
    processes = _children(demo.pid)
    assert len(processes) >= 6
    demo.send_signal(signal.SIGTERM)
    assert demo.wait(DEADLINE) == 130
    wait_until_gone(*processes)
