"""The programs that people start: each says in plain words which settings it misses."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.servers.surroundings import ROOT

PROGRAMS = {
    "manage.py": ["manage.py", "check"],
    "web": ["-m", "granian", "--interface=wsgi", "--port=0", "migrationcenter.wsgi:application"],
    "worker": ["-m", "celery", "--app=migrationcenter", "worker", "--pool=threads"],
    "beat": ["-m", "celery", "--app=migrationcenter", "beat"],
}


@pytest.mark.parametrize("arguments", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_program_without_settings_names_all_of_them_and_no_line_of_code(arguments: list[str]) -> None:
    environment = {"PATH": os.environ["PATH"], "LOG_LEVEL": "loud"}
    command = [sys.executable, *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 1
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL"):
        assert f"{name}: it is not set" in said
    assert "LOG_LEVEL: 'loud' is none of" in said
    assert "Traceback" not in said
