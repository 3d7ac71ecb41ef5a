"""The files of the project, without what is made from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("mailsync", "core", "endpoints", "domains", "batches", "notifications", "migrationcenter", "tests", "bench")
TEXT_FOLDERS = (*PACKAGES, "docs", "templates", "static", "locale", ".ci")
TEXT_ENDINGS = {"", ".css", ".example", ".html", ".js", ".lock", ".md", ".po", ".py", ".svg", ".toml", ".txt", ".yml"}


def python_files() -> Iterator[Path]:
    """Generated migrations are left out."""
    for package in PACKAGES:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts)


def text_files() -> Iterator[Path]:
    for folder in TEXT_FOLDERS:
        yield from _text_files(sorted((ROOT / folder).rglob("*")))
    yield from _text_files(sorted(ROOT.iterdir()))


def _text_files(paths: list[Path]) -> Iterator[Path]:
    return (path for path in paths if path.suffix in TEXT_ENDINGS and path.is_file() and path.name != ".git")
