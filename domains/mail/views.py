"""The page of a domain's mail: records, lifetime, and the MX change as it goes on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.http import render_page
from domains.mail.page import mail_page
from domains.models import Domain
from domains.standing import is_being_asked, seems_unheard

SOON, LATER = 2, 15  # seconds: while workers ask, and while the change goes on by itself


@require_GET
def mail(request: HttpRequest, domain_id: int) -> HttpResponse:
    now = timezone.now()
    domain = get_object_or_404(Domain, pk=domain_id)
    page, asking = mail_page(domain, now), is_being_asked(domain)
    context = {
        "domain": domain,
        "page": page,
        "asking": asking,
        "unheard": seems_unheard(domain, now),
        "pace": SOON if asking else LATER if page.moves else None,
    }
    return render_page(request, "domains/mail/page.html", context, partial="mail-news")
