"""Comma-separated text to records, with the line numbers that an editor shows (RFC 4180).

The standard library's reader gives up at the first stray quotation mark; this one reports it, goes on with the
next line, and so lets a person see everything that is wrong with a file at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Not str.splitlines: an editor does not count a form feed or U+2028 as the end of a line.
_LINE_END = re.compile(r"\r\n|\n|\r")
_REST_OF_QUOTED_CELL = re.compile(r'([^"]*+(?:""[^"]*+)*+)"')
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
# A cell that goes on for longer has lost its closing quotation mark.
_MAX_CELL_LINES = 100


@dataclass(frozen=True, slots=True)
class Record:
    """One row. ``line`` counts from 1 and is where the row begins; ``lines`` is how many it takes.

    ``fault`` is "quote_unclosed" or "quote_misplaced", and then there are no cells.
    """

    line: int
    cells: tuple[str, ...]
    lines: int = 1
    fault: str = ""

    @property
    def blank(self) -> bool:
        """Nothing on it, or nothing but delimiters, as spreadsheets write empty rows."""
        return not self.fault and not any(cell.strip() for cell in self.cells)


def read_records(text: str, delimiter: str) -> Iterator[Record]:
    """Every record of ``text``, blank ones and faulty ones included."""
    lines = _LINE_END.split(text)
    index = 0
    while index < len(lines):
        record = _read_record(lines, index, delimiter)
        yield record
        index += record.lines


def declared_delimiter(record: Record) -> str:
    """The delimiter that a line ``sep=;`` tells Excel to use, or "" where ``record`` is no such line."""
    match = _SEPARATOR_LINE.fullmatch(",".join(record.cells).strip())
    return match[1] if match else ""


def unwrap(record: Record, delimiter: str) -> Record:
    """The row inside a row that was saved as one quoted cell."""
    inner = next(read_records(record.cells[0], delimiter))
    return Record(record.line, inner.cells, record.lines, inner.fault)


def _read_record(lines: Sequence[str], index: int, delimiter: str) -> Record:
    if '"' not in lines[index]:
        return Record(index + 1, tuple(lines[index].split(delimiter)))
    cells: list[str] = []
    line, position, last = lines[index], 0, index
    while True:
        if line.startswith('"', position):
            closed = _read_quoted(lines, last, position + 1)
            if closed is None:
                return Record(index + 1, (), fault="quote_unclosed")
            cell, last, position = closed
            line = lines[last]
            if position < len(line) and not line.startswith(delimiter, position):
                return Record(index + 1, (), fault="quote_misplaced")
        else:
            cell, position = _read_bare(line, position, delimiter)
        cells.append(cell)
        if position == len(line):
            return Record(index + 1, tuple(cells), last - index + 1)
        position += len(delimiter)


def _read_bare(line: str, position: int, delimiter: str) -> tuple[str, int]:
    """The cell, and where it ends. A quotation mark inside it is a character like any other."""
    end = line.find(delimiter, position)
    end = len(line) if end < 0 else end
    return line[position:end], end


def _read_quoted(lines: Sequence[str], index: int, position: int) -> tuple[str, int, int] | None:
    """The cell, and the index of the line and the position after its closing quotation mark; None without one."""
    parts: list[str] = []
    for number in range(index, min(index + _MAX_CELL_LINES, len(lines))):
        if match := _REST_OF_QUOTED_CELL.match(lines[number], position):
            parts.append(match[1])
            return "\n".join(parts).replace('""', '"'), number, match.end()
        parts.append(lines[number][position:])
        position = 0
    return None
