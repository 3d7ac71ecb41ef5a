"""The mailbox in memory is as strict as a server, so that the engine gets away with nothing."""

from __future__ import annotations

import pytest

from mailsync.model import INBOX
from mailsync.stores.memory import MemoryStore
from mailsync.uids import UidSet
from tests.mailsync.stores.messages import flags_in


def test_without_condstore_nobody_is_told_what_has_changed() -> None:
    store = MemoryStore(condstore=False)
    store.deliver(INBOX, b"Subject: x\r\n\r\n")
    with pytest.raises(ValueError, match="changed_since needs CONDSTORE"):
        flags_in(store, INBOX, UidSet([1]), changed_since=5)
