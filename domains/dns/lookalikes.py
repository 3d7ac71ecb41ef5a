"""Names that look like others: letters of several scripts in one label, or foreign letters that all look Latin."""

from __future__ import annotations

import unicodedata

# What stands together in ordinary words (UTS 39 section 5.2, "highly restrictive").
_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)
# Letters that are hard to tell from a Latin one in common typefaces.
_CYRILLIC = dict(zip("абвгеһіјӏкмнорԛсѕтуѵԝхԁёїь", "a6brehijlkmhopqcstyvwxdeib", strict=True))
_GREEK = dict(zip("ανικορυχγωε", "avikopuxywe", strict=True))
_PHONETIC = {
    "ɑ": "a",
    "ɡ": "g",
    "ɩ": "i",
    "ɪ": "i",
    "ʏ": "y",
    "ʀ": "r",
    "ʟ": "l",
    "ɴ": "n",
    "ʙ": "b",
    "ɢ": "g",
    "ʜ": "h",
}
_LATIN = _CYRILLIC | _GREEK | _PHONETIC
_STRIKING = (set("асеһіјӏорԛѕуѵԝхԁ"), set("ανικορυχ"))  # those of which whole labels have been made


def deceives(name: str) -> bool:
    """``name`` in Unicode, lower case."""
    *labels, top = name.split(".")
    return any(_mixed(label) or _phonetic(label) or _posing(label, top) for label in labels)


def as_latin(name: str) -> str:
    """What it is meant to be read as; empty where that is not known."""
    latin = "".join(_LATIN.get(letter, letter) for letter in name)
    return latin if latin.isascii() else ""


def _mixed(label: str) -> bool:
    scripts = {_script(letter) for letter in label if letter.isalpha()}
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def _phonetic(label: str) -> bool:
    return any(letter in _PHONETIC for letter in label)


def _posing(label: str, top: str) -> bool:
    """All its letters look Latin, in a place where nobody expects another script."""
    letters = {letter for letter in label if letter.isalpha()}
    return top.isascii() and bool(letters) and any(letters <= striking for striking in _STRIKING)


def _script(letter: str) -> str:
    """The first word of a letter's name is its script, but for a few that no domain may contain (RFC 5892)."""
    return unicodedata.name(letter, "?").split()[0]
