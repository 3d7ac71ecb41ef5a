"""The mailboxes of a demo mail server: what pymap's dict backend keeps, exact to the byte.

Messages come back as they were stored even when their MIME is broken, keywords are permanent, and folders know their
special use (RFC 6154).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.mime import MessageContent
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import ObjectId
from pymap.parsing.specials.flag import Flag, Wildcard

from migrationcenter.demo.mailboxes import INBOX, SampleFolder, StoredMessage

DELIMITER = "/"


class StoredContent(MessageContent):
    """A message as it came; parsed only when somebody asks for a part of it."""

    def __init__(self, literal: bytes) -> None:
        self._raw = memoryview(literal)

    def __getattr__(self, name: str) -> Any:
        if name not in ("lines", "header", "body"):
            raise AttributeError(name)
        return getattr(MessageContent.parse(bytes(self._raw)), name)


class DemoFolder(MailboxData):
    @property
    def permanent_flags(self) -> frozenset[Flag]:
        return super().permanent_flags | {Wildcard}

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        async with self.messages_lock.write_lock():
            when = append_msg.when or datetime.now(UTC)
            return self._store(append_msg.literal, when, append_msg.flag_set, recent)

    def deliver(self, message: StoredMessage) -> None:
        """Store a message without a client."""
        self._store(message.content, message.date, frozenset(map(Flag, message.flags)), recent=True)

    def _store(self, literal: bytes, when: datetime, flags: frozenset[Flag], recent: bool) -> Message:
        self._max_uid += 1
        message = Message(self._max_uid, when, flags, recent=recent, content=StoredContent(literal))
        self._messages[message.uid] = message
        self._mod_sequences.update([message.uid])
        self._updated.set()
        return message

    def count(self) -> int:
        return len(self._messages)

    def add_flag(self, index: int, flag: str) -> None:
        """Set a flag on the message at this place, as another program of the mailbox's owner would."""
        uid = list(self._messages)[index]
        self._messages[uid].permanent_flags |= {Flag(flag)}
        self._mod_sequences.update([uid])
        self._updated.set()


class DemoMailbox(MailboxSet):
    """One person's folders. While ``is_busy``, the next administrator who reads messages is told to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.is_busy = False
        self.inbox = DemoFolder(self._content_cache, self._thread_cache)
        self._inbox = self.inbox
        self._special_uses: dict[str, str] = {}

    async def add_mailbox(self, name: str) -> ObjectId:
        return self._add(name).mailbox_id

    def _add(self, name: str) -> DemoFolder:
        if name in self._set:
            raise ValueError(name)
        folder = DemoFolder(self._content_cache, self._thread_cache)
        self._set[name] = folder
        self._subscribed[name] = True
        return folder

    def attributes(self, name: str) -> list[bytes]:
        """Of a folder in LIST, beyond its place in the tree; without the backslash."""
        use = self._special_uses.get(name)
        return [use.removeprefix("\\").encode()] if use else []

    def load(self, folders: Iterable[SampleFolder]) -> None:
        """Fill the new mailbox."""
        for sample in folders:
            name = DELIMITER.join(sample.path)
            folder = self.inbox if sample.path == INBOX else self._add(name)
            if sample.special_use:
                self._special_uses[name] = sample.special_use
            for message in sample.messages:
                folder.deliver(message)
