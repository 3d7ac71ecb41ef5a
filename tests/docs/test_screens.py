"""The list of screens names pictures that are taken."""

from __future__ import annotations

import re
from pathlib import Path

from core.models import Person
from tests.e2e.places import PAGES, SCENES, SCENES_OF_STRANGERS
from tests.e2e.showcase import set_up

SCREENS = Path(__file__).parents[2] / "docs" / "reference" / "screens.md"
NAMED_IN_TABLES = re.compile(r"^\|.*$", re.MULTILINE)


def test_every_picture_that_the_list_of_screens_names_is_taken(administrator: Person) -> None:
    shown = set_up(administrator)
    taken = {name for pages in PAGES for name in pages(shown)} | set(SCENES) | set(SCENES_OF_STRANGERS)
    named = {name for row in NAMED_IN_TABLES.findall(SCREENS.read_text()) for name in re.findall("`([^`]+)`", row)}
    assert len(named) > 30
    assert named <= taken
