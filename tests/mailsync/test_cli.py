"""The command as its users run it: a process of its own, between two real servers."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailsync.journal_file import FileJournal
from tests.corpus import corpus
from tests.mailsync.servers import PASSWORD, empty_mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import contents, fill

ROOT = Path(__file__).parents[2]

Pair = tuple[str, str]  # the names of a user on the source and on the target


@pytest.fixture
def pair(dovecot_target: Dovecot) -> Pair:
    """A full mailbox and an empty one."""
    return "small", empty_mailbox(dovecot_target)


class Commands:
    """Runs the command between the two servers."""

    def __init__(self, source: Dovecot, target: Dovecot, directory: Path) -> None:
        self.servers = f"127.0.0.1:{source.port}", f"127.0.0.1:{target.port}"
        self.directory = directory
        self.passwords = {"MAILSYNC_SOURCE_PASSWORD": PASSWORD, "MAILSYNC_TARGET_PASSWORD": PASSWORD}

    def addresses(self, pair: Pair) -> list[str]:
        return [f"imap://{user}@{server}" for user, server in zip(pair, self.servers, strict=True)]

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "mailsync", *map(str, arguments)]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=os.environ | self.passwords, **pipes)

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def copy(self, pair: Pair, *more: str) -> tuple[int, str, str]:
        return self.run("copy", *self.addresses(pair), "--journal", self.directory / f"{pair[0]}.journal", *more)

    def verify(self, pair: Pair, *more: str) -> tuple[int, str, str]:
        return self.run("verify", *self.addresses(pair), "--journal", self.directory / f"{pair[0]}.journal", *more)


@pytest.fixture
def commands(dovecot_source: Dovecot, dovecot_target: Dovecot, tmp_path: Path) -> Commands:
    return Commands(dovecot_source, dovecot_target, tmp_path)


@pytest.fixture
def same(dovecot_source: Dovecot, dovecot_target: Dovecot) -> Callable[[Pair], bool]:
    """Whether both mailboxes of a pair hold the same, told by a reader of its own."""

    def compare(pair: Pair) -> bool:
        old, new = (
            contents(server.host, server.port, user, PASSWORD)
            for server, user in zip((dovecot_source, dovecot_target), pair, strict=True)
        )
        return old == new

    return compare


def test_a_mailbox_is_copied_and_verified(commands: Commands, pair: Pair, same: Callable[[Pair], bool]) -> None:
    code, out, err = commands.copy(pair)
    assert (code, err) == (0, "")
    assert ": copied, 221 messages copied, " in out
    assert same(pair)
    code, out, err = commands.verify(pair)
    assert (code, err) == (0, "")
    assert ": verified, 221 of 221 messages are equal" in out


def test_the_second_run_finds_nothing_to_do(commands: Commands, pair: Pair) -> None:
    commands.copy(pair)
    code, out, _ = commands.copy(pair)
    assert code == 0
    assert ": copied, 0 messages copied" in out


def test_with_json_there_is_one_object_on_standard_output_and_nothing_else(commands: Commands, pair: Pair) -> None:
    code, out, err = commands.copy(pair, "--json")
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert result["result"] == "copied"
    mailbox = result["mailboxes"][0]
    assert (mailbox["messages_in_source"], mailbox["copied"], mailbox["skipped"], mailbox["error"]) == (
        221,
        221,
        [],
        None,
    )
    assert PASSWORD not in out
    code, out, _ = commands.verify(pair, "--json")
    assert code == 0
    assert json.loads(out)["mailboxes"][0]["equal"] == 221


def test_a_difference_makes_the_verification_fail(commands: Commands, pair: Pair, dovecot_target: Dovecot) -> None:
    commands.copy(pair)
    fill(dovecot_target.host, dovecot_target.port, pair[1], PASSWORD, corpus(1, largest=10))
    code, out, err = commands.verify(pair)
    assert code == 2
    assert "The target differs from the source" in err
    assert "INBOX: 1 duplicate" in out


def test_a_wrong_password_fails_with_the_words_of_the_server_and_is_tried_once(
    commands: Commands, pair: Pair, dovecot_source: Dovecot
) -> None:
    commands.passwords["MAILSYNC_SOURCE_PASSWORD"] = "wrong-and-secret"
    code, out, err = commands.copy(pair)
    assert code == 2
    assert "The source server does not accept this user name and password." in err
    assert "[AUTHENTICATIONFAILED]" in err
    assert "wrong-and-secret" not in out + err
    attempts = [
        line for line in dovecot_source.log.splitlines() if f"user=<{pair[0]}>" in line and "auth failed" in line
    ]
    assert len(attempts) == 1
    assert "1 attempts" in attempts[0]


def test_a_mistyped_address_fails_at_once_and_leaves_the_journal_free(
    commands: Commands, pair: Pair, same: Callable[[Pair], bool]
) -> None:
    right = commands.servers
    with socket.socket() as closed:  # bound, but nobody listens
        closed.bind(("127.0.0.1", 0))
        for place, side in enumerate(("source", "target")):
            servers = list(right)
            servers[place] = f"127.0.0.1:{closed.getsockname()[1]}"
            commands.servers = servers[0], servers[1]
            code, _, err = commands.copy(pair)
            assert code == 2
            assert f"Nothing answers at this port of the {side} server. Check host and port." in err
            assert "next try" not in err
    commands.servers = right
    assert commands.copy(pair)[0] == 0
    assert same(pair)


def test_waiting_for_a_server_is_told_where_there_is_no_terminal_too(commands: Commands, pair: Pair) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        commands.servers = f"127.0.0.1:{busy.getsockname()[1]}", commands.servers[1]
        process = commands.start("copy", *commands.addresses(pair), "--journal", commands.directory / "journal")
        with process:
            connection, _ = busy.accept()
            connection.sendall(b"* BYE Come again\r\n")
            connection.close()
            assert process.stderr
            told = process.stderr.readline()
            process.kill()
    assert told.startswith(f"imap://{pair[0]}@{commands.servers[0]} to ")
    assert "Come again" in told
    assert told.endswith("; next try in 2 s\n")


def test_a_full_target_fails_and_the_same_command_goes_on_later(
    commands: Commands, dovecot_target: Dovecot, same: Callable[[Pair], bool]
) -> None:
    pair = "small", empty_mailbox(dovecot_target, quota=300_000)
    code, _, err = commands.copy(pair)
    assert code == 2
    assert "The target mailbox is full. Raise its quota, then run the same command again." in err
    dovecot_target.add_user(pair[1], PASSWORD)
    wait_for(lambda: commands.copy(pair)[0] == 0)
    assert same(pair)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("moment", [1, 300, 1000])
def test_killed_in_the_middle_the_same_command_goes_on_without_loss_or_double(
    commands: Commands, dovecot_target: Dovecot, same: Callable[[Pair], bool], moment: int
) -> None:
    pair = "corpus", empty_mailbox(dovecot_target)
    stored = dovecot_target.mail_of(pair[1])

    def files() -> int:
        return sum(len(names) for _, _, names in os.walk(stored))

    with commands.start(
        "copy", *commands.addresses(pair), "--journal", commands.directory / f"{pair[0]}.journal"
    ) as process:
        wait_for(lambda: files() >= moment)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    code, _, err = commands.copy(pair)
    assert (code, err) == (0, "")
    assert same(pair)


def test_ctrl_c_stops_tidily_and_the_same_command_goes_on(
    commands: Commands, dovecot_target: Dovecot, same: Callable[[Pair], bool]
) -> None:
    pair = "medium", empty_mailbox(dovecot_target)
    journal = commands.directory / f"{pair[0]}.journal"
    with commands.start("copy", *commands.addresses(pair), "--journal", journal) as process:
        wait_for(lambda: process.poll() is not None or dovecot_target.mail_of(pair[1]).exists())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode in (0, 130)
    assert "Traceback" not in err
    assert (": stopped," in out) is (process.returncode == 130)
    assert commands.copy(pair)[0] == 0
    assert same(pair)


def test_a_second_ctrl_c_ends_at_once_whatever_a_server_keeps_us_waiting_for(commands: Commands, pair: Pair) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        commands.servers = f"127.0.0.1:{silent.getsockname()[1]}", commands.servers[1]
        journal = commands.directory / "journal"
        with commands.start("copy", *commands.addresses(pair), "--journal", journal) as process, silent.accept()[0]:
            wait_for(lambda: process.poll() is not None or journal.exists())
            process.send_signal(signal.SIGINT)
            assert process.stderr
            assert "Press Ctrl-C again to end at once." in process.stderr.readline() + process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")


def test_a_command_with_a_limit_takes_its_time_and_stops_all_the_same(commands: Commands, pair: Pair) -> None:
    """So low a limit that it can not be done before it is stopped; what is waiting for the limit does not hold it up."""
    journal = commands.directory / f"{pair[0]}.journal"
    limit = ["--messages-per-second", "0.01", "--bytes-per-second", "1000000"]
    with commands.start("copy", *commands.addresses(pair), "--journal", journal, *limit) as process:
        wait_for(lambda: process.poll() is not None or (journal.exists() and journal.stat().st_size > 0))
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert ": stopped," in out


def test_a_verification_leaves_evidence(commands: Commands, pair: Pair) -> None:
    kept = commands.directory / "evidence"
    code, _, err = commands.verify(pair, "--evidence", str(kept))
    assert code == 2  # nothing has been copied yet
    assert "there is no journal " in err
    before = json.loads((kept / "small.json").read_text())
    assert (before["ok"], before["equal"]) == (False, 0)
    assert commands.copy(pair)[0] == 0
    assert commands.verify(pair, "--evidence", str(kept))[0] == 0
    after = json.loads((kept / "small.json").read_text())
    assert (after["ok"], after["equal"]) == (True, after["source_messages"])
    with (kept / "small.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == after["source_messages"]
    assert {row["outcome"] for row in rows} == {"equal"}
    assert sorted(path.name for path in kept.iterdir()) == ["small.csv", "small.json"]


def test_a_verification_that_fails_leaves_no_half_evidence(commands: Commands, pair: Pair) -> None:
    kept = commands.directory / "evidence"
    commands.passwords["MAILSYNC_TARGET_PASSWORD"] = "wrong"
    assert commands.verify(pair, "--evidence", str(kept))[0] == 2
    assert list(kept.iterdir()) == []


def test_a_journal_in_use_is_refused(commands: Commands, pair: Pair) -> None:
    journal = commands.directory / f"{pair[0]}.journal"
    source, target = commands.addresses(pair)
    held = FileJournal(journal, f"{source} to {target}")
    code, out, err = commands.copy(pair, "--json")
    held.close()
    assert (code, json.loads(out)["result"]) == (2, "failed")
    assert "is in use: another run copies this mailbox now." in err


def test_a_list_of_mailboxes_is_copied_in_parallel_and_one_failure_does_not_hold_up_the_others(
    commands: Commands, dovecot_source: Dovecot, dovecot_target: Dovecot, same: Callable[[Pair], bool]
) -> None:
    pairs = [(empty_mailbox(dovecot_source), empty_mailbox(dovecot_target)) for _ in range(4)]
    for place, (old, _) in enumerate(pairs):
        fill(dovecot_source.host, dovecot_source.port, old, PASSWORD, corpus(20 + place, largest=1000))
    users = commands.directory / "users.csv"
    rows = [f"{old},{PASSWORD if place else 'wrong'},{new},{PASSWORD}" for place, (old, new) in enumerate(pairs)]
    users.write_text("\n".join(["source_user,source_password,target_user,target_password", *rows, ""]))
    servers = [f"imap://{server}" for server in commands.servers]
    listed: list[str | Path] = [
        "--users",
        users,
        "--source",
        servers[0],
        "--target",
        servers[1],
        "--journals",
        commands.directory / "journals",
    ]
    code, out, _ = commands.run("copy", *listed, "--parallel", "3", "--json")
    assert code == 2
    assert [mailbox["status"] for mailbox in json.loads(out)["mailboxes"]] == ["failed", "copied", "copied", "copied"]
    assert all(same(pair) for pair in pairs[1:])
    code, out, _ = commands.run("verify", *listed, "--parallel", "2", "--json")
    assert [mailbox["status"] for mailbox in json.loads(out)["mailboxes"]] == ["failed", *["verified"] * 3]


def test_wrong_usage_ends_with_3(commands: Commands) -> None:
    code, out, err = commands.run("copy", "imap://anna@old.contoso.com")
    assert (code, out) == (3, "")
    assert "Give the source and the target mailbox" in err


def test_selected_messages_are_copied_first_the_newest_and_the_rest_is_explained(
    commands: Commands, pair: Pair, same: Callable[[Pair], bool]
) -> None:
    code, out, _ = commands.copy(pair, "--exclude", "#SentItems#/*", "--received-from", "2015-01-01", "--json")
    copied = json.loads(out)["mailboxes"][0]["copied"]
    assert code == 0
    options = ["--exclude", "#SentItems#/*", "--exclude", "Tpyo", "--received-from", "2015-01-01", "--json"]
    code, out, err = commands.verify(pair, *options)
    assert code == 0, out
    assert "no folder fits Tpyo, which --include or --exclude names." in err
    assert "fits #SentItems#" not in err
    checked = json.loads(out)["mailboxes"][0]
    assert set(checked["differences"]) == {"missing:excluded"}
    assert checked["equal"] == copied
    code, _, _ = commands.copy(pair, "--fast-lane", "30", "--repair", "--quarantine", str(commands.directory / "kept"))
    assert code == 0
    assert commands.verify(pair)[0] == 0
