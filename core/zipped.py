"""An archive that is sent while it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile

AT_ONCE = 64 * 1024  # octets
QUICK = 1  # of zlib's levels: what waits for it is a person


def zipped(entries: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """A ZIP from its beginning, entry by entry: ``entries`` are names with what is in them. Nothing is held back."""
    outbox = _Outbox()
    with ZipFile(outbox, "w", ZIP_DEFLATED, compresslevel=QUICK) as archive:  # type: ignore[call-overload]
        for name, parts in entries:
            with archive.open(name, "w") as entry:
                for part in parts:
                    entry.write(part)
                    if outbox.octets >= AT_ONCE:
                        yield outbox.take()
    yield outbox.take()


class _Outbox:
    """What a ZIP needs of a file that nobody can go back in."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.octets = 0

    def write(self, part: bytes) -> int:
        self._parts.append(part)
        self.octets += len(part)
        return len(part)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def take(self) -> bytes:
        taken, self._parts, self.octets = b"".join(self._parts), [], 0
        return taken
