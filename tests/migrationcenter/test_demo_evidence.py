"""The count at the end of the demo: it tells what is true, and it notices what is wrong."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest
from django.utils import timezone

from batches.models import MigrationBatch
from batches.states import UserStatus
from batches.turns import take_turn
from endpoints.models import Trust
from migrationcenter.demo.accounts import HOST
from migrationcenter.demo.evidence import check
from tests.batches.examples import make_batch, make_endpoint, make_user
from tests.migrationcenter.demo_mail import Mail, Reader, running_mail
from tests.servers.valkey import Valkey

ZOE, TESS = "zoe.zegel@contoso.com", "tess.template@contoso.com"


@pytest.mark.usefixtures("transactional_db")
def test_the_count_tells_what_was_moved_and_what_is_missing(
    valkey: Valkey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_mail(tmp_path) as mail:
        mail.process.tell("quiet")
        mail.process.hear()
        batch = _batch(mail)
        assert check(batch) == 1
        assert f"WRONG: it is {UserStatus.QUEUED}" in capsys.readouterr().out
        for user in batch.users.all():
            take_turn(user.pk, now=timezone.now, monotonic=monotonic)
        assert check(batch) == 0
        assert "Every message is accounted for: " in capsys.readouterr().out
        lost = _lose_messages(mail)
        assert check(batch) == 1
    output = capsys.readouterr().out
    assert "NOT every message is accounted for" in output
    assert output.count("WRONG: INBOX: missing") == lost


def _batch(mail: Mail) -> MigrationBatch:
    trusted = {"server": HOST, "trust": Trust.CA, "ca_pem": mail.contoso.certificates.authority}
    source = make_endpoint("OLD", port=mail.ready.source_port, **trusted)
    target = make_endpoint("NEW", port=mail.ready.target_port, **trusted)
    batch = make_batch(source=source, target=target)
    for address in (ZOE, TESS):
        own = (mail.contoso.source.passwords[address], mail.contoso.target.passwords[address])
        make_user(batch, address, source_password=own[0], target_password=own[1])
    return batch


def _lose_messages(mail: Mail) -> int:
    """One, and those that carried the flag already. Returns how many."""
    with Reader(mail.ready.target_port, mail.contoso) as reader:
        reader.sign_in(ZOE, mail.contoso.target.passwords[ZOE])
        reader.imap.select("INBOX")
        reader.imap.store("1", "+FLAGS", "(\\Deleted)")
        _, expunged = reader.imap.expunge()
    assert expunged != [None]
    return len(expunged)
