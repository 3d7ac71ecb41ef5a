"""What it was measured on, for whoever reads the figures."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime

from tests.servers.installed import DOVECOT, MBSYNC


def hardware() -> str:
    """When and on what, for figures that depend on little else."""
    python = f"Python {platform.python_version()}"
    load = f"{os.getloadavg()[0]:.1f}"
    return f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} CPUs ({_processor()}), {python}; load before: {load}."


def described() -> str:
    """One sentence."""
    versions = [
        f"Python {platform.python_version()}",
        f"Dovecot {_first_word(DOVECOT.path(), '--version')}",
        _said(MBSYNC.path(), "--version").splitlines()[0],
        f"Linux {platform.release()}",
    ]
    load = f"{os.getloadavg()[0]:.1f}"
    return f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} CPUs ({_processor()}), {', '.join(versions)}; load before: {load}."


def _processor() -> str:
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _first_word(*command: str) -> str:
    return _said(*command).split()[0]


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
