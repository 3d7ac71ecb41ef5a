"""The page of pitfalls claims nothing that no test shows."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    line
    for line in (ROOT / "docs/reference/pitfalls.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| pitfall |")
]


@cache
def all_tests() -> frozenset[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return frozenset(name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split(" | ")[0].strip("| ")[:40])
def test_every_pitfall_is_shown_by_a_test(row: str) -> None:
    cells = row.strip("|").split("|")
    assert len(cells) == 5
    named = re.findall(r"`(test_\w+)`", cells[-1])
    assert named
    assert [name for name in named if name not in all_tests()] == []
