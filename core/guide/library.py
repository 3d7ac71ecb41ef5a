"""Which pages there are: the chapters of the guide in each language, and the reference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

DOCS = Path(settings.BASE_DIR) / "docs"
ORIGINAL = "en"  # the language that every chapter exists in
NUMBER = re.compile(r"^\d+-")


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file. ``title`` is its first heading."""

    slug: str
    path: Path
    title: str
    language: str


@cache
def chapters(language: str) -> Mapping[str, Page]:
    """The guide in the order of the work, by slug: in ``language`` where it has been written, else in English."""
    originals = sorted((DOCS / "guide" / ORIGINAL).glob("*.md"))
    return {page.slug: page for page in (_chapter(path, language) for path in originals)}


@cache
def reference() -> Mapping[str, Page]:
    """The reference by slug. It is written in English only."""
    paths = sorted((DOCS / "reference").glob("*.md"))
    return {path.stem: Page(path.stem, path, _title(path), ORIGINAL) for path in paths}


def _chapter(original: Path, language: str) -> Page:
    own = DOCS / "guide" / language / original.name
    path, spoken = (own, language) if own.exists() else (original, ORIGINAL)
    return Page(NUMBER.sub("", original.stem), path, NUMBER_IN_TITLE.sub("", _title(path)), spoken)


NUMBER_IN_TITLE = re.compile(r"^\d+\. ")


def _title(path: Path) -> str:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# ").strip()
