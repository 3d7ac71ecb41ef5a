"""What is sent of a message besides its body: its flags and its date, as far as they can do no harm."""

from __future__ import annotations

from mailsync.model import SYSTEM_FLAGS, Message, Path
from mailsync.stores.imap.appending import Command, flags_apart, is_unusual
from mailsync.stores.imap.dates import format_date
from mailsync.stores.imap.destinations import Destinations
from mailsync.stores.imap.flags import legal_flags, render_flags
from mailsync.stores.imap.session import Session


class Headings:
    """Over one session. ``apart``: some flags are not sent with the message."""

    def __init__(self, session: Session, folders: Destinations) -> None:
        self._folders = folders
        self.apart = flags_apart(session)

    def flags(self, command: Command, path: Path, message: Message) -> frozenset[str]:
        """Those to send along with the message, which is the command's next one."""
        flags = legal_flags(message.flags, self._folders.keywords(path))
        if self.apart and "\\Flagged" in flags:
            command.to_flag.append(len(command.uids))
            return flags - {"\\Flagged"}
        return flags

    def joining(self, batch: Command, path: Path, message: Message) -> bytes:
        """Of one more message of a command. What a folder keeps is not learnt anew while a command is being written."""
        if self.apart:
            return heading(message, self.flags(batch, path, message))
        rendered = batch.rendered.get(message.flags)
        if rendered is None:
            rendered = batch.rendered[message.flags] = render_flags(self.flags(batch, path, message))
        return dated(message, rendered)

    def usual(self, path: Path, flags: frozenset[str]) -> bytes | None:
        """Flags as they are sent with most messages; None if with these nothing can be sent unasked, or not yet."""
        if not flags <= SYSTEM_FLAGS and (is_unusual(flags) or not self._folders.is_known(path)):
            return None
        return render_flags(legal_flags(flags, self._folders.keywords(path)))


def heading(message: Message, flags: frozenset[str]) -> bytes:
    return dated(message, render_flags(flags))


def dated(message: Message, flags: bytes) -> bytes:
    return flags if message.date is None else b'%s "%s"' % (flags, format_date(message.date))
