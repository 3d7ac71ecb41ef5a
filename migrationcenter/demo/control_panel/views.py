"""The pages of the control panel. What is saved is in the zone at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.http import see_other
from core.roles import administrators_only
from domains.models import Domain
from migrationcenter.demo.control_panel.forms import LIFETIMES, RecordForm
from migrationcenter.demo.control_panel.records import Line, lines, remove
from migrationcenter.demo.dns.servers import LAG
from migrationcenter.demo.dns.zone_file import ZoneFile
from migrationcenter.demo.people import DOMAIN


@require_http_methods(["GET", "POST"])
@administrators_only
def records(request: HttpRequest) -> HttpResponse:
    """All records, and a form for one more."""
    file = _file()
    zone = file.read()
    form = RecordForm(request.POST or None, zone=zone)
    if request.method == "POST" and form.is_valid():
        file.write(zone)
        return _saved(request)
    context = {"form": form, "lines": lines(file.read()), "domain": DOMAIN, "lag": int(LAG)}
    return render(request, "demo/control_panel.html", context | _way_back())


@require_http_methods(["GET", "POST"])
@administrators_only
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """One record: changed."""
    file = _file()
    zone = file.read()
    line = _line(file, key)
    remove(zone, line)
    form = RecordForm(request.POST or None, zone=zone, initial=_initial(line))
    if request.method == "POST" and form.is_valid():
        file.write(zone)
        return _saved(request)
    return render(request, "demo/record.html", {"form": form, "line": line, "domain": DOMAIN})


@require_POST
@administrators_only
def delete(request: HttpRequest, key: str) -> HttpResponse:
    file = _file()
    zone = file.read()
    remove(zone, _line(file, key))
    file.write(zone)
    return _saved(request)


def _way_back() -> dict[str, Any]:
    """To where somebody comes from who sets a record: the wizard until the domain is verified, then its mail."""
    added = Domain.objects.filter(name=DOMAIN).first()
    if added is None:
        return {"back": resolve_url("domains:list"), "added": False}
    back = (
        resolve_url("domains:mail", added.pk) if added.is_verified else resolve_url("domains:setup", added.pk, "record")
    )
    return {"back": back, "added": True}


def _file() -> ZoneFile:
    return ZoneFile(Path(os.environ["DEMO_ZONE"]))


def _line(file: ZoneFile, key: str) -> Line:
    found = next((line for line in lines(file.read()) if line.key == key and line.can_change), None)
    if found is None:
        raise Http404
    return found


def _initial(line: Line) -> dict[str, object]:
    nearest = min((seconds for seconds, _words in LIFETIMES), key=lambda seconds: abs(seconds - line.ttl))
    return {"host": line.label, "kind": line.kind, "value": line.value, "priority": line.priority, "ttl": nearest}


def _saved(request: HttpRequest) -> HttpResponse:
    words = _("Saved. The first name server has it now, the second one %(seconds)s seconds later.")
    messages.success(request, words % {"seconds": int(LAG)})
    return see_other(resolve_url("demo:records"))
