"""The list of the domains whose mail moves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core.http import render_page
from domains.listing import CountMailboxes, domain_rows


@require_GET
def domain_list(request: HttpRequest, count_mailboxes: CountMailboxes) -> HttpResponse:
    context = {"domains": domain_rows(count_mailboxes)}
    return render_page(request, "domains/list.html", context, partial="domain-table")
