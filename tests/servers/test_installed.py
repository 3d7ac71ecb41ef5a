"""What happens to the tests of a server that is not installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.installed import NotInstalled, Program, missing_packages
from tests.servers.surroundings import ROOT

ABSENT = Program("Absent", ("absent-server", "absent-fonts"), lambda: None)
PRESENT = Program("Present", ("present-server",), lambda: "/usr/sbin/present")
LINE = "apt-get install --no-install-recommends absent-server absent-fonts"

TEST_FILE = """
import pytest
from tests.servers.test_installed import ABSENT

@pytest.fixture
def server():
    return ABSENT.path()

def test_by_itself():
    ABSENT.path()

def test_by_a_fixture(server):
    pass
"""


def run_tests(folder: Path, **settings: str) -> str:
    (folder / "test_absent.py").write_text(TEST_FILE)
    command = [sys.executable, "-m", "pytest", "-p", "tests.environment", "-c", os.devnull, "-ra", "test_absent.py"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "REQUIRE_ALL": "",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    } | settings
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def test_what_is_missing_is_told_with_the_line_that_installs_it() -> None:
    assert PRESENT.path() == "/usr/sbin/present"
    with pytest.raises(NotInstalled, match=LINE):
        ABSENT.path()
    assert missing_packages([PRESENT, ABSENT]) == ["absent-server", "absent-fonts"]


def test_its_tests_are_skipped_with_that_line(tmp_path: Path) -> None:
    said = run_tests(tmp_path)
    assert "2 skipped" in said
    assert said.count(LINE) == 2


def test_its_tests_fail_where_nothing_may_be_missing(tmp_path: Path) -> None:
    said = run_tests(tmp_path, REQUIRE_ALL="1")
    assert "1 failed" in said
    assert "1 error" in said
