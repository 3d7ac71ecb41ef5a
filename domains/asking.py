"""A person wants to know now: the workers are asked, and the person is told if they cannot be."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.queue import noticing_lost
from core.roles import signed_in_person
from domains import services
from domains.models import Domain


def ask_now(request: HttpRequest, domain: Domain) -> None:
    with noticing_lost() as lost:
        services.check_domain(domain, by=signed_in_person(request))
    if lost:
        words = _("The message broker cannot be reached. The name servers are asked as soon as it answers again.")
        messages.warning(request, words)
