"""The page that shows the figures: what was measured anew takes the place of what stood there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bench.tables import Table

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/performance.md"
HEADER = "| | compared | measured | at most | met |\n|---|---|---|---|---|\n"


def write(machine: str, tables: Sequence[Table], page: Path = PAGE) -> None:
    """Into the parts of ``page`` that are marked; rows and tables of other corpora stay."""
    text = page.read_text()
    text = replaced(text, "machine", f"{machine}\n")
    rows = _part(text, "summary").removeprefix(HEADER).splitlines()
    for table in tables:
        rows = _merged(rows, table)
    text = replaced(text, "summary", HEADER + "".join(f"{row}\n" for row in rows))
    sections = dict(re.findall(r"^### (.+)\n((?:(?!### ).*\n)*)", _part(text, "tables"), re.MULTILINE))
    for table in tables:
        sections[table.title] = table.markdown().partition("\n")[2]
    text = replaced(text, "tables", "\n".join(f"### {title}\n{body.rstrip()}\n" for title, body in sections.items()))
    page.write_text(text)


def _merged(rows: list[str], table: Table) -> list[str]:
    """The table's rows where it had some before, or at the end."""
    mine = f"| {table.title} |"
    at = next((number for number, row in enumerate(rows) if row.startswith(mine)), len(rows))
    others = [row for row in rows if not row.startswith(mine)]
    return [*others[:at], *table.verdicts(), *others[at:]]


def _marks(part: str) -> tuple[str, str]:
    return f"<!-- measured: {part} -->\n", "<!-- end -->"


def _part(text: str, part: str) -> str:
    begin, end = _marks(part)
    return text.split(begin, 1)[1].split(end, 1)[0]


def replaced(text: str, part: str, content: str) -> str:
    """``text`` with other ``content`` between the marks of ``part``."""
    begin, end = _marks(part)
    head, rest = text.split(begin, 1)
    return head + begin + content + end + rest.split(end, 1)[1]
