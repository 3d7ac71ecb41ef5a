"""What nobody needs any more goes: the part that every app shares."""

from __future__ import annotations

import logging
from datetime import datetime

from django.contrib.sessions.models import Session

from core import audit
from core.models import PersonSession, RefusedSignIn
from core.sign_in import WITHIN

logger = logging.getLogger(__name__)


def wipe_expired(now: datetime) -> None:
    """Ended sessions and sign-ins that were refused long ago. They hold no secrets of servers: nobody is told."""
    RefusedSignIn.objects.filter(at__lte=now - WITHIN).delete()
    Session.objects.filter(expire_date__lte=now).delete()
    PersonSession.objects.exclude(key__in=Session.objects.values("session_key")).delete()


def tell(what: str, number: int) -> None:
    """Keep in the audit log and in the worker's that so many of something were wiped; nothing if none were."""
    if number:
        audit.record(None, "wipe", what, number=number)
        logger.info("Wiped what was kept long enough: %s: %s", what, number)
