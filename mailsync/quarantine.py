"""Originals of messages that did not arrive as they were, kept as files for the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path as FilePath
from urllib.parse import quote

from mailsync.model import Skipped

LONGEST_NAME = 200  # characters; file systems take 255


class FolderQuarantine:
    """``DIRECTORY/FOLDER/SUBFOLDER/UID.eml``, only for the eyes of who runs it."""

    def __init__(self, directory: str | FilePath) -> None:
        self._directory = FilePath(directory)

    def keep(self, item: Skipped, chunks: Iterable[bytes | memoryview]) -> None:
        folder = self._directory.joinpath(*map(file_name, item.folder))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = folder / f"{item.uid}.part"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(chunks)
        unfinished.replace(folder / f"{item.uid}.eml")


def file_name(level: str) -> str:
    """A name that every file system takes and that leads nowhere else."""
    name = quote(level, safe=" @")[:LONGEST_NAME]
    return name if name.strip(".") else name.replace(".", "%2E")
