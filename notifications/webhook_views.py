"""The webhooks and their calls, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import audit
from core.http import see_other
from core.refusals import fill_in, refuse
from core.roles import administrators_only, signed_in_person
from notifications import webhooks
from notifications.forms import WebhookForm
from notifications.models import Webhook

SHOWN_CALLS = 50


@require_GET
@administrators_only
def webhook_list(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/webhooks.html", {"webhooks": Webhook.objects.select_related("created_by")})


@require_http_methods(["GET", "POST"])
@administrators_only
def new(request: HttpRequest) -> HttpResponse:
    form = fill_in(WebhookForm, request)
    if request.method == "POST" and not form.is_valid():
        return refuse(request, form)
    if request.method == "POST":
        person = signed_in_person(request)
        form.instance.created_by, form.instance.secret = person, webhooks.new_secret()
        webhook = form.save()
        audit.record(person, "create webhook", webhook)
        return see_other(resolve_url("notifications:webhook", webhook.pk))
    return render(request, "notifications/webhook_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@administrators_only
def detail(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """The secret is shown the first time, to who made it, and never again."""
    webhook = get_object_or_404(Webhook.objects.select_related("created_by"), pk=webhook_id)
    own = Webhook.objects.filter(pk=webhook.pk, is_shown=False, created_by=signed_in_person(request))
    secret = webhook.secret if own.update(is_shown=True) else ""
    calls = webhook.deliveries.select_related("event__batch", "event__domain")[:SHOWN_CALLS]
    context = {"webhook": webhook, "secret": secret, "calls": calls}
    return render(request, "notifications/webhook.html", context)


@require_POST
@administrators_only
def test(request: HttpRequest, webhook_id: int) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_id)
    audit.record(signed_in_person(request), "test webhook", webhook)
    if webhooks.test(webhook, timezone.now()):
        messages.success(request, _("The webhook took the test."))
    else:
        messages.error(request, _("The webhook did not accept the test. Its answer is below."))
    return see_other(resolve_url("notifications:webhook", webhook_id))


@require_POST
@administrators_only
def switch(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """On or off, as the button says that was pressed: pressing it twice changes nothing more."""
    webhook = get_object_or_404(Webhook, pk=webhook_id)
    webhook.is_on = request.POST.get("on") == "yes"
    webhook.save(update_fields=["is_on"])
    audit.record(signed_in_person(request), "switch webhook", webhook, is_on=webhook.is_on)
    return see_other(resolve_url("notifications:webhook", webhook_id))


@require_http_methods(["GET", "POST"])
@administrators_only
def delete(request: HttpRequest, webhook_id: int) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_id)
    if request.method == "POST":
        audit.record(signed_in_person(request), "delete webhook", webhook)
        webhook.delete()
        messages.success(request, _("The webhook has been deleted."))
        return see_other(resolve_url("notifications:webhooks"))
    return render(request, "notifications/webhook_delete.html", {"webhook": webhook})
