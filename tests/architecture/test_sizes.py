"""What can be held in one glance."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, python_files

FILE_LINES, FUNCTION_LINES = 350, 40
BANNED_NAMES = {"utils.py", "helpers.py", "common.py", "managers.py", "signals.py"}

FILES = list(python_files())


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def long_functions(path: Path) -> list[str]:
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lengths = ((node, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions)
    return [f"{node.name}: {length} lines" for node, length in lengths if length > FUNCTION_LINES]


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= FILE_LINES
    assert long_functions(path) == []


def test_a_long_function_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("def endless():\n" + "    pass\n" * FUNCTION_LINES)
    assert long_functions(tmp_path / "long.py") == ["endless: 41 lines"]


def test_files_are_named_after_what_they_hold() -> None:
    assert [shown(path) for path in FILES if path.name in BANNED_NAMES] == []
