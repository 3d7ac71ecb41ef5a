"""What has happened, for everybody; the mails about it, for administrators."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import audit
from core.http import next_page, render_page, see_other
from core.roles import administrators_only, signed_in_person
from notifications.models import Mail
from notifications.unread import mark_read, shown_events, unread

PER_PAGE = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    page = Paginator(shown_events(), PER_PAGE).get_page(request.GET.get("page"))
    person = signed_in_person(request)
    new = set(unread(person).filter(pk__in=[event.pk for event in page]).values_list("pk", flat=True))
    context = {"page": page, "new": new}
    return render_page(request, "notifications/index.html", context, partial="event-table")


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, for a page that asks for it now and then."""
    return render(request, "includes/bell.html")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    mark_read(signed_in_person(request))
    return see_other(next_page(request, resolve_url("notifications:index")))


@require_GET
@administrators_only
def mails(request: HttpRequest) -> HttpResponse:
    rows = Mail.objects.select_related("event__batch", "event__domain").defer("text", "html")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "can_send": bool(settings.EMAIL_HOST)}
    return render_page(request, "notifications/mails.html", context, partial="mail-table")


@require_GET
@administrators_only
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    found = get_object_or_404(Mail.objects.select_related("event__batch", "event__domain"), pk=mail_id)
    return render(request, "notifications/mail.html", {"mail": found, "can_send": bool(settings.EMAIL_HOST)})


@require_POST
@administrators_only
def retry_mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One that could not be sent is due at once, and all tries begin anew."""
    found = get_object_or_404(Mail, pk=mail_id, sent_at=None)
    Mail.objects.filter(pk=found.pk, sent_at=None).update(due_at=timezone.now(), tries=0)
    audit.record(signed_in_person(request), "retry mail", found)
    messages.success(request, _("The mail to %(address)s is tried again.") % {"address": found.recipient})
    return see_other(resolve_url("notifications:mail", mail_id))
