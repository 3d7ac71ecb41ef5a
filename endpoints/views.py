"""The list of endpoints, the details of one, and what can be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.http import is_htmx, next_page, render_page, see_other, wanted_page
from core.refusals import fill_in, refuse
from core.roles import administrators_only, signed_in_person
from endpoints import services, usage, wizard
from endpoints.capacity import capacity
from endpoints.forms import EndpointForm, LimitsForm
from endpoints.models import EndpointDraft, MigrationEndpoint
from endpoints.sign_in import TEMPLATES

TESTS_SHOWN = COMPLAINTS_SHOWN = 20


@require_GET
def list_endpoints(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_GET
def detail(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    return _show(request, endpoint_id)


def _show(request: HttpRequest, endpoint_id: int | None = None) -> HttpResponse:
    """The list, with the details of one beside it."""
    drafts = EndpointDraft.objects.filter(by=signed_in_person(request)).order_by("-changed_at")
    context = {"endpoints": usage.with_usage(), "drafts": drafts}
    if endpoint_id is not None:
        context |= _details(endpoint_id)
    return render_page(request, "endpoints/list.html", context, partial="endpoint-workspace")


def _details(endpoint_id: int) -> dict[str, Any]:
    endpoint = get_object_or_404(usage.with_usage(), pk=endpoint_id)
    tests = endpoint.tests.select_related("by")[:TESTS_SHOWN]
    return {
        "endpoint": endpoint,
        "tests": tests,
        "running": usage.running_batches(endpoint),
        "consumers": usage.consumers(endpoint),
        "initial": capacity(endpoint, timezone.now(), initial=True),
        "incremental": capacity(endpoint, timezone.now(), initial=False),
        "complaints": endpoint.complaints.all()[:COMPLAINTS_SHOWN],
    }


def _answer(request: HttpRequest, endpoint: MigrationEndpoint) -> HttpResponse:
    """After a POST: the changed list and pane for htmx, a redirect to it otherwise."""
    return _show(request, endpoint.pk) if is_htmx(request) else see_other(_address_of(endpoint))


def _address_of(endpoint: MigrationEndpoint) -> str:
    return reverse("endpoints:detail", args=[endpoint.pk])


@require_GET
@administrators_only
def created(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """The wizard's last page."""
    endpoint = get_object_or_404(MigrationEndpoint, pk=endpoint_id)
    waiting = wanted_page(request)
    context = {
        "endpoint": endpoint,
        "test": endpoint.tests.first(),
        "steps": wizard.STEPS,
        "waiting": f"{waiting}{'&' if '?' in waiting else '?'}endpoint={endpoint.pk}" if waiting else "",
    }
    return render(request, "endpoints/wizard/created.html", context)


@require_http_methods(["GET", "POST"])
@administrators_only
def edit(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_object_or_404(MigrationEndpoint, pk=endpoint_id)
    running = usage.running_batches(endpoint)
    form_class = LimitsForm if running else EndpointForm
    form = fill_in(form_class, request, instance=endpoint)
    if request.method == "POST":
        return _change(request, endpoint_id, form.changes()) if form.is_valid() else refuse(request, form)
    name = MigrationEndpoint.objects.values_list("name", flat=True).get(pk=endpoint_id)
    context = {"form": form, "endpoint": endpoint, "name": name, "running": running, "templates": TEMPLATES}
    return render(request, "endpoints/edit.html", context)


def _change(request: HttpRequest, endpoint_id: int, changes: dict[str, Any]) -> HttpResponse:
    endpoint = MigrationEndpoint.objects.get(pk=endpoint_id)
    try:
        services.change_endpoint(endpoint, by=signed_in_person(request), **changes)
        messages.success(request, _("%(endpoint)s has been changed.") % {"endpoint": endpoint})
    except services.NotNow as refusal:
        messages.error(request, str(refusal))
    return see_other(_address_of(endpoint))


@require_POST
@administrators_only
def test(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_object_or_404(MigrationEndpoint, pk=endpoint_id)
    services.test_endpoint(endpoint, by=signed_in_person(request))
    return _answer(request, endpoint)


@require_POST
@administrators_only
def trust_certificate(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_object_or_404(MigrationEndpoint, pk=endpoint_id)
    try:
        services.trust_shown_certificate(endpoint, by=signed_in_person(request))
        services.test_endpoint(endpoint, by=signed_in_person(request))
    except services.NotNow as refusal:
        messages.error(request, str(refusal))
        return see_other(_address_of(endpoint))
    return _answer(request, endpoint)


@require_POST
@administrators_only
def make_default_target(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_object_or_404(MigrationEndpoint, pk=endpoint_id)
    services.make_default_target(endpoint, by=signed_in_person(request))
    messages.success(request, _("New batches move mailboxes to %(endpoint)s.") % {"endpoint": endpoint})
    return see_other(_address_of(endpoint))


@require_POST
@administrators_only
def choose_default_target(request: HttpRequest) -> HttpResponse:
    """The same from a list of all endpoints; one that is gone meanwhile is said to be."""
    chosen = request.POST.get("endpoint", "")
    endpoint = MigrationEndpoint.objects.filter(pk=int(chosen[:18]) if chosen.isdecimal() else 0).first()
    if endpoint is None:
        messages.error(request, _("This endpoint is not there any more. Choose another."))
    else:
        services.make_default_target(endpoint, by=signed_in_person(request))
        messages.success(request, _("New batches move mailboxes to %(endpoint)s.") % {"endpoint": endpoint})
    return see_other(next_page(request, reverse("endpoints:list")))


@require_http_methods(["GET", "POST"])
@administrators_only
def delete(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Says the consequence first: a dialog for htmx, a page otherwise."""
    endpoint = get_object_or_404(MigrationEndpoint, pk=endpoint_id)
    try:
        if request.method == "POST":
            return _delete(request, endpoint)
        services.refuse_while_in_use(endpoint)
        refusal = ""
    except services.NotNow as reason:
        refusal = str(reason)
    context = {"endpoint": endpoint, "refusal": refusal}
    return render_page(
        request,
        "endpoints/delete.html",
        context,
        partial="delete-dialog",
        status=409 if request.method == "POST" else 200,
    )


def _delete(request: HttpRequest, endpoint: MigrationEndpoint) -> HttpResponse:
    services.delete_endpoint(endpoint, by=signed_in_person(request))
    messages.success(request, _("%(endpoint)s has been deleted.") % {"endpoint": endpoint})
    return see_other(reverse("endpoints:list"))
