"""Other names for a folder that a server will not have under its own. Pure: a path in, paths out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from mailsync.folders import same_name
from mailsync.model import INBOX, Path

# Between them, servers refuse all of these somewhere in a name: Exchange / and *, Gmail ^ and blanks at either end or two in
# a row, Cyrus and file systems the rest.
_REFUSED = re.compile(r'[\x00-\x1f\x7f/\\^%*"&#~<>|:?$!{}\[\]`]')
_BLANKS = re.compile(r"\s+")
LONGEST = 60  # characters, which are at most 240 octets in UTF-8; servers take 255 a name or less


def plainer_paths(path: Path, taken: set[Path]) -> Iterator[Path]:
    """What to try instead, in this order: the same place with plain names; beside its parent, where a server lets a folder
    hold either mail or folders; below the inbox, where a server keeps all folders there and has no NAMESPACE (RFC 2342) to
    say so. Never a name that some server would take for one of ``taken``, which are as ``same_name`` has
    them; each that is told is one of them afterwards."""
    plain = tuple(map(plain_name, path))
    if plain != path:
        yield _free(plain, taken)
    if len(plain) > 1:
        yield _free((*plain[:-2], f"{plain[-2]} - {plain[-1]}"), taken)
    if plain[:1] != INBOX:
        yield _free((*INBOX, *plain), taken)


def plain_name(name: str) -> str:
    """``Offers / 2019 `` -> ``Offers _ 2019``. What is cut off a long name is stood for by a few digits made of all of it."""
    plain = _BLANKS.sub(" ", _REFUSED.sub("_", name)).strip(" .") or "_"
    if len(plain) <= LONGEST:
        return plain
    return f"{plain[: LONGEST - 9].rstrip()} {sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _free(path: Path, taken: set[Path]) -> Path:
    number, free = 1, path
    while same_name(free) in taken:
        number += 1
        free = (*path[:-1], f"{path[-1]} ({number})")
    taken.add(same_name(free))
    return free
