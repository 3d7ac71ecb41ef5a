"""Bodies that are larger than any form of ours are refused before they are kept anywhere.

Django writes a whole body to a file before it looks at it. This stands before Django: it drops what is too large, and lets
the page of the form say so as if it had been opened anew, so that a draft stays as it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

MEGABYTE = 1024 * 1024
MOST = 16 * MEGABYTE  # the largest form has a file of 10 MB; what is a little larger gets a sentence of the form itself
# A browser shows an answer only once it has sent everything, or can not. What is not worth sending is cut off.
DROPPED = 64 * MEGABYTE
PARAMETER = "too-large"  # in the query string of the page that says so

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class UploadLimit:
    """An ASGI application around another one."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
        elif _announced(scope) > MOST:
            await self._refuse(scope, receive, send)
        else:
            counted = _Counted(receive)
            await self.application(scope, counted, send)
            if counted.octets > MOST:
                await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _drop(receive)
        await self.application(_opened_anew(scope), _NoBody(receive), _as_refusal(send))


class _Counted:
    """Receives a body whose length nobody announced; what is too long ends as if the browser had gone."""

    def __init__(self, receive: Receive) -> None:
        self.receive, self.octets = receive, 0

    async def __call__(self) -> Message:
        message = await self.receive()
        self.octets += len(message.get("body", b""))
        return message if self.octets <= MOST else {"type": "http.disconnect"}


def _announced(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _opened_anew(scope: Scope) -> Scope:
    headers = [(name, value) for name, value in scope["headers"] if not name.startswith(b"content-")]
    query = b"&".join(filter(None, [scope["query_string"], PARAMETER.encode()]))
    return {**scope, "method": "GET", "headers": headers, "query_string": query}


def _as_refusal(send: Send) -> Send:
    async def refusing(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message = {**message, "status": 413, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return refusing


async def _drop(receive: Receive) -> None:
    dropped, more = 0, True
    while more and dropped < DROPPED:
        message = await receive()
        dropped += len(message.get("body", b""))
        more = bool(message.get("more_body"))


class _NoBody:
    """Receives an empty body, and after it only that the browser has gone: more of the body is nobody's business."""

    def __init__(self, receive: Receive) -> None:
        self.receive, self.is_over = receive, False

    async def __call__(self) -> Message:
        if not self.is_over:
            self.is_over = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await self.receive())["type"] != "http.disconnect":
            pass
        return message
