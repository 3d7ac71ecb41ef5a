"""The process of both mail servers: ``python -m migrationcenter.demo.servers ACCOUNTS.json SERVER.pem``.

The files, readable by their owner only, hold the names and passwords (see :mod:`~migrationcenter.demo.accounts`), and the key and the
certificate that both servers show. When both servers
answer, one line of JSON on standard output says where (:class:`Ready`). A line ``quiet`` on standard input ends the
arrival of new mail and is answered by the same word; the end of standard input ends the process, so that it never
outlives the one that started it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from dataclasses import asdict
from pathlib import Path
from random import Random

from migrationcenter.demo.accounts import Ready, read_accounts
from migrationcenter.demo.arrivals import Arrivals
from migrationcenter.demo.mailboxes import BUSY, TARGET_LIMIT, SampleFolder, sample_mailboxes
from migrationcenter.demo.mailserver import DemoServer

NEW_MAILBOX = tuple(
    SampleFolder((name,), f"\\{use}")
    for name, use in (
        ("Sent", "Sent"),
        ("Drafts", "Drafts"),
        ("Trash", "Trash"),
        ("Spam", "Junk"),
        ("Archive", "Archive"),
    )
)


async def main(accounts: Path, certificate: Path) -> None:
    source_accounts, target_accounts = read_accounts(accounts)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    source = DemoServer(source_accounts, tls)
    target = DemoServer(target_accounts, tls, append_limit=TARGET_LIMIT, refuses_nul=True)
    messages = _load(source, target)
    async with source.running() as source_port, target.running() as target_port:
        _say(json.dumps(asdict(Ready(source_port, target_port, messages))))
        arrivals = Arrivals(source.mailboxes, Random())  # noqa: S311 (no secret is made here)
        coming = asyncio.create_task(arrivals.keep_coming())
        await _obey(arrivals)
        coming.cancel()


def _load(source: DemoServer, target: DemoServer) -> dict[str, int]:
    messages = {}
    for sample in sample_mailboxes():
        source.mailboxes[sample.person.address].load(sample.folders)
        messages[sample.person.address] = sample.messages
    for person in BUSY:
        source.mailboxes[person.address].is_busy = True
    for mailbox in target.mailboxes.values():
        mailbox.load(NEW_MAILBOX)
    return messages


async def _obey(arrivals: Arrivals) -> None:
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := await orders.readline():
        if order == b"quiet\n":
            arrivals.stop()
            _say("quiet")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
