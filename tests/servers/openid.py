"""A small OpenID provider: discovery, authorization code with PKCE, RS256, keys and user info; it can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "migration-center", "the client's secret"


@cache
def key(number: int = 0) -> rsa.RSAPrivateKey:
    """One for each number."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OpenIdProvider:
    """Knows one person, ``about``. ``token`` overrides claims of the ID token, None takes one away."""

    def __init__(self) -> None:
        self.about: dict[str, Any] = {"sub": "42", "email": "anna@contoso.com", "email_verified": True}
        self.token: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.signed_with: int | str | None = 0  # the number of a key, or a secret
        self.algorithm = "RS256"
        self.info: dict[str, Any] = {}
        self.denial = ""
        self.breaks = False
        self._asked: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._exchange(self)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        url = urlsplit(request.path)
        if url.path == "/authorize":
            return self._authorize(request, {name: values[0] for name, values in parse_qs(url.query).items()})
        if url.path == "/userinfo" and request.headers["Authorization"] != "Bearer let-me-in":
            return _answer(request, {"error": "invalid_token"}, 401)
        documents = {
            "/.well-known/openid-configuration": self._document(),
            "/jwks": {"keys": [self._public_key()]},
            "/userinfo": self.about | self.info,
        }
        return _answer(request, documents.get(url.path, {}), 200 if url.path in documents else 404)

    def _document(self) -> dict[str, Any]:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        places = {name: f"{self.issuer}/{place}" for name, place in {**names, "jwks_uri": "jwks"}.items()}
        return {"issuer": self.issuer, **places, **self.discovery}

    def _public_key(self) -> dict[str, Any]:
        return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(0).public_key())), "kid": "1", "alg": "RS256"}

    def _authorize(self, request: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        """Signs the person in without asking, and leads back."""
        code = f"code-{len(self._asked)}"
        self._asked[code] = asked
        back = {"error": "access_denied", "error_description": self.denial} if self.denial else {"code": code}
        request.send_response(302)
        request.send_header("Location", f"{asked['redirect_uri']}?{urlencode({**back, 'state': asked['state']})}")
        request.end_headers()

    def _exchange(self, request: BaseHTTPRequestHandler) -> None:
        """A code for tokens, once, to the client that knows its secret and what the code challenge was made of."""
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self._asked.pop(sent["code"], None)
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = asked and challenge == asked["code_challenge"] and sent["redirect_uri"] == asked["redirect_uri"]
        if self.breaks or not known or (sent["client_id"], sent["client_secret"]) != (CLIENT, SECRET):
            return _answer(request, {"error": "invalid_grant"}, 400)
        assert asked is not None
        return _answer(request, {"access_token": "let-me-in", "id_token": self._id_token(asked["nonce"])})

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": self.about["sub"], "iat": now - 5, "exp": now + 300}
        claims = {name: value for name, value in (claims | {"nonce": nonce} | self.token).items() if value is not None}
        secret: Any = key(self.signed_with) if isinstance(self.signed_with, int) else self.signed_with
        return jwt.encode(claims, secret, algorithm=self.algorithm, headers={"kid": "1"})


def _answer(request: BaseHTTPRequestHandler, document: dict[str, Any], status: int = 200) -> None:
    body = json.dumps(document).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
