"""What a browser stores when somebody downloads a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from django.http import StreamingHttpResponse
from django.test import Client

from batches.models import MigrationBatch, MigrationUser, SkippedItem
from tests.batches.examples import NOON, make_user

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def octets_at(client: Client, url: str) -> bytes:
    response = client.get(url)
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    parts: Iterable[bytes] = response.streaming_content
    return b"".join(parts)


def file_at(client: Client, url: str) -> str:
    return octets_at(client, url).decode()


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def table_at(client: Client, url: str) -> list[dict[str, str]]:
    return rows_of(file_at(client, url))


def sheets(workbook: bytes) -> dict[str, list[list[Any]]]:
    """The cells of each sheet of a workbook as a spreadsheet has them: text, or numbers."""
    with ZipFile(io.BytesIO(workbook)) as archive:
        names = [sheet.attrib["name"] for sheet in _xml(archive, "xl/workbook.xml").iter(f"{MAIN}sheet")]
        parts = (_xml(archive, f"xl/worksheets/sheet{number}.xml") for number in range(1, len(names) + 1))
        return {name: list(_rows(part)) for name, part in zip(names, parts, strict=True)}


def _xml(archive: ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(name))  # noqa: S314 - we wrote it ourselves


def _rows(sheet: ElementTree.Element) -> Iterator[list[Any]]:
    assert not list(sheet.iter(f"{MAIN}f"))  # formulas
    for row in sheet.iter(f"{MAIN}row"):
        yield [_value(cell) for cell in row.iter(f"{MAIN}c")]


def _value(cell: ElementTree.Element) -> Any:
    if cell.attrib.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{MAIN}t"))
    number = cell.find(f"{MAIN}v")
    return None if number is None else float(number.text or "")


def failed_user(batch: MigrationBatch, address: str = "full@contoso.com") -> MigrationUser:
    words = {
        "error_code": "over_quota",
        "error_side": "target",
        "error_words": "NO [OVERQUOTA] Full.",
        "error_at": NOON,
    }
    return make_user(batch, address, status="failed", **words)


def skipped_item(user: MigrationUser, **fields: object) -> SkippedItem:
    given = {"folder": "Archief/2019", "uid": 7, "kind": "too_large", "reason": "NO [LIMIT]", "subject": "Foto's"}
    return SkippedItem.objects.create(user=user, date=NOON, size=61_234_567, **(given | fields))
