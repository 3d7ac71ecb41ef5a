"""Bodies that are larger than any form of ours are refused before they are kept anywhere.

Django writes a whole body to a file before it looks at it. This stands before Django: it drops what is too large, and lets
the page of the form say so as if it had been opened anew, so that a draft stays as it was. A body whose length nobody
announced is none to Django (PEP 3333): it is not even read.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

MEGABYTE = 1024 * 1024
MOST = 16 * MEGABYTE  # the largest form has a file of 10 MB; what is a little larger gets a sentence of the form itself
# A browser shows an answer only once it has sent everything, or can not. What is not worth sending is cut off.
DROPPED = 64 * MEGABYTE
AT_ONCE = MEGABYTE // 4
PARAMETER = "too-large"  # in the query string of the page that says so


class UploadLimit:
    """A WSGI application around another one."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= MOST:
            return self.application(environ, start_response)
        _drop(environ["wsgi.input"])
        return self.application(_opened_anew(environ), _as_refusal(start_response))


def _drop(body: InputStream) -> None:
    dropped = 0
    while dropped < DROPPED and (part := body.read(AT_ONCE)):
        dropped += len(part)


def _opened_anew(environ: WSGIEnvironment) -> WSGIEnvironment:
    kept = {name: value for name, value in environ.items() if not name.startswith(("CONTENT_", "HTTP_CONTENT_"))}
    query = "&".join(filter(None, [environ.get("QUERY_STRING", ""), PARAMETER]))
    return {**kept, "REQUEST_METHOD": "GET", "QUERY_STRING": query, "wsgi.input": BytesIO()}


def _as_refusal(start_response: StartResponse) -> Any:
    def refusing(status: str, headers: list[tuple[str, str]], *details: Any) -> Any:
        if status.startswith("200 "):
            status, headers = "413 Content Too Large", [*headers, ("Connection", "close")]
        return start_response(status, headers, *details)

    return refusing
