"""The folder of the demo: fresh at every start, for one demo at a time."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from migrationcenter import environment
from migrationcenter.demo import valkey
from migrationcenter.demo.files import InUse, fresh


def test_every_start_finds_an_empty_folder(tmp_path: Path) -> None:
    with fresh(tmp_path / "var" / "demo") as first:
        first.write("rest", "of the last time")
    with fresh(first.folder) as second:
        assert not (second.folder / "rest").exists()
        assert second.settings["SECRET_KEY"] != first.settings["SECRET_KEY"]


def test_a_folder_serves_one_demo_at_a_time(tmp_path: Path) -> None:
    with fresh(tmp_path / "demo") as files:
        with pytest.raises(InUse), fresh(files.folder):
            pass
        assert files.environment.exists()
    with fresh(files.folder):
        pass


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    with fresh(tmp_path / "demo") as files:
        path = files.write("accounts.json", "{}")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(files.environment.stat().st_mode) == 0o600
        assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700


def test_the_settings_are_accepted_even_where_the_path_holds_blanks(tmp_path: Path) -> None:
    with fresh(tmp_path / "my demo 100%") as files:
        settings = environment.read(files.settings)
    assert settings["DATABASE_URL"]["NAME"] == str(files.folder / "db.sqlite3")


def test_a_deep_folder_has_its_socket_elsewhere(tmp_path: Path) -> None:
    with fresh(tmp_path / ("deep" * 25) / "demo") as files:
        assert len(str(files.valkey_socket)) < 100
        assert files.valkey_socket.parent.exists()
    assert not files.valkey_socket.parent.exists()


def test_a_left_over_valkey_is_stopped(tmp_path: Path) -> None:
    with fresh(tmp_path / "demo") as files:
        command = valkey.command(files.folder, files.valkey_socket)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as left_over:
        while not valkey.answers(files.valkey_socket):
            assert left_over.poll() is None
        with fresh(files.folder):
            assert left_over.wait(10) == 0
