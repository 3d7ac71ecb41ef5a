"""Every text of the product exists in every language of the product."""

from __future__ import annotations

import gettext
import importlib.util
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.tree import ROOT
from tests.servers.installed import GETTEXT

CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
PARTS = ("core", "endpoints", "domains", "batches", "notifications", "migrationcenter", "templates")

SAMPLE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#, python-format
msgid "%(n)s mailbox"
msgid_plural "%(n)s mailboxes"
msgstr[0] "%(n)s postvak"
msgstr[1] "%(n)s postvakken"

#, fuzzy
msgid "Start"
msgstr "Begin"

msgctxt "verb"
msgid ""
"Two \\"quoted\\"\\n"
"lines"
msgstr "Zoë:\\t"
"twee"

msgid "Stop"
msgstr ""

#~ msgid "gone"
#~ msgstr "weg"
"""


@cache
def compiler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compile_catalogues", ROOT / "locale" / "compile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messages(catalogue: Path) -> dict[str, str]:
    with catalogue.open(encoding="utf-8") as lines:
        return dict(compiler().message(entry) for entry in compiler().entries(lines))


def used_texts(folder: Path) -> set[str]:
    """What Django's makemessages finds in a copy of the sources, so that ours stay as they are."""
    GETTEXT.path()
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    (folder / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--locale=nl", "--keep-pot", "-v0"]
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "", "PYTHONPATH": ""})
    return set(messages(folder / "locale" / "django.pot")) - {""}


def test_every_text_is_translated_and_no_translation_is_left_over(tmp_path: Path) -> None:
    used = used_texts(tmp_path)
    assert used
    assert CATALOGUES
    for catalogue in CATALOGUES:
        translated = {key for key, text in messages(catalogue).items() if key and text}
        assert sorted(used - translated) == []
        assert sorted(translated - used) == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_placeholder_is_kept_in_translation(catalogue: Path) -> None:
    msgfmt = Path(GETTEXT.path()).with_name("msgfmt")
    checked = subprocess.run(
        [msgfmt, "--check", "-o", os.devnull, catalogue], capture_output=True, text=True, check=False
    )
    assert checked.stderr == ""


def test_catalogues_are_compiled_as_gettext_does_it(tmp_path: Path) -> None:
    source = tmp_path / "sample.po"
    source.write_text(SAMPLE)
    msgfmt = Path(GETTEXT.path()).with_name("msgfmt")
    subprocess.run([msgfmt, "-o", tmp_path / "gnu.mo", source], check=True)
    with compiler().compile_file(source).open("rb") as ours, (tmp_path / "gnu.mo").open("rb") as gnus:
        ours_read, gnus_read = gettext.GNUTranslations(ours), gettext.GNUTranslations(gnus)
    assert [vars(ours_read)[name] for name in ("_info", "_catalog")] == [
        vars(gnus_read)[name] for name in ("_info", "_catalog")
    ]
    assert ours_read.ngettext("%(n)s mailbox", "%(n)s mailboxes", 2) == "%(n)s postvakken"
    assert ours_read.pgettext("verb", 'Two "quoted"\nlines') == "Zoë:\ttwee"
