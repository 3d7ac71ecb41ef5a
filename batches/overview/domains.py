"""The domains of the mailboxes that move, and which of them are proved to be the organization's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from batches import census
from domains.family import ancestors
from domains.models import Domain


@dataclass(frozen=True, slots=True)
class Domains:
    """``moving`` are the domains of mailboxes in batches, ``added`` those that somebody added."""

    moving: Sequence[str]
    added: Sequence[Domain]

    @property
    def wanted(self) -> Sequence[str]:
        """Those that have to be verified: what moves, or, before there are batches, what was added."""
        return self.moving or [domain.name for domain in self.added]

    @property
    def unverified(self) -> Sequence[str]:
        verified = {domain.name for domain in self.added if domain.is_verified}
        return [name for name in self.wanted if verified.isdisjoint((name, *ancestors(name)))]

    @property
    def gone(self) -> Sequence[Domain]:
        """Those whose record has been taken away since."""
        return [domain for domain in self.added if domain.is_verified and domain.gone_since]

    @property
    def waiting(self) -> Sequence[Domain]:
        """Those whose record somebody said to have set, and nobody has seen yet."""
        return [domain for domain in self.added if not domain.is_verified and domain.asked_at]


def domains() -> Domains:
    """One query, beside the census."""
    return Domains(sorted(census.by_domain()), list(Domain.objects.defer("tracker", "mail_records")))
