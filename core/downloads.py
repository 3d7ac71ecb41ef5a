"""Files that people download: sent in parts as they are read, stored by the browser and by nobody on the way."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

LINES_AT_ONCE = 500
NO_FILE_NAME = re.compile(r"[/\\\x00-\x1f\x7f]")  # what no system takes; addresses and names stay as they are


def download_text(lines: Iterable[str], name: str, *, kind: str) -> StreamingHttpResponse:
    """Lines as they are read from the database, as a file of that name."""
    return _download(_text_parts(iter(lines)), name, f"{kind}; charset=utf-8")


def download_octets(parts: Iterable[bytes], name: str, *, kind: str) -> StreamingHttpResponse:
    """A file of that name as it is made."""
    return _download(parts, name, kind)


def _download(parts: Iterable[bytes], name: str, kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type=kind)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, NO_FILE_NAME.sub("_", name)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _text_parts(lines: Iterator[str]) -> Generator[bytes]:
    while part := "".join(islice(lines, LINES_AT_ONCE)):
        yield part.encode()
