"""The endpoints as the start page needs them: each with its newest availability test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from endpoints import limits
from endpoints.certificates import Certificate
from endpoints.models import AvailabilityTest, MigrationEndpoint

EXPIRES_SOON = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Server:
    """``test`` is the newest, None before the first and after the settings have changed."""

    endpoint: MigrationEndpoint
    test: AvailabilityTest | None

    @property
    def answers(self) -> bool:
        return self.test is not None and self.test.passed

    @property
    def refuses(self) -> bool:
        return self.test is not None and not self.test.passed

    @property
    def certificate(self) -> Certificate | None:
        """As the last test that passed was shown it."""
        shown = self.test.found.get("certificate") if self.test and self.test.passed else None
        return Certificate.from_json(shown) if shown else None

    def expires_soon(self, now: datetime) -> bool:
        certificate = self.certificate
        return certificate is not None and certificate.not_after < now + EXPIRES_SOON

    def is_slowed(self, now: datetime) -> bool:
        return limits.is_slowed(self.endpoint, now)


def servers() -> Sequence[Server]:
    """All endpoints by name, in two queries."""
    newest = AvailabilityTest.objects.filter(endpoint=OuterRef("pk")).values("pk")[:1]
    endpoints = list(
        MigrationEndpoint.objects.defer("admin_password", "test_password").annotate(newest=Subquery(newest))
    )
    tests = AvailabilityTest.objects.filter(pk__in=[endpoint.newest for endpoint in endpoints], outdated=False)
    by_endpoint = {test.endpoint_id: test for test in tests}
    return [Server(endpoint, by_endpoint.get(endpoint.pk)) for endpoint in endpoints]
