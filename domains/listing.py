"""Which domains move, and how far their mailboxes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from domains.models import Domain
from domains.standing import Status, status_of


class Figures(Protocol):
    """How many mailboxes of a domain are where."""

    @property
    def total(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def working(self) -> int: ...
    @property
    def synced(self) -> int: ...
    @property
    def stopped(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def percentage(self) -> int: ...


# Who has mailboxes tells, by domain name in lower case. Handed in when the apps are ready: this one knows of no batches.
CountMailboxes = Callable[[], Mapping[str, Figures]]

_count_mailboxes: list[CountMailboxes] = []


def count_by(count_mailboxes: CountMailboxes) -> None:
    """Have mailboxes counted by this from now on."""
    _count_mailboxes[:] = [count_mailboxes]


def _counted() -> Mapping[str, Figures]:
    return _count_mailboxes[0]()


@dataclass(frozen=True, slots=True)
class DomainRow:
    """``domain`` is None where mailboxes have it and nobody has added it, ``figures`` where no batch has such a mailbox."""

    name: str
    domain: Domain | None
    figures: Figures | None

    @property
    def shown(self) -> str:
        return self.domain.shown if self.domain else self.name

    @property
    def status(self) -> Status:
        return status_of(self.domain)


def domain_rows() -> list[DomainRow]:
    """The domains that were added and those that mailboxes have, by name."""
    counted = _counted()
    added = {domain.name: domain for domain in Domain.objects.defer("tracker", "mail_records")}
    return [DomainRow(name, added.get(name), counted.get(name)) for name in sorted({*counted, *added})]


def moving_below(name: str) -> list[str]:
    """The domains below it that mailboxes have, and that nobody has added."""
    below = sorted(each for each in _counted() if each.endswith(f".{name}"))
    added = set(Domain.objects.filter(name__in=below).values_list("name", flat=True))
    return [each for each in below if each not in added]


def figures_of(name: str) -> Figures | None:
    return _counted().get(name)
