"""Compiles catalogues of translations: ``python locale/compile.py locale/nl/LC_MESSAGES/django.po`` writes the .mo beside.

Python has no module for it, and gettext's own msgfmt is not on every machine. Fuzzy and empty translations are left out,
as msgfmt does. The format is described in gettext's manual, "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import os
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

MAGIC = 0x950412DE
CONTEXT_END, PLURAL_END = "\x04", "\x00"

Entry = dict[str, str]  # "msgid", "msgstr[1]", ... to text


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """What stands between two empty lines, without comments; fuzzy ones are left out."""
    entry: Entry = {}
    fuzzy, key = False, ""
    for line in [*map(str.strip, lines), ""]:
        if not line:
            if entry and not fuzzy:
                yield entry
            entry, fuzzy = {}, False
        elif line.startswith("#"):
            fuzzy |= line.startswith("#,") and "fuzzy" in line
        else:
            word, quote, rest = line.partition('"')
            key = word.strip() or key
            entry[key] = entry.get(key, "") + ast.literal_eval(quote + rest)


def message(entry: Entry) -> tuple[str, str]:
    """An entry's key and text as gettext looks them up: context and plural forms are joined by control characters."""
    key = entry["msgid"]
    if "msgctxt" in entry:
        key = entry["msgctxt"] + CONTEXT_END + key
    if "msgid_plural" not in entry:
        return key, entry["msgstr"]
    forms = [text for name, text in sorted(entry.items()) if name.startswith("msgstr[")]
    return key + PLURAL_END + entry["msgid_plural"], PLURAL_END.join(forms) if all(forms) else ""


def catalogue(messages: dict[str, str]) -> bytes:
    """A table of keys, a table of texts (length and offset each), then all of them, each with a zero behind it."""
    keys = sorted(messages, key=str.encode)
    texts = [text.encode() for text in (*keys, *(messages[key] for key in keys))]
    table, offset = b"", 28 + 8 * len(texts)
    for text in texts:
        table += struct.pack("<2I", len(text), offset)
        offset += len(text) + 1
    header = struct.pack("<7I", MAGIC, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    return header + table + b"".join(text + b"\0" for text in texts)


def compile_file(source: Path) -> Path:
    """Writes the .mo in one move, so that nobody reads half of it."""
    with source.open(encoding="utf-8") as lines:
        messages = dict(message(entry) for entry in entries(lines))
    target = source.with_suffix(".mo")
    half = source.with_suffix(f".mo.{os.getpid()}.tmp")
    half.write_bytes(catalogue({key: text for key, text in messages.items() if text}))
    half.replace(target)
    return target


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        compile_file(Path(argument))
