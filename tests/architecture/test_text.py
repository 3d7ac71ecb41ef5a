"""What no file may contain, and what some have to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from migrationcenter.environment import SETTINGS
from tests.architecture.tree import ROOT, text_files

LOCKS = sorted(ROOT.glob("*.lock"))
# Written so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
SOMEBODYS_MACHINE = re.compile(r"(?<![\w.~])/(home|root|work|Users)/\w")


def holding(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_nothing_is_left_for_later() -> None:
    assert holding(UNFINISHED) == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert holding(SOMEBODYS_MACHINE) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_says_what_and_not_from_where(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    requirements = re.findall(r"^[\w.\[\]-]+==", text, flags=re.MULTILINE)
    assert requirements
    assert text.count("--hash=sha256:") >= len(requirements)


def test_a_server_runs_on_the_versions_that_developers_test() -> None:
    pins = {lock.name: set(re.findall(r"^(\S+==\S+)", lock.read_text(), flags=re.MULTILINE)) for lock in LOCKS}
    assert pins["requirements.lock"] < pins["requirements-dev.lock"]


def test_the_reference_lists_every_setting_with_its_default_and_meaning() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", (ROOT / "docs/reference/settings.md").read_text(), re.MULTILINE
    )
    shown = {None: "required", "": "empty"}
    assert rows == [
        (setting.name, shown.get(setting.default, f"`{setting.default}`"), setting.help) for setting in SETTINGS
    ]


def test_every_dependency_has_a_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    names = set(re.findall(r'^  "([\w-]+)[\[>=]', project, flags=re.MULTILINE))
    names |= set(re.findall(r'"([\w-]+)>=', project))
    decided = (ROOT / "docs/decisions/0001-dependencies.md").read_text()
    assert {name for name in names if f"| {name} |" not in decided} == set()
