"""Domains above and below others: who owns one owns all below it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from domains.models import Domain


def ancestors(name: str) -> list[str]:
    """ "b.contoso.com", "contoso.com" and "com" of "a.b.contoso.com"."""
    labels = name.split(".")
    return [".".join(labels[i:]) for i in range(1, len(labels))]


def descendants(name: str) -> QuerySet[Domain]:
    return Domain.objects.filter(name__endswith=f".{name}")


def is_below_verified(name: str) -> bool:
    return Domain.objects.filter(name__in=ancestors(name), verified_at__isnull=False).exists()


def unverified(names: Collection[str]) -> set[str]:
    """Those of ``names`` (lower case) that neither are verified domains nor below one."""
    related = {each for name in names for each in (name, *ancestors(name))}
    verified = set(Domain.objects.filter(name__in=related, verified_at__isnull=False).values_list("name", flat=True))
    return {name for name in names if verified.isdisjoint((name, *ancestors(name)))}
