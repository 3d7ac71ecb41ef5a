"""Endpoints against real servers: who gets in, and what is said of those who do not."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import Any

import pytest

from endpoints import connect, services
from endpoints.certificates import Certificate
from endpoints.models import AvailabilityTest, EndpointDraft, Security, SignIn, Trust
from mailsync.errors import SignInFailed
from tests.endpoints.odd_servers import OddServer
from tests.endpoints.samples import CANARY
from tests.mailsync.stores.scripted import Conversation, ScriptedServer
from tests.servers.certificates import make_ca, make_certificate
from tests.servers.dovecot import MASTER_PASSWORD, MASTER_USER, Dovecot

USER = "pilarp@contoso.com"


def plain(at: Dovecot | OddServer, **changes: Any) -> EndpointDraft:
    """Settings for the server's port without encryption, with the test mailbox's own password."""
    values = {"server": "127.0.0.1", "port": at.port, "security": Security.NONE}
    return EndpointDraft(**{**values, "test_mailbox": USER, "test_password": CANARY, **changes})


def secure(at: Dovecot, **changes: Any) -> EndpointDraft:
    return plain(at, **{"port": at.tls_port, "security": Security.TLS, "server": "localhost", **changes})


def odd(at: OddServer, **changes: Any) -> EndpointDraft:
    return plain(at, **{"security": Security.TLS, "server": "localhost", **changes})


def administrator(sign_in: SignIn, password: str = MASTER_PASSWORD) -> dict[str, str]:
    template = "{user}*{admin}" if sign_in == SignIn.TEMPLATE else "{user}"
    return {"sign_in": sign_in, "user_template": template, "admin_user": MASTER_USER, "admin_password": password}


def fails(settings: EndpointDraft) -> connect.TestResult:
    result = connect.test(settings)
    assert not result.passed
    assert CANARY not in repr(result)
    return result


def test_the_right_password_opens_the_test_mailbox(dovecot: Dovecot) -> None:
    result = connect.test(plain(dovecot))
    assert result.passed, result
    assert result.found["signed_in_as"] == USER
    assert (result.found["folders"], result.found["messages"]) == (1, 0)
    assert "IMAP4REV1" in result.found["capabilities"]
    assert "ready" in result.found["greeting"]
    assert json.loads(json.dumps(result.found)) == result.found
    assert CANARY not in repr(result)


def test_a_wrong_password_is_told_in_the_server_s_words(dovecot: Dovecot) -> None:
    result = fails(plain(dovecot, test_password=CANARY + "x"))
    assert result.code == "sign_in_failed"
    assert "Authentication failed" in result.words


def test_without_a_password_the_test_connects_and_signs_nobody_in(dovecot: Dovecot) -> None:
    result = connect.test(plain(dovecot, test_password=""))
    assert result.passed
    assert "signed_in_as" not in result.found
    assert result.found["capabilities"]


@pytest.mark.parametrize("sign_in", [SignIn.TEMPLATE, SignIn.AUTHORIZATION])
def test_an_administrator_opens_the_mailbox_of_a_user(dovecot: Dovecot, sign_in: SignIn) -> None:
    result = connect.test(plain(dovecot, **administrator(sign_in)))
    assert result.passed, result
    assert result.found["folders"] == 1


def test_folders_that_can_hold_no_messages_are_not_counted(dovecot: Dovecot) -> None:
    settings = plain(dovecot, test_mailbox="briant@contoso.com")
    store = connect.open_store(settings, user="briant@contoso.com", password=CANARY)
    with closing(store):
        store.create([(("Projects", "2026"), "")])
        listed = {folder.path: folder.state for folder in store.folders()}
    assert listed[("Projects",)] is None
    assert connect.test(settings).found["folders"] == len(listed) - 1


@pytest.mark.parametrize("sign_in", [SignIn.TEMPLATE, SignIn.AUTHORIZATION])
def test_an_administrator_with_a_wrong_password_is_refused(dovecot: Dovecot, sign_in: SignIn) -> None:
    assert fails(plain(dovecot, **administrator(sign_in, CANARY))).code == "sign_in_failed"


@pytest.mark.parametrize("sign_in", [SignIn.USER, SignIn.TEMPLATE, SignIn.AUTHORIZATION])
def test_a_store_opens_the_mailbox_of_whom_it_is_asked_for(dovecot: Dovecot, sign_in: SignIn) -> None:
    settings = plain(dovecot, **({} if sign_in == SignIn.USER else administrator(sign_in)))
    store = connect.open_store(settings, user="tobyn@contoso.com", password=CANARY)
    with closing(store):
        folder = (str(sign_in),)
        store.create([(folder, "")])
        assert folder in {found.path for found in store.folders()}
    assert (dovecot.mail_of("tobyn@contoso.com") / "Maildir" / str(sign_in)).is_dir()


def test_a_store_of_a_user_with_a_wrong_password_is_refused(dovecot: Dovecot) -> None:
    store = connect.open_store(plain(dovecot), user=USER, password="wrong")
    with closing(store), pytest.raises(SignInFailed):
        store.folders()


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_of_our_own_authority_is_trusted_if_it_is_given(dovecot: Dovecot, security: Security) -> None:
    port = dovecot.tls_port if security == Security.TLS else dovecot.port
    result = connect.test(secure(dovecot, security=security, port=port, trust=Trust.CA, ca_pem=dovecot.ca_pem))
    assert result.passed, result
    shown = Certificate.from_json(result.found["certificate"])
    assert shown.sha256 == dovecot.certificate.sha256
    assert shown.names == ("localhost", "127.0.0.1")
    assert result.found["tls"].startswith("TLSv1.")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_of_an_unknown_authority_is_refused_and_its_certificate_shown(
    dovecot: Dovecot, security: Security
) -> None:
    port = dovecot.tls_port if security == Security.TLS else dovecot.port
    result = fails(secure(dovecot, security=security, port=port))
    assert result.code == "certificate_untrusted"
    assert result.found["certificate"]["sha256"] == dovecot.certificate.sha256


def test_another_authority_than_the_given_one_is_refused(dovecot: Dovecot) -> None:
    assert fails(secure(dovecot, trust=Trust.CA, ca_pem=make_ca().pem)).code == "certificate_untrusted"


def test_exactly_the_pinned_certificate_is_accepted(dovecot: Dovecot) -> None:
    pinned = secure(dovecot, trust=Trust.PINNED, pinned_sha256=dovecot.certificate.sha256)
    assert connect.test(pinned).passed
    pinned.pinned_sha256 = "ab" * 32
    assert fails(pinned).code == "certificate_untrusted"


def test_a_self_signed_certificate_is_refused_and_can_be_pinned() -> None:
    certificate = make_certificate(None)
    with OddServer(certificate=certificate) as server:
        result = fails(odd(server))
        assert result.code == "certificate_untrusted"
        assert result.found["certificate"]["sha256"] == certificate.sha256
        assert server.received == b""
        connect.test(odd(server, trust=Trust.PINNED, pinned_sha256=certificate.sha256))
        assert b"AUTHENTICATE PLAIN" in server.received


def test_an_expired_certificate_is_refused_even_from_our_own_authority() -> None:
    ca = make_ca()
    with OddServer(certificate=make_certificate(ca, days=-3)) as server:
        result = fails(odd(server, trust=Trust.CA, ca_pem=ca.pem))
        assert result.code == "certificate_expired"
        assert result.found["certificate"]["subject"] == "CN=localhost"
        assert server.received == b""


def test_a_certificate_for_another_name_is_refused() -> None:
    ca = make_ca()
    with OddServer(certificate=make_certificate(ca, host="mail.contoso.com")) as server:
        result = fails(odd(server, trust=Trust.CA, ca_pem=ca.pem))
        assert result.code == "certificate_name"
        assert result.found["certificate"]["names"] == ["mail.contoso.com"]
        assert server.received == b""


def test_an_unknown_host_is_told_apart_from_a_closed_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings = EndpointDraft(server="nosuchhost.invalid", port=port, security=Security.NONE)
    assert fails(settings).code == "unknown_host"
    settings.server = "127.0.0.1"
    assert fails(settings).code == "connection_refused"


def test_another_protocol_is_told_to_be_no_imap() -> None:
    with OddServer(b"SSH-2.0-OpenSSH_9.2\r\n") as server:
        result = fails(plain(server))
        assert result.code == "not_imap"
        assert "SSH-2.0-OpenSSH_9.2" in result.words
        assert server.received == b""


def test_tls_at_a_port_without_tls_is_explained(dovecot: Dovecot) -> None:
    assert fails(secure(dovecot, port=dovecot.port)).code == "tls_failed"


@pytest.mark.django_db
def test_what_a_server_says_can_be_kept_even_with_nul_in_it() -> None:
    with OddServer(b"* OK [CAPABILITY IMAP4rev1 X\0Y] ready\r\n") as server:
        settings = plain(server, name="ODD-SRV", test_mailbox="", test_password="")
        services.test_endpoint(services.create_endpoint(settings, by=None), by=None)
        kept = AvailabilityTest.objects.get()
        assert kept.passed
        assert "X\\x00Y" in kept.found["capabilities"]


def test_a_server_that_hangs_up_at_the_sign_in_is_no_wrong_password() -> None:
    with OddServer(until=b"AUTHENTICATE") as server:
        assert fails(plain(server)).code == "hung_up"


def test_a_server_that_never_ends_its_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "TEST_SECONDS", 0.3)
    with OddServer(drip=True) as server:
        assert fails(plain(server)).code == "timeout"


@pytest.mark.parametrize("compress", [True, False])
def test_a_line_is_compressed_where_the_endpoint_asks_for_it(compress: bool) -> None:
    def script(server: Conversation) -> None:
        server.welcome(b"IMAP4rev1 SASL-IR AUTH=PLAIN COMPRESS=DEFLATE")
        if compress:
            server.say(server.expect(b"COMPRESS DEFLATE") + b" NO not now")

    with ScriptedServer(script) as server:
        settings = EndpointDraft(server="127.0.0.1", port=server.port, security=Security.NONE, compress=compress)
        with closing(connect.open_store(settings, user=USER, password=CANARY)) as store:
            store.connect()
