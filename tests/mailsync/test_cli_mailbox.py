"""One mailbox, as the command works on it: over several connections, stopped, and when we have made a mistake."""

from __future__ import annotations

from pathlib import Path
from threading import Event as Flag

import pytest

from mailsync import sharing
from mailsync.cli import mailbox
from mailsync.cli.orders import Pair, read_order
from mailsync.cli.tally import Tally
from tests.mailsync.servers import PASSWORD, empty_mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import contents

PASSWORDS = {"MAILSYNC_SOURCE_PASSWORD": PASSWORD, "MAILSYNC_TARGET_PASSWORD": PASSWORD}


@pytest.fixture
def pair(dovecot_source: Dovecot, dovecot_target: Dovecot, tmp_path: Path) -> Pair:
    """A full mailbox and an empty one."""
    source = f"imap://small@127.0.0.1:{dovecot_source.port}"
    target = f"imap://{empty_mailbox(dovecot_target)}@127.0.0.1:{dovecot_target.port}"
    return read_order(["copy", source, target, "--journal", str(tmp_path / "journal")], PASSWORDS).pairs[0]


def tally_of(pair: Pair) -> Tally:
    return Tally(str(pair.source), str(pair.target))


def test_over_several_connections_the_same_arrives(
    pair: Pair, dovecot_source: Dovecot, dovecot_target: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "PAYS", sharing.PAYS // 20)  # for a mailbox as small as this
    tally = tally_of(pair)
    mailbox.copy(pair._replace(connections=3), tally, Flag(), pace=None)
    assert (tally.status, tally.copied) == ("copied", 221)
    user = pair.target.user
    assert dovecot_target.log.count(f"Login: user=<{user}>") == 3
    assert contents("127.0.0.1", dovecot_target.port, user, PASSWORD) == contents(
        "127.0.0.1", dovecot_source.port, "small", PASSWORD
    )


def test_a_verification_that_is_stopped_leaves_no_evidence(pair: Pair, tmp_path: Path) -> None:
    stop, tally = Flag(), tally_of(pair)
    stop.set()
    mailbox.verify(pair._replace(evidence=str(tmp_path / "evidence")), tally, stop, pace=None)
    assert tally.status == "stopped"
    assert tally.checks is not None
    assert len(tally.checks) == 1  # of the folder at which it heard of the stop
    assert list((tmp_path / "evidence").iterdir()) == []


def test_a_file_that_can_not_be_written_is_not_taken_for_the_journal(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tally = tally_of(pair)
    mailbox.verify(pair._replace(evidence=str(tmp_path / "file" / "evidence")), tally, Flag(), pace=None)
    assert tally.error is not None
    assert tally.error["code"] == "file"
    assert tally.error["sentence"].startswith("A file can not be read or written. Check that it may be")


def test_a_mistake_of_ours_ends_one_mailbox_and_is_called_so(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mailbox, "sync", mistaken)
    tally = tally_of(pair)
    with pytest.raises(ZeroDivisionError):
        mailbox.copy(pair, tally, Flag(), pace=None)
    assert tally.status == "failed"
    assert tally.error is not None
    assert tally.error["code"] == "internal_error"
    assert tally.error["sentence"].startswith("Mailsync has made a mistake, which is written above.")
