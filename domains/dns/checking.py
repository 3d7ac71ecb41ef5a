"""Many domains side by side: the one door from ordinary code to the network.

Questions are asked in a thread of their own with one event loop; results come out as they are ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domains.dns.asking import Network
from domains.dns.delegation import Delegation
from domains.dns.mail import MailRecords
from domains.dns.mx import Observation
from domains.dns.verification import Verification


@dataclass(frozen=True, slots=True)
class Verify:
    """Gives a Verification. ``old_tokens`` were given for this domain before."""

    domain: str
    token: str
    old_tokens: tuple[str, ...] = ()


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


def check(requests: Iterable[Request], network: Network) -> Iterator[Checked]:
    """Each as soon as it is ready, at the latest ``network.patience`` seconds after the start. Domains are in ASCII."""
    raise NotImplementedError


def verify(domain: str, token: str, old_tokens: Iterable[str], network: Network) -> Verification:
    raise NotImplementedError


def read_mail(domain: str, network: Network) -> MailRecords:
    raise NotImplementedError


def watch_mx(domain: str, network: Network) -> Observation:
    raise NotImplementedError


def find_servers(domain: str, network: Network) -> Delegation:
    raise NotImplementedError
