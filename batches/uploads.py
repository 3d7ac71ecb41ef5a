"""The CSV files that users of a batch came from, kept as they were uploaded but without anything secret."""

from __future__ import annotations

import base64
import csv
import io

from django.utils import timezone

from batches.csv_import import CsvResult
from batches.csv_import.columns import PASSWORD
from batches.csv_import.encoding import decode
from batches.csv_import.sheet import read_sheet
from batches.models import BatchDraft, MigrationBatch, UploadedFile
from core.as_text import BYTE_ORDER_MARK, safe_cell
from core.models import Person


def keep_upload(batch: MigrationBatch, draft: BatchDraft, file: CsvResult, *, by: Person | None) -> None:
    """Beside the batch, where managers and administrators find it."""
    text = without_secrets(base64.b64decode(draft.csv), draft, file)
    UploadedFile.objects.create(batch=batch, name=draft.csv_name, at=timezone.now(), by=by, text=text)


def without_secrets(data: bytes, draft: BatchDraft, file: CsvResult) -> str:
    """The file with the columns that were read, the password's empty. What nobody knows may be secret: it is left out."""
    sheet = read_sheet(decode(data).text, draft.type)  # type: ignore[arg-type]
    columns = sorted(file.columns.items(), key=lambda column: column[1])
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([sheet.header.cells[i] for _name, i in columns])
    for record in sheet.records:
        writer.writerow(["" if name == PASSWORD else safe_cell(record.cells[i]) for name, i in columns])
    return BYTE_ORDER_MARK + text.getvalue()
