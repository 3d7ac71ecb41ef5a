"""Who is measured, and how each is called to copy a mailbox between the two servers."""

from __future__ import annotations

import os
import shutil
import sys
from abc import ABC, abstractmethod
from pathlib import Path

from bench.measure import Run, measure
from tests.servers.dovecot import Dovecot
from tests.servers.installed import DOVECOT

PASSWORD = "secret"


class Peer(ABC):
    """One program. Copying to the same target twice is its pass with nothing new."""

    name = ""

    def __init__(self, source: Dovecot, target: Dovecot, scratch: Path) -> None:
        self.source, self.target, self.scratch = source, target, scratch

    @abstractmethod
    def copy(self, source_user: str, target_user: str) -> Run:
        """Bring the target's mailbox up to the source's."""


class Mailsync(Peer):
    name = "mailsync"

    def copy(self, source_user: str, target_user: str) -> Run:
        command = [sys.executable, "-m", "mailsync", "copy", self._url(self.source, source_user)]
        command += [
            self._url(self.target, target_user),
            "--journal",
            str(self.scratch / f"{target_user}.journal"),
            "--json",
        ]
        passwords = {"MAILSYNC_SOURCE_PASSWORD": PASSWORD, "MAILSYNC_TARGET_PASSWORD": PASSWORD}
        return measure(command, passwords)

    @staticmethod
    def _url(server: Dovecot, user: str) -> str:
        return f"imap://{user}@{server.host}:{server.port}"


class Dsync(Peer):
    """Dovecot's own: reads the source by IMAP and writes the target's storage directly, without its IMAP server."""

    name = "dsync"

    def copy(self, source_user: str, target_user: str) -> Run:
        config = self.scratch / f"{target_user}.conf"
        config.write_text(
            f"!include {self.target.config}\n"
            f"imapc_host = {self.source.host}\nimapc_port = {self.source.port}\n"
            f"imapc_user = {source_user}\nimapc_password = {PASSWORD}\n"
            "imapc_features = rfc822.size fetch-headers\nmail_prefetch_count = 20\nmail_fsync = never\n"
        )
        doveadm = str(Path(DOVECOT.path()).with_name("doveadm")) if shutil.which("doveadm") is None else "doveadm"
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
        return measure([*as_nobody, doveadm, "-c", str(config), "backup", "-R", "-u", target_user, "imapc:"])


class Mbsync(Peer):
    name = "mbsync"

    def copy(self, source_user: str, target_user: str) -> Run:
        state = self.scratch / f"{target_user}.mbsync"
        state.mkdir(exist_ok=True)
        config = self.scratch / f"{target_user}.mbsyncrc"
        config.write_text(
            self._store("old", self.source, source_user)
            + self._store("new", self.target, target_user)
            + "Channel all\nFar :old:\nNear :new:\nPatterns *\nCreate Near\nExpunge None\nSync Pull\n"
            f"CopyArrivalDate yes\nSyncState {state}/\n"
        )
        return measure(["mbsync", "-qq", "-c", str(config), "all"])

    @staticmethod
    def _store(name: str, server: Dovecot, user: str) -> str:
        return (
            f"IMAPAccount {name}\nHost {server.host}\nPort {server.port}\nUser {user}\nPass {PASSWORD}\n"
            f"SSLType None\nAuthMechs LOGIN\n\nIMAPStore {name}\nAccount {name}\n\n"
        )


PEERS: tuple[type[Peer], ...] = (Mailsync, Dsync, Mbsync)
