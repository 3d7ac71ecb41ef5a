"""Debian's packages of mail servers that can not be installed side by side: fetched once, unpacked for each use.

``python -m tests.servers.unpacked`` fetches those that are missing, as any user.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.servers.installed import NotInstalled

CACHE = Path(__file__).resolve().parents[2] / "var" / "servers"
_COMPLETE = "complete"  # beside the packages as soon as all of them are there


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A server that is not installed: ``packages``, and what they need that this machine lacks, except ``unwanted``."""

    name: str
    packages: tuple[str, ...]
    unwanted: tuple[str, ...]  # beginnings of names of what its server does without: sending mail, scanning for viruses

    @property
    def is_fetched(self) -> bool:
        return (self._folder / _COMPLETE).exists()

    @property
    def _folder(self) -> Path:
        return CACHE / self.name

    def unpack(self, into: Path) -> None:
        """Raises NotInstalled, whose text is the line that fetches it."""
        if not self.is_fetched:
            raise NotInstalled(f"{self.name} is not there. On Debian and Ubuntu: ./run test --servers=all fetches it")
        for package in sorted(self._folder.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, into], check=True)

    def fetch(self) -> None:
        """Raises OSError or subprocess.CalledProcessError: no apt, no network."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        command = ["apt-get", "download", *self._needed()]
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True, text=True)
        (self._folder / _COMPLETE).touch()

    def _needed(self) -> list[str]:
        """What apt would install for it, by its own account: it is only asked, nothing is installed."""
        command = ["apt-get", "install", "--simulate", "--no-install-recommends", *self.packages]
        asked = subprocess.run(command, env=os.environ | {"LC_ALL": "C"}, check=True, capture_output=True, text=True)
        names = [line.split()[1] for line in asked.stdout.splitlines() if line.startswith("Inst ")]
        return [name for name in names if not name.startswith(self.unwanted)]


CYRUS = Unpacked("cyrus", ("cyrus-imapd", "libsasl2-modules"), ("exim4", "db", "gawk", "libclamav", "libmspack"))
COURIER = Unpacked("courier", ("courier-imap",), ("exim4", "libgnutls", "gnutls"))


def main() -> int:
    """The exit status says whether all of them are there now; on stderr stands why not."""
    missing = [server for server in (CYRUS, COURIER) if not server.is_fetched]
    for server in missing:
        try:
            server.fetch()
        except subprocess.CalledProcessError as error:
            print(f"{server.name}: {error.stderr.strip()}", file=sys.stderr)
        except OSError as error:
            print(f"{server.name}: {error}", file=sys.stderr)
    return not all(server.is_fetched for server in missing)


if __name__ == "__main__":
    sys.exit(main())
