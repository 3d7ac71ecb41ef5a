"""What one would write oneself in an hour with Python's imaplib: message by message, known again by Message-ID.

``python -m bench.naive SOURCE_PORT SOURCE_USER TARGET_PORT TARGET_USER``
"""

from __future__ import annotations

import imaplib
import re
import sys

from bench.rendering import PASSWORD

_NAME = re.compile(rb'.* "/" (.*)')
_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def main(source_port: int, source_user: str, target_port: int, target_user: str) -> None:
    with imaplib.IMAP4("127.0.0.1", source_port) as source, imaplib.IMAP4("127.0.0.1", target_port) as target:
        source.login(source_user, PASSWORD)
        target.login(target_user, PASSWORD)
        for listed in source.list()[1]:
            found = _NAME.match(listed if isinstance(listed, bytes) else b"")
            if found:
                _folder(source, target, found[1].decode())


def _folder(source: imaplib.IMAP4, target: imaplib.IMAP4, name: str) -> None:
    if source.select(name, readonly=True)[0] != "OK":
        return
    target.create(name)
    target.select(name)
    there = set(_message_ids(target).values())
    for uid, message_id in _message_ids(source).items():
        if message_id in there:
            continue
        parts = source.uid("FETCH", uid, "(FLAGS INTERNALDATE BODY.PEEK[])")[1]
        head, body = next(part for part in parts if isinstance(part, tuple))
        flags = " ".join(flag.decode() for flag in imaplib.ParseFlags(head) if flag != b"\\Recent")
        date = re.search(rb'INTERNALDATE ("[^"]+")', head)
        target.append(name, f"({flags})", date[1].decode() if date else "", body)


def _message_ids(client: imaplib.IMAP4) -> dict[str, bytes]:
    found = {}
    for part in client.uid("FETCH", "1:*", "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]:
        if isinstance(part, tuple) and (uid := re.search(rb"UID (\d+)", part[0])):
            message_id = _MESSAGE_ID.search(part[1])
            found[uid[1].decode()] = message_id[1] if message_id else b""
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
