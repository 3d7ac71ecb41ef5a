"""Messages that have come together, on the short way into commands: what is written of them is what the long way writes."""

from __future__ import annotations

from collections.abc import Callable

from mailsync.model import Path
from mailsync.stores.imap.appending import BATCH_MESSAGES, BATCH_OCTETS, Command
from mailsync.stores.imap.bursts import ImapBurst

Render = Callable[[frozenset[str]], bytes | None]  # flags as they are sent; None if they take the long way
Part = bytes | memoryview


def join(command: Command, burst: ImapBurst, start: int, unasked: int, render: Render) -> tuple[bytes, int]:
    """What is written of a burst from index ``start`` on for the command to store that, too, and how many messages it is: as
    many as have room, up to the first that must not be sent unasked."""
    if command.octets + burst.octets > BATCH_OCTETS:
        return b"", 0
    end = start + BATCH_MESSAGES - len(command.uids)
    parts, octets = _parts(burst, slice(start, end), unasked, command.rendered, render)
    end = start + len(parts) // 2
    command.uids += burst.uids[start:end]
    command.octets += octets
    return b"".join(parts), end - start


def apart(
    burst: ImapBurst,
    span: slice,
    unasked: int,
    render: Render,
    target: Path,
    announce: bytes,
    new_tag: Callable[[], bytes],
) -> tuple[bytes, list[Command]]:
    """The same of those in ``span``, by a command for each that begins with ``announce``."""
    written, commands = list[Part](), list[Command]()
    parts, _ = _parts(burst, span, unasked, {}, render)
    for uid, head, content in zip(burst.uids[span], parts[::2], parts[1::2], strict=False):
        command = Command(new_tag(), target, burst.folder)
        command.uids, command.octets = [uid], len(content)
        commands.append(command)
        written += (b"%s %s" % (command.tag, announce), head, content, b"\r\n")
    return b"".join(written), commands


def _parts(
    burst: ImapBurst, span: slice, unasked: int, rendered: dict[frozenset[str], bytes | None], render: Render
) -> tuple[list[Part], int]:
    """What announces a message, that message, and so on; the octets of the messages."""
    parts, octets = list[Part](), 0
    for flags, date, content in zip(burst.flags[span], burst.dates[span], burst.contents[span], strict=True):
        if flags not in rendered:
            rendered[flags] = render(flags)
        written, size = rendered[flags], len(content)
        if written is None or size > unasked:
            break
        octets += size
        parts += (b' %s "%s %s %s" {%d+}\r\n' % (written, *date, size), content)
    return parts, octets
