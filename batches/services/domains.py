"""Mailboxes of a staged batch belong to domains that are the organization's own, unless it has decided otherwise."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import ngettext

from batches.csv_import import DomainRule
from batches.csv_import.addresses import domain_of
from batches.models import MigrationType
from batches.services.permitted import NotNow
from core.organization import organization
from domains.family import unverified


def domain_rule(migration_type: str) -> DomainRule | None:
    """How a CSV file for such a batch is checked. Only a staged migration moves addresses along with their mailboxes."""
    if migration_type != MigrationType.STAGED:
        return None
    return DomainRule(unverified, refuses=organization().verified_domains_only)


def see_that_domains_are_verified(migration_type: str, addresses: Collection[str]) -> None:
    """Raises NotNow if a domain of these addresses has to be verified first."""
    rule = domain_rule(migration_type)
    if rule is None or not rule.refuses:
        return
    missing = sorted(rule.unverified({domain_of(address) for address in addresses}))
    if missing:
        words = ngettext(
            "The domain %(domains)s is not verified. Verify it under Domains first, or take its mailboxes out of the CSV file.",
            "The domains %(domains)s are not verified. Verify them under Domains first, or take their mailboxes out of the "
            "CSV file.",
            len(missing),
        )
        raise NotNow(words % {"domains": ", ".join(missing)})
