"""Many domains side by side: the one door from ordinary code to the network.

Questions are asked in a thread of their own with one event loop; results come out as they are ready.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from domains.dns.answers import Network
from domains.dns.asking import Asker, Traffic
from domains.dns.delegation import Delegation, find
from domains.dns.mail import MailRecords
from domains.dns.mail_reading import read_records
from domains.dns.mx import Observation
from domains.dns.mx_watching import look
from domains.dns.verification import Verification
from domains.dns.verifying import verify as find_proof

AT_ONCE = 100  # domains: so many dead ones it takes to delay others, and no living one starves on a busy machine


@dataclass(frozen=True, slots=True)
class Verify:
    """Gives a Verification. ``former_tokens`` were given for this domain before."""

    domain: str
    token: str
    former_tokens: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class ReadMail:
    """Gives MailRecords, for ``domains.dns.health.assess``."""

    domain: str


@dataclass(frozen=True, slots=True)
class WatchMx:
    """Gives an Observation, for ``domains.dns.mx.observe``."""

    domain: str


@dataclass(frozen=True, slots=True)
class FindServers:
    """Gives a Delegation: who speaks for the domain, and which DNS host that is."""

    domain: str


Request = Verify | ReadMail | WatchMx | FindServers
Outcome = Verification | MailRecords | Observation | Delegation


@dataclass(frozen=True, slots=True)
class Checked:
    """``outcome`` is of the kind that the request names. It is there whatever the servers did."""

    request: Request
    outcome: Outcome


def check(requests: Iterable[Request], network: Network) -> Generator[Checked]:
    """Each as soon as it is ready, and at the latest when its ``network.patience`` is over. Domains are in ASCII. Who
    stops reading stops the asking."""
    check = _Check(tuple(requests), network)
    try:
        yield from check.results()
    finally:
        check.stop()


class _Check:
    def __init__(self, requests: tuple[Request, ...], network: Network) -> None:
        self._requests, self._network = requests, network
        self._ready: queue.SimpleQueue[Checked | BaseException | None] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="dns", daemon=True)
        self._thread.start()

    def results(self) -> Iterator[Checked]:
        """Servers can not make it fail; a fault of our own is raised once all else has come."""
        faults = []
        while (ready := self._ready.get()) is not None:
            if isinstance(ready, Checked):
                yield ready
            else:
                faults.append(ready)
        if faults:
            raise faults[0]

    def stop(self) -> None:
        with suppress(RuntimeError):  # it has ended and closed its loop
            self._loop.call_soon_threadsafe(self._cancel)
        self._thread.join()

    def _cancel(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner, suppress(asyncio.CancelledError):
                runner.run(self._ask_all())
        finally:
            self._ready.put(None)

    async def _ask_all(self) -> None:
        traffic, places = Traffic(), asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._ask(request, traffic, places) for request in self._requests))

    async def _ask(self, request: Request, traffic: Traffic, places: asyncio.Semaphore) -> None:
        async with places:
            ends = asyncio.get_running_loop().time() + self._network.patience
            try:
                self._ready.put(Checked(request, await _outcome(request, Asker(self._network, traffic, ends))))
            except Exception as fault:
                self._ready.put(fault)


async def _outcome(request: Request, asker: Asker) -> Outcome:
    match request:
        case Verify(domain, token, former):
            return await find_proof(asker, domain, token, former)
        case ReadMail(domain):
            return await read_records(asker, domain)
        case WatchMx(domain):
            return await look(asker, domain)
        case FindServers(domain):
            return await find(asker, domain)


def verify(domain: str, token: str, former_tokens: Iterable[str], network: Network) -> Verification:
    found: Verification = _one(Verify(domain, token, former_tokens), network)
    return found


def read_mail(domain: str, network: Network) -> MailRecords:
    found: MailRecords = _one(ReadMail(domain), network)
    return found


def watch_mx(domain: str, network: Network) -> Observation:
    found: Observation = _one(WatchMx(domain), network)
    return found


def find_servers(domain: str, network: Network) -> Delegation:
    found: Delegation = _one(FindServers(domain), network)
    return found


def _one(request: Request, network: Network) -> Any:
    (checked,) = check([request], network)
    return checked.outcome
