"""Programs that tests and benchmarks start, and the packages of Debian and Ubuntu that hold them.

``python -m tests.servers.installed tests`` (or ``bench``) prints the packages that are missing, on one line.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


class NotInstalled(FileNotFoundError):
    """A program is missing. A test that meets it is skipped, or fails under ``REQUIRE_ALL=1``."""


@dataclass(frozen=True, slots=True)
class Program:
    """``where`` gives its path, or None; ``packages`` bring it."""

    name: str
    packages: tuple[str, ...]
    where: Callable[[], str | None]

    def path(self) -> str:
        """Raises NotInstalled, whose text is the line that installs it."""
        found = self.where()
        if found is None:
            raise NotInstalled(
                f"{self.name} is not installed. On Debian and Ubuntu, as root: "
                f"apt-get install --no-install-recommends {' '.join(self.packages)}"
            )
        return found


def _on_path(*names: str) -> Callable[[], str | None]:
    """Servers stand in /usr/sbin, which is not on everybody's PATH."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin"
    return lambda: next((found for name in names if (found := shutil.which(name, path=path))), None)


def _newest_initdb() -> str | None:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return str(packaged[-1]) if packaged else _on_path("initdb")()


def _compose() -> str | None:
    """Docker's plugin or the program of its own; both read the same files."""
    folders = ("/usr/libexec/docker", "/usr/lib/docker", "/usr/local/lib/docker", str(Path.home() / ".docker"))
    plugins = (Path(folder) / "cli-plugins" / "docker-compose" for folder in folders)
    return next((str(plugin) for plugin in plugins if plugin.exists()), None) or _on_path("docker-compose")()


DOVECOT = Program("Dovecot", ("dovecot-imapd",), _on_path("dovecot"))
POSTGRES = Program("PostgreSQL", ("postgresql",), _newest_initdb)
CHROMIUM = Program(
    "Chromium", ("chromium", "fonts-dejavu-core", "fonts-liberation"), _on_path("chromium", "chromium-browser")
)
GETTEXT = Program("gettext", ("gettext",), _on_path("xgettext"))
COMPOSE = Program("Docker Compose", ("docker-compose",), _compose)
MBSYNC = Program("mbsync", ("isync",), _on_path("mbsync"))
KNOT = Program("Knot DNS", ("knot",), _on_path("knotd"))
UNBOUND = Program("Unbound", ("unbound",), _on_path("unbound"))

NEEDED = {
    "tests": (DOVECOT, POSTGRES, CHROMIUM, GETTEXT, COMPOSE, MBSYNC, KNOT, UNBOUND),
    "bench": (DOVECOT, POSTGRES, MBSYNC, KNOT, UNBOUND),
}


def missing_packages(programs: Iterable[Program]) -> list[str]:
    return [package for program in programs if program.where() is None for package in program.packages]


if __name__ == "__main__":
    print(*missing_packages(NEEDED[sys.argv[1]]))
