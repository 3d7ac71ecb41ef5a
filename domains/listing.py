"""Which domains move, and how far their mailboxes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from domains.models import Domain


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


# Who has mailboxes tells, by domain name in lower case. Handed in by the site map: this app knows of no batches.
CountMailboxes = Callable[[], Mapping[str, Figures]]


@dataclass(frozen=True, slots=True)
class DomainRow:
    """``figures`` is None where no mailbox of the domain is in a batch yet."""

    name: str
    figures: Figures | None


def domain_rows(count_mailboxes: CountMailboxes) -> list[DomainRow]:
    """The domains that were added and those that mailboxes have, by name."""
    counted = count_mailboxes()
    names = {*counted, *Domain.objects.values_list("name", flat=True)}
    return [DomainRow(name, counted.get(name)) for name in sorted(names)]
