"""What has to pass before a change lands loses nothing by what it runs only once."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT

LEFT_OUT = re.findall(r"--ignore=(\S+)", (ROOT / ".ci/run").read_text())
ASKS = re.compile(r"django_db|transactional_db|\bdb: None|from django|from core|(from|import) batches")


def test_all_tests_run_on_one_of_the_databases() -> None:
    assert re.search(r'^step "tests on SQLite" forgiving \./run test$', (ROOT / ".ci/run").read_text(), re.MULTILINE)


@pytest.mark.parametrize("folder", LEFT_OUT)
def test_what_is_left_out_on_the_other_knows_no_database(folder: str) -> None:
    tests = [*(ROOT / folder).rglob("*.py")]
    assert tests
    assert [str(path) for path in tests if ASKS.search(path.read_text())] == []
