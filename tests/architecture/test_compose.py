"""The container set-up: it can be read, says what is missing, and passes every setting on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from migrationcenter.environment import SETTINGS
from tests.architecture.tree import ROOT
from tests.servers.installed import COMPOSE

REQUIRED = ("SECRET_KEY", "ENCRYPTION_KEYS", "POSTGRES_PASSWORD", "ALLOWED_HOSTS")
FILE = ROOT / "docker-compose.yml"


def config(folder: Path, **filled_in: str) -> subprocess.CompletedProcess[str]:
    example = (ROOT / ".env.example").read_text().splitlines()
    lines = [f"{name}={filled_in[name]}" if (name := line.partition("=")[0]) in filled_in else line for line in example]
    (folder / ".env").write_text("\n".join(lines))
    command = [COMPOSE.path(), "--env-file", str(folder / ".env"), "-f", str(FILE), "config"]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


def test_the_filled_in_example_is_a_valid_set_up(tmp_path: Path) -> None:
    read = config(tmp_path, **dict.fromkeys(REQUIRED, "something"))
    assert read.returncode == 0, read.stderr
    assert "postgres://migrationcenter:something@postgres:5432/migrationcenter" in read.stdout


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_missing_is_told_by_name(name: str, tmp_path: Path) -> None:
    read = config(tmp_path, **dict.fromkeys(REQUIRED, "something") | {name: ""})
    assert read.returncode != 0
    assert f"{name} is missing. Copy .env.example to .env and fill it in" in read.stderr


def test_every_setting_reaches_the_containers_with_its_default() -> None:
    passed = dict(re.findall(r"^    ([A-Z_]+): (.+)$", FILE.read_text(), flags=re.MULTILINE))
    assert set(passed) == {setting.name for setting in SETTINGS} - {"DEBUG"}
    optional = {setting.name: setting.default for setting in SETTINGS if setting.default is not None}
    del optional["DEBUG"], optional["ALLOWED_HOSTS"]  # a server's own name has to be given
    assert {name: passed[name] for name in optional} == {
        name: f"${{{name}:-{default}}}" for name, default in optional.items()
    }


def test_the_example_names_only_what_the_containers_read() -> None:
    example = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    assert set(REQUIRED) <= set(example)
    assert [name for name in example if f"${{{name}:" not in FILE.read_text()] == []
