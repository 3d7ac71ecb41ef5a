"""What the command line asks for, and what it says to nonsense."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mailsync.cli.addresses import Address, parse_address
from mailsync.cli.main import main
from mailsync.cli.orders import Order, read_order
from mailsync.cli.usage import UsageError

PASSWORDS = {"MAILSYNC_SOURCE_PASSWORD": "secret-1", "MAILSYNC_TARGET_PASSWORD": "secret-2"}
SOURCE, TARGET = "imap://anna@old.contoso.com", "imaps://anna%40contoso.com@new.contoso.com:1993"
HEADER = "source_user,source_password,target_user,target_password\n"


def order(*arguments: str) -> Order:
    return read_order(arguments, PASSWORDS)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("imap://anna@old.contoso.com", Address("imap", "old.contoso.com", 143, "anna")),
        ("imaps://anna@contoso.com@old.contoso.com", Address("imaps", "old.contoso.com", 993, "anna@contoso.com")),
        ("imap+starttls://a%2Fb%20c@[::1]:1143/", Address("imap+starttls", "::1", 1143, "a/b c")),
        ("imap://anna*admin@127.0.0.1:10143", Address("imap", "127.0.0.1", 10143, "anna*admin")),
    ],
)
def test_addresses_name_security_host_port_and_user(text: str, address: Address) -> None:
    assert parse_address(text, with_user=True) == address
    assert parse_address(str(address), with_user=True) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://anna@old.contoso.com", "is not an address"),
        ("imap://anna@", "is not an address"),
        ("imap://anna@host:port", "is not an address"),
        ("imap://anna@host:65536", "is not an address"),
        ("imap://anna@[::1", "is not an address"),
        ("imap://anna@[::1]143", "is not an address"),
        ("imap://anna@old host", "is not an address"),
        ("imap://anna@host/INBOX", "is not an address"),
        ("imap://host", "lacks a user name"),
        ("imap://anna:secret@host", "Never write a password into an address"),
    ],
)
def test_other_addresses_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        parse_address(text, with_user=True)


def test_one_mailbox_is_copied_with_passwords_from_the_environment() -> None:
    given = order("copy", SOURCE, TARGET, "--journal", "anna.journal", "--json")
    assert (given.command, given.parallel, given.json, len(given.pairs)) == ("copy", 1, True, 1)
    pair = given.pairs[0]
    assert pair.name == "imap://anna@old.contoso.com:143 to imaps://anna@contoso.com@new.contoso.com:1993"
    assert pair.source_settings.login is not None
    assert pair.source_settings.login.password == "secret-1"
    assert (pair.source_settings.security, pair.target_settings.security) == ("none", "tls")
    assert pair.target_settings.trust == "system"
    assert pair.connections == 1
    assert order("copy", SOURCE, TARGET, "--journal", "x", "--connections", "4").pairs[0].connections == 4
    assert "secret" not in repr(given)


def test_compression_is_an_explicit_choice() -> None:
    given = order("verify", SOURCE, TARGET, "--source-compress").pairs[0]
    assert (given.source_settings.compress, given.target_settings.compress) == (True, False)


def test_a_private_authority_or_a_pinned_certificate_is_an_explicit_choice(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----")
    given = order("verify", SOURCE, TARGET, "--source-ca", str(tmp_path / "ca.pem"), "--target-pin", "ab" * 32).pairs[0]
    assert (given.source_settings.trust, given.source_settings.ca_pem) == ("ca", "-----BEGIN CERTIFICATE-----")
    assert (given.target_settings.trust, given.target_settings.pin) == ("pinned", "ab" * 32)


def test_a_fingerprint_may_be_written_with_colons_and_a_user_may_move_between_ports_of_a_host() -> None:
    pin = ":".join(["AB"] * 32)
    given = order("verify", "imap://anna@old:1143", "imap://anna@old:1144", "--source-pin", pin).pairs[0]
    assert given.source_settings.pin == pin


def test_a_list_of_mailboxes_is_copied_each_with_its_own_journal(tmp_path: Path) -> None:
    users = tmp_path / "users.csv"
    users.write_text("\ufeff" + HEADER + 'anna,"a,1",anna@contoso.com,b\r\ntoby/x,c,toby,d\r\n')
    servers = ("--source", "imap://old.contoso.com", "--target", "imaps://new.contoso.com")
    given = order("copy", "--users", str(users), *servers, "--journals", str(tmp_path), "--parallel", "4")
    assert given.parallel == 4
    assert [(pair.source.user, pair.target.user) for pair in given.pairs] == [
        ("anna", "anna@contoso.com"),
        ("toby/x", "toby"),
    ]
    assert [pair.journal for pair in given.pairs] == [f"{tmp_path}/anna.journal", f"{tmp_path}/toby%2Fx.journal"]
    assert given.pairs[0].source_settings.login is not None
    assert given.pairs[0].source_settings.login.password == "a,1"


def test_all_problems_of_a_list_are_told_at_once_by_row(tmp_path: Path) -> None:
    users = tmp_path / "users.csv"
    users.write_text(HEADER + "anna,a,anna,b\nAnna,a,x,b\ntoby,,toby,d\nshort,row\nlong,a,b,c,d\n")
    servers = ("--source", "imap://old.contoso.com", "--target", "imap://new.contoso.com")
    with pytest.raises(UsageError) as refused:
        order("copy", "--users", str(users), *servers, "--journals", str(tmp_path))
    assert str(refused.value).splitlines() == [
        f"{users}, row 3: Anna is in the list twice.",
        f"{users}, row 4: source_password must not be empty.",
        f"{users}, row 5: there must be 4 columns.",
        f"{users}, row 6: there must be 4 columns.",
    ]


@pytest.mark.parametrize(
    "content", [b"", b"user,password\n", HEADER.encode(), b"\xff\xfe\x00", HEADER.encode() + b'"open']
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    users = tmp_path / "users.csv"
    users.write_bytes(content)
    servers = ("--source", "imap://old.contoso.com", "--target", "imap://new.contoso.com")
    with pytest.raises(UsageError, match=r"users\.csv"):
        order("copy", "--users", str(users), *servers, "--journals", str(tmp_path))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "required: command"),
        (("move",), "invalid choice: 'move'"),
        (("copy", SOURCE), "Give the source and the target mailbox"),
        (("copy", SOURCE, TARGET), "Give --journal FILE"),
        (("copy", SOURCE, TARGET, "--journal", "x", "--source", "imap://host"), "or --users with --source"),
        (("copy", "--users", "x.csv", "--source", "imap://host"), "With --users give the servers"),
        (("copy", "--users", "x.csv", "--source", "imap://a", "--target", "imap://b"), "Give --journals DIR"),
        (
            ("verify", "--users", "x.csv", "--source", "imap://a", "--target", "imap://b", "--parallel", "0"),
            "1 or more",
        ),
        (
            ("verify", "--users", "missing.csv", "--source", "imap://a", "--target", "imap://b"),
            r"missing\.csv can not be read",
        ),
        (("copy", SOURCE, TARGET, "--journal", "x", "--connections", "0"), "for one mailbox: 1 or more"),
        (("verify", SOURCE, TARGET, "--source-ca", "missing.pem"), r"missing\.pem can not be read"),
        (("verify", SOURCE, TARGET, "--source-ca", "a", "--source-pin", "b"), "not both"),
        (("verify", SOURCE, TARGET, "--source-ca", "/dev/null"), "holds no certificate in PEM form"),
        (("verify", SOURCE, TARGET, "--target-pin", "ab" * 31), "--target-pin is the SHA-256 of a certificate"),
        (("verify", SOURCE, TARGET, "--target-pin", "gh" * 32), "--target-pin is the SHA-256 of a certificate"),
        (("copy", SOURCE, "imaps://Anna@OLD.contoso.com", "--journal", "x"), "are the same mailbox"),
    ],
)
def test_wrong_usage_is_explained_and_ends_with_3(
    arguments: Sequence[str], reason: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in PASSWORDS.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=reason):
        order(*arguments)
    assert main(arguments) == 3
    assert capsys.readouterr().out == ""


def test_a_list_may_have_semicolons_as_spreadsheets_write_them(tmp_path: Path) -> None:
    users = tmp_path / "users.csv"
    users.write_text("\ufeff" + HEADER.replace(",", ";") + "anna;a,1;anna@contoso.com;b\r\n")
    servers = ("--source", "imap://old.contoso.com", "--target", "imap://new.contoso.com")
    (pair,) = order("verify", "--users", str(users), *servers).pairs
    assert pair.source_settings.login is not None
    assert pair.source_settings.login.password == "a,1"


def test_a_list_in_another_encoding_is_refused_with_what_to_do(tmp_path: Path) -> None:
    users = tmp_path / "users.csv"
    users.write_bytes(HEADER.encode() + "renée,a,renée,b\n".encode("latin-1"))
    with pytest.raises(UsageError, match=r"users\.csv is not in UTF-8\. Save it so"):
        order("verify", "--users", str(users), "--source", "imap://old", "--target", "imap://new")


@pytest.mark.parametrize(
    ("command", "meaning"), [("copy", "1 some messages skipped"), ("verify", "0 equal, or all differences explained")]
)
def test_the_help_of_each_command_has_its_own_exit_codes(
    command: str, meaning: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert meaning in " ".join(capsys.readouterr().out.split())


def test_a_reader_that_has_left_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    pipes: dict[str, Any] = {"stdout": writer, "stderr": subprocess.PIPE, "text": True}
    with socket.socket() as closed:  # bound, but nobody listens
        closed.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{closed.getsockname()[1]}"
        command = [sys.executable, "-m", "mailsync", "verify", f"imap://anna@{server}", f"imap://toby@{server}"]
        ended = subprocess.run(command, env=os.environ | PASSWORDS, timeout=60, check=False, **pipes)
    os.close(writer)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 2)
    assert "Nothing answers at this port of the source server. Check host and port." in ended.stderr


def test_missing_passwords_are_named() -> None:
    with pytest.raises(UsageError, match="Set MAILSYNC_TARGET_PASSWORD in the environment"):
        read_order(["verify", SOURCE, TARGET], {"MAILSYNC_SOURCE_PASSWORD": "x"})


def test_limits_are_numbers_above_nothing() -> None:
    given = order("copy", SOURCE, TARGET, "--journal", "x", "--messages-per-second", "2.5", "--bytes-per-second", "1e6")
    assert (given.messages_per_second, given.bytes_per_second) == (2.5, 1_000_000)
    without = order("copy", SOURCE, TARGET, "--journal", "x")
    assert (without.messages_per_second, without.bytes_per_second) == (None, None)


@pytest.mark.parametrize("nonsense", ["0", "-1", "nan", "inf", "fast"])
@pytest.mark.parametrize("option", ["--messages-per-second", "--bytes-per-second"])
def test_a_limit_that_is_none_is_refused(option: str, nonsense: str) -> None:
    with pytest.raises(UsageError, match=f"{option}.*{nonsense}"):
        order("copy", SOURCE, TARGET, "--journal", "x", f"{option}={nonsense}")
