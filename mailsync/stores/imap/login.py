"""Signing in: SASL PLAIN (RFC 4616, with RFC 4959 in one round trip) or the LOGIN command."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from mailsync.errors import SignInFailed, Stop
from mailsync.stores.imap.names import escape, quote
from mailsync.stores.imap.responses import Response, sign_in_refusal
from mailsync.stores.imap.session import Session
from mailsync.stores.imap.settings import Login, Mechanism


def sign_in(session: Session, login: Login, *, secured: bool, then: Sequence[bytes] = ()) -> None:
    """Raises SignInFailed if the server refuses, Stop if there is no way to try, Retry if it may work later.

    The commands ``then`` leave together with it where it takes one command: ``session.run_foreseen`` knows them.
    """
    if "\0" in login.user + login.password + login.authorization_id:
        raise SignInFailed("a NUL character can be part of neither a user name nor a password")
    uses_plain = _uses_plain(session, login, secured=secured)
    password = login.password.encode()
    with session.hiding(password, escape(password), _sasl_message(login)):
        answer = _authenticate_plain(session, login, then) if uses_plain else _login(session, login)
    if answer.kind != b"OK":
        raise sign_in_refusal(answer)
    if answer.code[0] != "CAPABILITY":
        session.capabilities = frozenset()  # they may differ after signing in (RFC 3501 6.2.2)
        session.ask_capabilities()


def _uses_plain(session: Session, login: Login, *, secured: bool) -> bool:
    """Raises Stop if neither way is open."""
    plain = session.can("AUTH=PLAIN") and login.mechanism != Mechanism.LOGIN
    command = not (session.can("LOGINDISABLED") or login.authorization_id or login.mechanism == Mechanism.PLAIN)
    if plain or command:
        return plain
    offered = " ".join(sorted(session.capabilities))
    raise Stop("no_mechanism" if secured or not session.can("LOGINDISABLED") else "plaintext_refused", offered)


def _sasl_message(login: Login) -> bytes:
    return b64encode("\0".join([login.authorization_id, login.user, login.password]).encode())


def _authenticate_plain(session: Session, login: Login, then: Sequence[bytes]) -> Response:
    message = _sasl_message(login)
    at_once = session.can("SASL-IR")
    tag = session.send(b"AUTHENTICATE PLAIN" + (b" " + message if at_once else b""), b"AUTHENTICATE PLAIN ***")
    if at_once:
        session.foresee(then)
    to_say = [message]
    while (response := session.receive()).tag != tag:
        if response.tag == b"+":
            session.wire.command(to_say.pop() if to_say else b"*", b"***")
    return response


def _login(session: Session, login: Login) -> Response:
    tag = session.new_tag()
    line = tag + b" LOGIN"
    for argument in (login.user.encode(), login.password.encode()):
        if argument.isascii() and not (b"\r" in argument or b"\n" in argument):
            line += b" " + quote(argument)
            continue
        session.wire.command(b"%s {%d}" % (line, len(argument)), tag + b" LOGIN ***")
        response = _until(session, tag)
        if response.tag == tag:
            return response
        line = argument
    session.wire.command(line, tag + b" LOGIN ***")
    return _until(session, tag)


def _until(session: Session, tag: bytes) -> Response:
    """The answer to a command, or the server's invitation to go on with it."""
    while (response := session.receive()).tag not in (tag, b"+"):
        pass
    return response
