"""Which target folder a source folder is copied to. Pure: two listings in, one mapping out.

Never two source folders to one target folder: a merge could not be undone, and identical messages in both would look
like copies of each other. Names that some servers hold to be the same (they differ in case, in Unicode's composed and
decomposed forms, or only in characters that servers put between two levels) count as the same everywhere, so that the
mapping does not depend on the server.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from mailsync.model import INBOX, Folder, Path


def same_name(path: Path) -> Path:
    """Equal for paths that some server would take for one folder."""
    return tuple(_same_component(name) for name in path)


def _same_component(name: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return folded.translate(_DELIMITERS)


_DELIMITERS = str.maketrans("/.\\", "___")


def map_folders(source: Iterable[Folder], target: Iterable[Folder], known: Mapping[Path, Path]) -> dict[Path, Path]:
    """The target folder of each source folder that can hold messages.

    ``known`` is where earlier runs copied to: it stays so. Else, and always in this order, whatever the order of the
    listings: the inbox goes to the inbox; a folder with a special use to the target's folder of that use; a subfolder
    below the copy of its parent, under its own name, or under that of an existing folder which differs from it only in
    case or composition. If another source folder took the name already, " (2)", " (3)" ... is added.
    """
    wanted = {folder.path: folder for folder in source if folder.state}
    mapping = _Mapping(target, {path: known[path] for path in wanted if path in known})
    for folder in sorted(wanted.values(), key=lambda folder: folder.path):
        mapping.take_special(folder)
    paths = {path[:depth] for path in wanted for depth in range(1, len(path) + 1)}
    for depth in range(1, max(map(len, paths), default=0) + 1):
        level = sorted(path for path in paths if len(path) == depth)
        mapping.take_exact(level)
        mapping.take_other(level)
    return {path: mapping.chosen[path] for path in wanted}


class _Mapping:
    """What is chosen so far. Source folders that only have subfolders are in it too: their children follow them."""

    def __init__(self, target: Iterable[Folder], known: Mapping[Path, Path]) -> None:
        self.chosen = dict(known)
        self._existing: dict[Path, list[Path]] = {}
        self._special: dict[str, Path] = {}
        for folder in sorted(target, key=lambda folder: folder.path):
            self._existing.setdefault(same_name(folder.path), []).append(folder.path)
            if folder.special_use and folder.state:
                self._special.setdefault(folder.special_use, folder.path)
        self._taken = set(known.values())
        self._taken_names = {same_name(path) for path in self._taken}

    def take_special(self, folder: Folder) -> None:
        if folder.path in self.chosen:
            return
        place = INBOX if folder.path == INBOX else self._special.get(folder.special_use)
        if place and place not in self._taken:
            self._take(folder.path, place)

    def take_exact(self, level: list[Path]) -> None:
        """First those that exist on the target to the letter, lest a look-alike takes their place."""
        for path in level:
            place = self._place(path)
            if (
                path not in self.chosen
                and place not in self._taken
                and place in self._existing.get(same_name(place), ())
            ):
                self._take(path, place)

    def take_other(self, level: list[Path]) -> None:
        for path in level:
            if path not in self.chosen:
                self._take(path, self._free(self._place(path)))

    def _place(self, path: Path) -> Path:
        return (*self.chosen.get(path[:-1], ()), path[-1])

    def _free(self, place: Path) -> Path:
        """An existing look-alike that nobody took, else a name that is like no other."""
        untaken = (path for path in self._existing.get(same_name(place), ()) if path not in self._taken)
        if existing := next(untaken, None):
            return existing
        number, free = 1, place
        while same_name(free) in self._taken_names:
            number += 1
            free = (*place[:-1], f"{place[-1]} ({number})")
        return free

    def _take(self, path: Path, place: Path) -> None:
        self.chosen[path] = place
        self._taken.add(place)
        self._taken_names.add(same_name(place))
