"""Who is measured, and how each is called to bring mailboxes on the target up to date with those on the source."""

from __future__ import annotations

import csv
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bench.measure import Command, Run, measure
from bench.rendering import PASSWORD
from bench.servers import End, Line
from tests.servers.installed import DOVECOT, MBSYNC
from tests.servers.process import unprivileged

Job = tuple[str, str]  # the user on the source, and the one on the target

COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}  # as it is where it is installed


class Peer(Protocol):
    """One program, one way of calling it. Given the same jobs again it makes its next pass over them."""

    name: str

    def run(self, line: Line, jobs: Sequence[Job], parallel: int = 1) -> Run:
        """All jobs, ``parallel`` mailboxes at a time. Raises PeerFailed."""


class Mailsync:
    """One process for all mailboxes, as the command line has it. ``connections``: pairs a mailbox."""

    def __init__(self, name: str = "mailsync", connections: int = 1) -> None:
        self.name, self._connections = name, connections

    def run(self, line: Line, jobs: Sequence[Job], parallel: int = 1) -> Run:
        folder = line.scratch / f"{jobs[0][1]}.mailsync"
        users = folder.with_suffix(".csv")
        with users.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["source_user", "source_password", "target_user", "target_password"])
            rows.writerows([old, PASSWORD, new, PASSWORD] for old, new in jobs)
        command = [sys.executable, "-S", "-m", "mailsync", "copy"]  # as ./run mailsync has it
        command += ["--users", str(users), "--journals", str(folder), "--json", "--parallel", str(parallel)]
        if self._connections != 1:
            command += ["--connections", str(self._connections)]
        for side, end in (("source", line.source), ("target", line.target)):
            command += [f"--{side}", f"{'imaps' if end.tls else 'imap'}://{end.host}:{end.port}"]
            if end.tls:
                command += [f"--{side}-ca", str(_authority(line, side, end))]
        return measure([Command(command, COMPILED)])


class Dsync:
    """Dovecot's own: reads the source by IMAP and writes the target's storage directly, without its IMAP server."""

    name = "dsync"

    def run(self, line: Line, jobs: Sequence[Job], parallel: int = 1) -> Run:
        account = unprivileged()
        user = None if account.pw_uid == os.getuid() else account.pw_uid
        doveadm = str(Path(DOVECOT.path()).with_name("doveadm"))
        program = shutil.which("doveadm") or doveadm
        commands = [
            Command([program, "-c", str(self._config(line, *job)), "backup", "-R", "-u", job[1], "imapc:"], user=user)
            for job in jobs
        ]
        return measure(commands, parallel)

    def _config(self, line: Line, old: str, new: str) -> Path:
        """As Dovecot's own guide to migrations has it; it syncs to the disk where its server does."""
        source = line.source
        config = line.scratch / f"{new}.conf"
        tls = f"imapc_ssl = imaps\nssl_client_ca_file = {_authority(line, 'source', source)}\n" if source.tls else ""
        config.write_text(
            f"!include {line.target.server.config}\n{tls}"
            f"imapc_host = {source.host}\nimapc_port = {source.port}\nimapc_user = {old}\nimapc_password = {PASSWORD}\n"
            "imapc_features = rfc822.size fetch-headers\nmail_prefetch_count = 20\n"
        )
        return config


class Mbsync:
    name = "mbsync"

    def run(self, line: Line, jobs: Sequence[Job], parallel: int = 1) -> Run:
        program = MBSYNC.path()
        return measure(
            [Command([program, "-qq", "-c", str(self._config(line, *job)), "all"]) for job in jobs], parallel
        )

    def _config(self, line: Line, old: str, new: str) -> Path:
        state, config = line.scratch / f"{new}.mbsync", line.scratch / f"{new}.mbsyncrc"
        state.mkdir(exist_ok=True)
        config.write_text(
            self._store(line, "old", line.source, old)
            + self._store(line, "new", line.target, new)
            + "Channel all\nFar :old:\nNear :new:\nPatterns *\nCreate Near\nExpunge None\nSync Pull\n"
            f"CopyArrivalDate yes\nSyncState {state}/\n"
        )
        return config

    @staticmethod
    def _store(line: Line, name: str, end: End, user: str) -> str:
        tls = f"SSLType IMAPS\nCertificateFile {_authority(line, name, end)}\n" if end.tls else "SSLType None\n"
        return (
            f"IMAPAccount {name}\nHost {end.host}\nPort {end.port}\nUser {user}\nPass {PASSWORD}\n{tls}"
            f"AuthMechs LOGIN\n\nIMAPStore {name}\nAccount {name}\n\n"
        )


class Naive:
    """A loop over imaplib."""

    name = "imaplib loop"

    def run(self, line: Line, jobs: Sequence[Job], parallel: int = 1) -> Run:
        ports = (str(line.source.port), str(line.target.port))
        commands = [[sys.executable, "-m", "bench.naive", ports[0], old, ports[1], new] for old, new in jobs]
        return measure([Command(command) for command in commands], parallel)


def _authority(line: Line, side: str, end: End) -> Path:
    """What to trust; with the certificate itself, for mbsync, which does not look for addresses in one."""
    file = line.scratch / f"{side}.pem"
    file.write_text(end.server.certificate.pem + end.server.ca_pem)
    return file
