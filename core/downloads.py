"""Files that people download: sent in parts as they are read, stored by the browser and by nobody on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from itertools import islice
from typing import IO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

LINES_AT_ONCE = 500
OCTETS_AT_ONCE = 256 * 1024
NO_FILE_NAME = re.compile(r"[/\\\x00-\x1f\x7f]")  # what no system takes; addresses and names stay as they are


def download_text(request: HttpRequest, lines: Iterable[str], name: str, *, kind: str) -> StreamingHttpResponse:
    """Lines as they are read from the database, as a file of that name."""
    return _download(request, _text_parts(iter(lines)), name, f"{kind}; charset=utf-8")


def download_file(request: HttpRequest, file: IO[bytes], name: str, *, kind: str) -> StreamingHttpResponse:
    """An open file from where it stands; it is closed when all of it has been sent."""
    return _download(request, _FileParts(file), name, kind)


def _download(
    request: HttpRequest, parts: _FileParts | Generator[bytes], name: str, kind: str
) -> StreamingHttpResponse:
    """Django collects what a plain iterator yields before an ASGI server gets any of it, so such a server gets an
    asynchronous one."""
    content = _InTurn(parts) if isinstance(request, ASGIRequest) else parts
    response = StreamingHttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, NO_FILE_NAME.sub("_", name)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _text_parts(lines: Iterator[str]) -> Generator[bytes]:
    while part := "".join(islice(lines, LINES_AT_ONCE)):
        yield part.encode()


class _FileParts:
    """Django closes what has a ``close``, also where nobody has read it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.close = file.close

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if part := self._file.read(OCTETS_AT_ONCE):
            return part
        self.close()
        raise StopIteration


class _InTurn:
    def __init__(self, parts: _FileParts | Generator[bytes]) -> None:
        self._parts = parts
        self.close = parts.close

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while part := await sync_to_async(lambda: next(self._parts, b""))():
            yield part
