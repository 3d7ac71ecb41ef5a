"""What servers say, made fit to be kept."""

from __future__ import annotations

from collections.abc import Collection

LONGEST = 4000  # characters of one reply
HIDDEN = "•••"
# Text that PostgreSQL does not store, though folder names may decode to it: NUL and halves of surrogate pairs. They
# trade places with private characters that no name has.
_STRANGE = {0: 0x10F7FF} | {0xD800 + i: 0x10F800 + i for i in range(0x800)}
_BACK = {private: strange for strange, private in _STRANGE.items()}


def storable(text: str) -> str:
    """The same text for a database; ``restored`` gives it back unchanged."""
    return text if text.isascii() and "\0" not in text else text.translate(_STRANGE)


def restored(text: str) -> str:
    return text if text.isascii() else text.translate(_BACK)


def kept(words: str, *, without: Collection[str] = ()) -> str:
    """A server's reply as it may be shown: some servers repeat the password that they refuse, so these are taken out."""
    for secret in filter(None, without):
        words = words.replace(secret, HIDDEN)
    return storable(words[:LONGEST])
