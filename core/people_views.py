"""The pages about people: who may sign in, and as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import people, sessions
from core.confirm import Question, ask
from core.http import see_other
from core.invitations import NotSent, can_mail, mail_invitation
from core.models import Person
from core.people_forms import InvitationForm, RoleForm
from core.roles import administrators_only, signed_in_person


@require_GET
@administrators_only
def list_people(request: HttpRequest) -> HttpResponse:
    everybody = Person.objects.select_related("authenticator").order_by("username")
    return render(request, "core/people/list.html", {"people": everybody, "section": "people"})


@require_http_methods(["GET", "POST"])
@administrators_only
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.invite(form.instance, by=signed_in_person(request))
        return see_other(_address_of(form.instance))
    context = {"form": form, "section": "people"}
    return render(request, "core/people/invite.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
@administrators_only
def person_details(request: HttpRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.select_related("authenticator"), pk=person_id)
    context = {
        "person": person,
        "form": RoleForm(initial={"role": person.role}),
        "sessions": sessions.live(person),
        "is_oneself": person == request.user,
        "section": "people",
    }
    if person.is_invited:
        context |= {"link": _link(request, person), "can_mail": can_mail(person)}
    return render(request, "core/people/details.html", context)


@require_POST
@administrators_only
def mail_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Send the link by which an invited person chooses a password."""
    person = get_object_or_404(Person, pk=person_id)
    if not (person.is_invited and can_mail(person)):
        messages.error(request, _("No link can be sent: there is none, or no mail server is set, or no mail address."))
        return see_other(_address_of(person))
    try:
        mail_invitation(person, _link(request, person), by=signed_in_person(request))
        messages.success(request, _("The link has been sent to %(address)s.") % {"address": person.email})
    except NotSent as refusal:
        words = _("The mail server did not take the link. Hand it over yourself. It said: %(words)s")
        messages.error(request, words % {"words": refusal})
    return see_other(_address_of(person))


def _link(request: HttpRequest, person: Person) -> str:
    return request.build_absolute_uri(people.join_path(person))


@require_POST
@administrators_only
def change_role(request: HttpRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=person_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        _try(request, lambda: people.change_role(person, form.cleaned_data["role"], by=signed_in_person(request)))
    return see_other(_address_of(person))


@dataclass(frozen=True, slots=True)
class Command:
    """What an administrator can do to somebody's account, and what is said before it is done."""

    do: Callable[..., None]
    title: str | Promise
    consequence: str | Promise
    label: str | Promise


COMMANDS = {
    "disable": Command(
        people.disable,
        gettext_lazy("Disable %(name)s?"),
        gettext_lazy("All sessions end at once, and nobody signs in with this account until it is enabled again."),
        gettext_lazy("Disable"),
    ),
    "enable": Command(
        people.enable,
        gettext_lazy("Enable %(name)s?"),
        gettext_lazy("The person can sign in again with the same password and role."),
        gettext_lazy("Enable"),
    ),
    "reset-password": Command(
        people.reset_password,
        gettext_lazy("Make a new password link for %(name)s?"),
        gettext_lazy("The present password stops working and all sessions end. You get a link to hand over."),
        gettext_lazy("New password link"),
    ),
    "reset-two-factor": Command(
        people.reset_two_factor,
        gettext_lazy("Reset the second factor of %(name)s?"),
        gettext_lazy(
            "The authenticator and the recovery codes stop working and all sessions end. Make sure that it is "
            "this person who asks you."
        ),
        gettext_lazy("Reset second factor"),
    ),
    "end-sessions": Command(
        people.end_sessions,
        gettext_lazy("Sign %(name)s out everywhere?"),
        gettext_lazy("All sessions end at once; the person can sign in again."),
        gettext_lazy("Sign out everywhere"),
    ),
}


@require_http_methods(["GET", "POST"])
@administrators_only
def person_command(request: HttpRequest, person_id: int, name: str) -> HttpResponse:
    """Says the consequence first."""
    person, command = get_object_or_404(Person, pk=person_id), COMMANDS.get(name)
    if command is None:
        raise Http404
    if request.method == "POST":
        _try(request, lambda: command.do(person, by=signed_in_person(request)))
        return see_other(_address_of(person))
    title = str(command.title) % {"name": person}
    return ask(request, Question(title, [str(command.consequence)], str(command.label), _address_of(person)))


def _try(request: HttpRequest, do: Callable[[], None]) -> None:
    try:
        do()
        messages.success(request, _("The account has been changed."))
    except people.NotAllowed as refusal:
        messages.error(request, str(refusal))


def _address_of(person: Person) -> str:
    return reverse("core:person", args=[person.pk])
