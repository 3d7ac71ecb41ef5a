"""What happens in a mailbox between two passes: 1 % new messages, and other flags on 1 % of those that are there."""

from __future__ import annotations

import imaplib
from pathlib import Path as FilePath

from bench.corpora import Corpus
from bench.rendering import PASSWORD, render, send
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import wire_name

SHARE = 0.01


def change(server: Dovecot, corpus: Corpus, number: int, round_: int, scratch: FilePath) -> None:
    """In mailbox ``number`` of the corpus; every round others."""
    stream = render(corpus.mail(number, SHARE, f"round {round_}"), (), scratch / "changes.stream")
    send(server, corpus.user(number), stream)
    with imaplib.IMAP4(server.host, server.port) as client:
        client.login(corpus.user(number), PASSWORD)
        for folder in corpus.folders:
            _change_flags(client, wire_name(folder), round_)


def _change_flags(client: imaplib.IMAP4, folder: str, round_: int) -> None:
    count = int(client.select(folder)[1][0] or b"0")
    every = round(1 / SHARE)
    numbers = list(range(1 + round_ % min(every, max(count, 1)), count + 1, every))
    for numbers_, flags in (
        (numbers[::2], ("+FLAGS.SILENT", "(\\Flagged)")),
        (numbers[1::2], ("FLAGS.SILENT", "(\\Answered)")),
    ):
        if numbers_:
            client.store(",".join(map(str, numbers_)), *flags)
