"""A mailbox that is to move from an old mail server to a new one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.batches.examples import endpoint_of, make_batch, make_user
from tests.batches.mailboxes import SECRET, Migration, new_address
from tests.servers.dovecot import Dovecot
from tests.servers.valkey import Valkey


@pytest.fixture
def migration(transactional_db: None, valkey: Valkey, dovecot_source: Dovecot, dovecot_target: Dovecot) -> Migration:
    source, target = endpoint_of(dovecot_source, "OLD"), endpoint_of(dovecot_target, "NEW")
    batch = make_batch(source=source, target=target, signed_in_at=None)
    passwords: dict[str, Any] = {"source_password": SECRET, "target_password": SECRET}
    user = make_user(batch, new_address(dovecot_source, dovecot_target), **passwords)
    return Migration(dovecot_source, dovecot_target, source, target, batch, user)
