"""Which certificates are trusted, and what is said of the others."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from mailsync.errors import Retry, Stop
from mailsync.model import INBOX
from mailsync.stores.imap import ImapSettings, ImapStore, Login
from mailsync.stores.imap.tls import CertificateRefused
from tests.endpoints.odd_servers import OddServer
from tests.mailsync.stores.conftest import Servers
from tests.mailsync.stores.scripted import Conversation, Script, ScriptedServer
from tests.servers.certificates import Certificate, make_ca, make_certificate
from tests.servers.dovecot import Dovecot
from tests.servers.kinds import PASSWORD
from tests.servers.process import free_port

CA = make_ca()


@pytest.fixture
def dovecot(servers: Servers) -> Dovecot:
    return servers.start("dovecot")


@pytest.fixture(params=["tls", "starttls"])
def settings(request: pytest.FixtureRequest, dovecot: Dovecot) -> ImapSettings:
    """Of a mailbox whose server has a certificate of a private authority for localhost."""
    port = dovecot.tls_port if request.param == "tls" else dovecot.port
    return ImapSettings("localhost", port, Login("user0", PASSWORD), request.param)


def opens(settings: ImapSettings) -> bool:
    with closing(ImapStore(settings)) as store:
        return store.folders()[0].path == INBOX


def test_a_private_authority_is_trusted_when_it_is_given(settings: ImapSettings, dovecot: Dovecot) -> None:
    assert opens(settings._replace(trust="ca", ca_pem=dovecot.ca_pem))


@pytest.mark.parametrize("form", [str, str.upper, lambda pin: ":".join(pin[at : at + 2] for at in range(0, 64, 2))])
def test_a_pinned_certificate_is_trusted_whatever_it_says(
    settings: ImapSettings, dovecot: Dovecot, form: type[str]
) -> None:
    assert opens(settings._replace(host="127.0.0.1", trust="pinned", pin=form(dovecot.certificate.sha256)))


def test_an_authority_that_nobody_knows_is_not_trusted_and_its_certificate_is_named(
    settings: ImapSettings, dovecot: Dovecot
) -> None:
    with pytest.raises(CertificateRefused) as caught:
        opens(settings)
    assert caught.value.code == "certificate_untrusted"
    assert caught.value.sha256 == dovecot.certificate.sha256
    assert dovecot.certificate.sha256 in caught.value.words


def test_another_certificate_than_the_pinned_one_is_refused_and_named(settings: ImapSettings, dovecot: Dovecot) -> None:
    with pytest.raises(CertificateRefused) as caught:
        opens(settings._replace(trust="pinned", pin="00" * 32))
    assert caught.value.code == "certificate_untrusted"
    assert caught.value.sha256 == dovecot.certificate.sha256


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (make_certificate(CA, days=-1), "certificate_expired"),
        (make_certificate(CA, host="mail.contoso.com"), "certificate_name"),
        (make_certificate(None), "certificate_untrusted"),
        (make_certificate(make_ca()), "certificate_untrusted"),
    ],
    ids=["expired", "other name", "self-signed", "other authority"],
)
def test_each_fault_of_a_certificate_has_its_name_and_nothing_is_sent(certificate: Certificate, code: str) -> None:
    with OddServer(certificate=certificate) as server:
        settings = ImapSettings("localhost", server.port, Login("anna", "secret"), trust="ca", ca_pem=CA.pem)
        with pytest.raises(CertificateRefused) as caught:
            opens(settings)
    assert (caught.value.code, caught.value.sha256) == (code, certificate.sha256)
    assert server.received == b""


def test_an_authority_that_can_not_be_read_is_told(settings: ImapSettings) -> None:
    with pytest.raises(Stop, match="can not be read"):
        opens(settings._replace(trust="ca", ca_pem="no certificate"))


def test_tls_to_a_port_that_speaks_plain_text_is_told(dovecot: Dovecot) -> None:
    with pytest.raises(Stop, match=r"tls_failed: .*: the server does not speak TLS at this port"):
        opens(ImapSettings(dovecot.host, dovecot.port, Login("user0", PASSWORD)))


def plain(*answers: bytes) -> ScriptedServer:
    def script(server: Conversation) -> None:
        server.say(b"* OK [CAPABILITY IMAP4rev1 %s] ready" % (b"STARTTLS" if answers else b"AUTH=PLAIN"))
        tag = server.expect(b"STARTTLS")
        server.say(*(answer.replace(b"TAG", tag) for answer in answers))

    return ScriptedServer(script)


@pytest.mark.parametrize(
    ("answers", "error", "words"),
    [
        ((), Stop, "does not offer STARTTLS: AUTH=PLAIN IMAP4REV1"),
        ((b"TAG NO TLS is not available",), Stop, "NO TLS is not available"),
        ((b"TAG BAD what?",), Stop, "BAD what"),
        ((b"TAG OK begin", b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] injected"), Stop, "more before TLS had begun"),
        ((b"TAG NO [UNAVAILABLE] later",), Retry, "later"),
    ],
)
def test_without_starttls_nobody_signs_in(answers: tuple[bytes, ...], error: type[Exception], words: str) -> None:
    with plain(*answers) as server, pytest.raises(error, match=words):
        opens(server.settings._replace(security="starttls"))
    assert all(b"AUTH" not in line for line in server.conversations[0].heard)


def test_a_server_that_hangs_up_before_tls_has_begun_may_be_there_later() -> None:
    def script(server: Conversation) -> None:
        server.take(1)
        server.hang_up()

    with ScriptedServer(script) as server, pytest.raises(Retry, match="hung_up"):
        opens(server.settings._replace(security="tls"))


def test_a_server_that_never_begins_tls_is_not_waited_for_longer_than_said() -> None:
    with ScriptedServer(lambda _: None) as server, pytest.raises(Retry, match="timeout: the server did not answer"):
        opens(server.settings._replace(security="tls", connect_timeout=0.2))


def test_a_port_that_says_nothing_because_it_expects_tls_is_told() -> None:
    with ScriptedServer(lambda _: None) as server, pytest.raises(Retry, match=r"no greeting has come; does .* TLS\?"):
        opens(server.settings._replace(connect_timeout=0.2))


def show_certificate(server: Conversation) -> None:
    server.begin_tls(make_certificate(None))


def show_certificate_after_starttls(server: Conversation) -> None:
    server.say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready")
    server.say(server.expect(b"STARTTLS") + b" OK begin")
    show_certificate(server)


@pytest.mark.parametrize(
    ("security", "first", "second"),
    [
        ("tls", show_certificate, Conversation.hang_up),
        ("starttls", show_certificate_after_starttls, lambda server: server.say(b"* BYE Too many connections")),
        ("starttls", show_certificate_after_starttls, lambda server: server.say(b"220 mail.contoso.com ESMTP ready")),
    ],
)
def test_a_certificate_that_can_not_be_looked_at_again_is_refused_all_the_same(
    security: str, first: Script, second: Script
) -> None:
    with ScriptedServer(first, second) as server, pytest.raises(CertificateRefused) as caught:
        opens(server.settings._replace(security=security))
    assert (caught.value.code, caught.value.sha256) == ("certificate_untrusted", "")


def test_where_nobody_answers_the_connection_is_given_up() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        address = busy.getsockname()
        with (
            socket.create_connection(address),
            pytest.raises(Retry, match=r"timeout: no connection within 0\.2 seconds"),
        ):
            opens(ImapSettings("127.0.0.1", address[1], Login("anna", "secret"), connect_timeout=0.2))


def test_where_no_connection_can_lead_the_reason_is_told() -> None:
    with pytest.raises(Retry, match="unavailable: Network is unreachable"):
        opens(ImapSettings("255.255.255.255", 143, Login("anna", "secret")))  # everybody: no address of one host


def test_where_nobody_listens_the_connection_is_refused() -> None:
    with pytest.raises(Retry, match="connection_refused"):
        opens(ImapSettings("127.0.0.1", free_port(), Login("anna", "secret")))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".contoso.com", "", "..", "caf\ud800"])
def test_a_host_that_does_not_exist_is_unknown(host: str) -> None:
    with pytest.raises(Retry, match=r"unknown_host|connection_refused"):
        opens(ImapSettings(host, free_port(), Login("anna", "secret")))
