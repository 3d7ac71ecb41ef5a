"""A web server that is called by webhooks: it keeps what it is told, and answers as it is asked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True)
class Call:
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """``answer`` is a status and what is said with it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answer: tuple[int, str] = (204, "")
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append(Call(dict(self.headers), body))
                status, words = receiver.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(words)))
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(words.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
