"""Signing in: what servers offer, what they refuse, and in which words."""

from __future__ import annotations

from base64 import b64decode, b64encode
from contextlib import closing

import pytest

from mailsync.errors import Retry, SignInFailed, Stop
from mailsync.model import INBOX, Folder, FolderState
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.stores.imap.store import open_session
from tests.mailsync.stores.conftest import Servers
from tests.mailsync.stores.messages import make
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.servers.kinds import PASSWORD

OFFER = b"* OK [CAPABILITY IMAP4rev1 %s] ready"


def refusing(reply: bytes, offer: bytes = b"SASL-IR AUTH=PLAIN") -> ScriptedServer:
    def script(server: Conversation) -> None:
        server.say(OFFER % offer)
        tag, _ = server.hear()
        server.say(reply if reply.startswith(b"*") else tag + b" " + reply)
        server.hang_up()

    return ScriptedServer(script)


@pytest.mark.parametrize(
    "reply",
    [
        b"NO [AUTHENTICATIONFAILED] Authentication failed.",
        b"NO LOGIN failed.",
        b"NO [AUTHORIZATIONFAILED] Authorization failed",
        b"NO [EXPIRED] Password expired",
        b"BAD User is authenticated but not connected.",
        b"NO [ALERT] Please log in via your web browser",
        b"* BYE [AUTHENTICATIONFAILED] Too many failures",
    ],
)
def test_refused_credentials_are_never_tried_again(reply: bytes) -> None:
    with refusing(reply) as server, pytest.raises(SignInFailed) as caught:
        server.store().folders()
    assert caught.value.words == reply.removeprefix(b"* ").decode()
    assert "secret" not in str(caught.value) + repr(caught.value)
    assert len(server.conversations) == 1


@pytest.mark.parametrize(
    ("reply", "code", "after"),
    [
        (b"NO [UNAVAILABLE] Temporary authentication failure.", "unavailable", None),
        (
            b"NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
            "too_many_connections",
            None,
        ),
        (b"* BYE [ALERT] Too many simultaneous connections. (Failure)", "too_many_connections", None),
        (b"* BYE Autologout; idle for too long", "hung_up", None),
        (b"NO Request is throttled. Suggested Backoff Time: 299961 milliseconds", "throttled", 299.961),
        (b"BAD Request is throttled. Suggested Backoff Time: 30 seconds", "throttled", 30.0),
        (b"NO [INUSE] Mailbox is locked by another session", "unavailable", None),
    ],
)
def test_a_server_that_asks_for_patience_gets_it(reply: bytes, code: str, after: float | None) -> None:
    with refusing(reply) as server, pytest.raises(Retry) as caught:
        server.store().folders()
    assert (caught.value.code, caught.value.after) == (code, after)
    assert caught.value.words == reply.removeprefix(b"* ").decode()


@pytest.mark.parametrize(
    ("greeting", "error", "code"),
    [
        (b"220 mail.contoso.com ESMTP ready", Stop, "not_imap"),
        (b"+OK POP3 ready", Stop, "not_imap"),
        (b"HTTP/1.1 400 Bad Request", Stop, "not_imap"),
        (b"* PREAUTH welcome, whoever you are", Stop, "no_mechanism"),
        (b"* BYE Server is shutting down", Retry, "hung_up"),
        (b"* BYE [UNAVAILABLE] Come back later", Retry, "unavailable"),
        (b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready", Stop, "plaintext_refused"),
        (b"* OK [CAPABILITY IMAP4rev1 AUTH=GSSAPI AUTH=NTLM LOGINDISABLED] ready", Stop, "plaintext_refused"),
    ],
)
def test_no_password_is_sent_to_a_server_that_does_not_want_it(
    greeting: bytes, error: type[Stop | Retry], code: str
) -> None:
    def script(server: Conversation) -> None:
        server.say(greeting)

    with ScriptedServer(script) as server, pytest.raises(error) as caught:
        server.store().folders()
    assert caught.value.code == code
    assert server.conversations[0].heard == []


def test_a_server_that_demands_tls_first_is_told_as_such() -> None:
    with (
        refusing(b"NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure connections.") as server,
        pytest.raises(Stop, match=r"plaintext_refused: NO \[PRIVACYREQUIRED\]"),
    ):
        server.store().folders()


def test_a_name_that_a_server_does_not_want_to_hear_the_end_of_is_refused() -> None:
    with refusing(b"NO LOGIN failed: no literals here", offer=b"") as server, pytest.raises(SignInFailed) as caught:
        ImapStore(server.settings._replace(login=Login("jörg", "secret"))).folders()
    assert caught.value.words == "NO LOGIN failed: no literals here"


@pytest.mark.parametrize("offer", [b"", b"AUTH=PLAIN", b"AUTH=PLAIN SASL-IR"])
def test_news_during_a_sign_in_are_no_answer_to_it(offer: bytes) -> None:
    def script(server: Conversation) -> None:
        server.say(OFFER % offer)
        tag, line = server.hear()
        while line.endswith(b"}") or line == b"AUTHENTICATE PLAIN":
            server.say(b"* OK One moment", b"+ go on")
            _, line = server.hear()
        server.say(b"* OK Another moment", tag + b" OK [CAPABILITY IMAP4rev1] in")

    with ScriptedServer(script) as server:
        open_session(server.settings._replace(login=Login("jörg", "pw"))).leave()


def test_without_a_login_nobody_signs_in() -> None:
    def script(server: Conversation) -> None:
        server.say(OFFER % b"AUTH=PLAIN")

    with ScriptedServer(script) as server:
        session = open_session(server.settings._replace(login=None))
        assert session.can("AUTH=PLAIN")
        session.leave()
    assert server.conversations[0].heard == []


def test_a_connection_that_ends_before_a_greeting_is_told_as_such() -> None:
    with ScriptedServer(Conversation.hang_up) as server, pytest.raises(Retry, match="hung_up"):
        server.store().folders()


def accepting(offer: bytes, heard: list[bytes]) -> ScriptedServer:
    """Notes what is said until the sign-in is complete; asks for more where a literal or a challenge is due."""

    def script(server: Conversation) -> None:
        server.say(OFFER % offer)
        tag, line = server.hear()
        heard.append(line)
        while line.endswith(b"}") or line == b"AUTHENTICATE PLAIN":
            server.say(b"+ go on")
            line = server.hear()[0] if line.startswith(b"AUTH") else b" ".join(filter(None, server.hear()))
            heard.append(line)
        server.say(tag + b" OK [CAPABILITY IMAP4rev1] in")

    return ScriptedServer(script)


@pytest.mark.parametrize(
    ("offer", "login", "expected"),
    [
        (b"", Login("anna", "pw"), [b'LOGIN "anna" "pw"']),
        (b"", Login("CONTOSO\\anna", 'p"w\\'), [b'LOGIN "CONTOSO\\\\anna" "p\\"w\\\\"']),
        (b"", Login("anna", "ü"), [b'LOGIN "anna" {2}', "ü".encode()]),
        (b"", Login("jörg", "pässe"), [b"LOGIN {5}", "jörg {6}".encode(), "pässe".encode()]),
        (b"AUTH=PLAIN", Login("anna", "pw", mechanism="login"), [b'LOGIN "anna" "pw"']),
    ],
)
def test_the_login_command_carries_any_name_and_password(offer: bytes, login: Login, expected: list[bytes]) -> None:
    heard: list[bytes] = []
    with accepting(offer, heard) as server:
        open_session(ImapSettings("127.0.0.1", server.port, login, "none")).leave()
    assert heard == expected


@pytest.mark.parametrize(("offer", "lines"), [(b"AUTH=PLAIN SASL-IR", 1), (b"AUTH=PLAIN", 2)])
def test_plain_takes_one_round_trip_where_the_server_allows(offer: bytes, lines: int) -> None:
    heard: list[bytes] = []
    with accepting(offer + b" LOGINDISABLED", heard) as server:
        login = Login("admin", "pässwörd", authorization_id="anna")
        open_session(ImapSettings("127.0.0.1", server.port, login, "none")).leave()
    assert len(heard) == lines
    assert b64decode(heard[-1].removeprefix(b"AUTHENTICATE PLAIN ")) == "anna\0admin\0pässwörd".encode()


@pytest.mark.parametrize(
    ("offer", "login"),
    [(b"", Login("admin", "pw", authorization_id="anna")), (b"", Login("anna", "pw", mechanism="plain"))],
)
def test_what_only_plain_can_do_is_not_done_otherwise(offer: bytes, login: Login) -> None:
    heard: list[bytes] = []
    with accepting(offer, heard) as server, pytest.raises(Stop, match="no_mechanism"):
        ImapStore(ImapSettings("127.0.0.1", server.port, login, "none")).folders()
    assert heard == []


@pytest.mark.parametrize("login", [Login("an\0na", "pw"), Login("anna", "p\0w")])
def test_a_nul_character_is_refused_before_it_is_sent(login: Login) -> None:
    heard: list[bytes] = []
    with accepting(b"AUTH=PLAIN", heard) as server, pytest.raises(SignInFailed, match="NUL"):
        ImapStore(ImapSettings("127.0.0.1", server.port, login, "none")).folders()
    assert heard == []


@pytest.mark.parametrize("offer", [b"", b"AUTH=PLAIN SASL-IR"])
def test_a_server_that_repeats_the_password_is_not_quoted(offer: bytes) -> None:
    def script(server: Conversation) -> None:
        server.say(OFFER % offer)
        tag, line = server.hear()
        server.say(tag + b" BAD what is " + line)

    lines: list[bytes] = []
    with ScriptedServer(script) as server, pytest.raises(SignInFailed) as caught:
        server.store(lambda _, line: lines.append(line)).folders()
    assert "***" in caught.value.words
    for told in (caught.value.words.encode(), str(caught.value).encode(), repr(caught.value).encode(), *lines):
        assert b"secret" not in told
        assert b64encode(b"\0anna\0secret") not in told


@pytest.mark.parametrize("reply", [b"TAG you said %s", b"TAG %s", b" %s", b"* BYE %s", b"TAG NO %s"])
def test_a_password_is_hidden_wherever_a_server_puts_it(reply: bytes) -> None:
    def script(server: Conversation) -> None:
        server.say(OFFER % b"")
        tag, _ = server.hear()
        server.say(reply.replace(b"TAG", tag) % b"secret")
        server.hang_up()

    with ScriptedServer(script) as server, pytest.raises((SignInFailed, Retry)) as caught:
        server.store().folders()
    assert "secret" not in (str(caught.value) + repr(caught.value)).lower()


@pytest.mark.parametrize("password", ["1", "A", "OK", "CAPABILITY", "IMAP4rev1"])
def test_a_password_that_is_a_part_of_every_answer_signs_in(password: str) -> None:
    def script(server: Conversation) -> None:
        server.welcome()
        server.names()
        server.say(b"* STATUS INBOX (MESSAGES 1 UIDNEXT 10 UIDVALIDITY 7)", server.expect(b"STATUS") + b" OK done")

    with ScriptedServer(script) as server:
        settings = server.settings._replace(login=Login("anna", password), read_timeout=3)
        with closing(ImapStore(settings)) as store:
            assert store.state(INBOX) is not None


def test_the_password_is_in_no_representation() -> None:
    settings = ImapSettings("mail.contoso.com", 993, Login("anna", "canary"))
    assert "canary" not in repr(settings)
    assert "canary" not in str(settings)


@pytest.mark.parametrize(
    "login",
    [
        Login("{user}", PASSWORD),
        Login("{user}", PASSWORD, mechanism="login"),
        Login("{user}*migration-admin", "master-secret"),
        Login("migration-admin", "master-secret", authorization_id="{user}"),
    ],
    ids=["own password", "own password by LOGIN", "master user", "authorization identity"],
)
def test_dovecot_lets_in_all_who_may(servers: Servers, login: Login) -> None:
    server, user = servers.start("dovecot"), servers.new_user("dovecot")
    who = Login(login.user.format(user=user), login.password, login.authorization_id.format(user=user), login.mechanism)
    store = ImapStore(ImapSettings(server.host, server.port, who, "none"))
    make(store, ("Proof",))
    store.close()
    assert any(user in path.parts for path in server.mail_of(user).rglob("Proof"))


@pytest.mark.parametrize(
    "login", [Login("user0", "wrong"), Login("user0*migration-admin", "wrong"), Login("nobody-at-all", PASSWORD)]
)
def test_dovecot_lets_in_nobody_else(servers: Servers, login: Login) -> None:
    server = servers.start("dovecot")
    with pytest.raises(SignInFailed, match="AUTHENTICATIONFAILED"):
        ImapStore(ImapSettings(server.host, server.port, login, "none")).folders()


DOVECOT = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] Dovecot ready."
FULL = b"IMAP4rev1 NAMESPACE SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE STATUS=SIZE"


def with_listing(server: Conversation, capabilities: bytes) -> tuple[bytes, bytes]:
    """Hears a sign-in and what comes with it before anything is answered; the tags of these two."""
    server.say(DOVECOT)
    tag = server.expect(b"AUTHENTICATE PLAIN ")
    asked = server.expect(b"NAMESPACE"), server.expect(b'LIST "" "*" RETURN')
    server.say(tag + b" OK [CAPABILITY %s] Logged in" % capabilities)
    return asked


def test_dovecot_is_asked_for_its_folders_together_with_the_sign_in() -> None:
    def script(server: Conversation) -> None:
        namespaces, listing = with_listing(server, FULL)
        server.say(b'* NAMESPACE (("" "/")) NIL NIL', namespaces + b" OK done")
        server.say(
            b'* LIST () "/" INBOX', b"* STATUS INBOX (MESSAGES 2 UIDNEXT 5 UIDVALIDITY 7 HIGHESTMODSEQ 3 SIZE 9)"
        )
        server.say(listing + b" OK done")

    with ScriptedServer(script) as server, closing(server.store()) as store:
        assert store.folders() == [Folder(INBOX, "", FolderState(7, 5, 2, 3, 9))]
    assert len(server.conversations[0].heard) == 3


@pytest.mark.parametrize("answer", [b" OK done", b" BAD unknown command"])
def test_a_dovecot_that_can_do_less_than_was_foreseen_is_asked_once_more(answer: bytes) -> None:
    def script(server: Conversation) -> None:
        namespaces, listing = with_listing(server, b"IMAP4rev1")
        server.say(namespaces + answer, b'* LIST () "/" Nobody', listing + answer)
        server.say(b'* LIST () "/" INBOX', server.expect(b'LIST "" "*"') + b" OK done")
        server.say(b"* STATUS INBOX (MESSAGES 2 UIDNEXT 5 UIDVALIDITY 7)", server.expect(b"STATUS") + b" OK done")

    with ScriptedServer(script) as server, closing(server.store()) as store:
        assert store.folders() == [Folder(INBOX, "", FolderState(7, 5, 2))]


@pytest.mark.parametrize(
    "greeting", [b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Dovecot ready.", OFFER % b"SASL-IR AUTH=PLAIN"]
)
def test_nothing_comes_with_the_sign_in_where_it_takes_two_steps_or_the_server_is_another(greeting: bytes) -> None:
    def script(server: Conversation) -> None:
        server.say(greeting)
        tag = server.expect(b"AUTHENTICATE PLAIN")
        if b"SASL-IR" not in greeting:
            server.say(b"+ ")
            server.hear()
        server.say(b"* CAPABILITY IMAP4rev1", tag + b" NO [AUTHENTICATIONFAILED] no")

    with ScriptedServer(script) as server, pytest.raises(SignInFailed):
        server.store().folders()
    assert not any(b"LIST" in line for line in server.conversations[0].heard)
