"""The steps of describing an endpoint, and what each does with the draft. The draft is a row: leaving loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Person
from endpoints import connect, services
from endpoints.discovery import find_imap_server
from endpoints.forms import AccountForm, ConnectionForm, GeneralForm, TypeForm
from endpoints.limit_rules import LIMIT_FIELDS
from endpoints.models import EndpointDraft, MigrationEndpoint, Trust
from endpoints.settings_form import SettingsForm


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the wizard. ``done`` says whether the draft holds what the page asks for."""

    slug: str
    title: str | Promise
    form: type[SettingsForm]
    done: Callable[[EndpointDraft], bool]


STEPS = (
    Step("type", _("Endpoint type"), TypeForm, lambda draft: draft.pk is not None),
    Step("account", _("Account and test mailbox"), AccountForm, lambda draft: bool(draft.test_mailbox)),
    Step(
        "connection",
        _("Connection test"),
        ConnectionForm,
        lambda draft: bool(draft.test.get("passed") or draft.test.get("skipped")),
    ),
    Step("general", _("General information"), GeneralForm, lambda draft: False),
)
SLUGS = tuple(step.slug for step in STEPS)


def step_named(slug: str) -> Step:
    return STEPS[SLUGS.index(slug)]


def first_open(draft: EndpointDraft) -> Step:
    """The first step that is not done: nobody gets further than that."""
    return next(step for step in STEPS if not step.done(draft))


def may_open(draft: EndpointDraft, step: Step) -> bool:
    return SLUGS.index(step.slug) <= SLUGS.index(first_open(draft).slug)


def rail(draft: EndpointDraft) -> list[tuple[Step, bool, bool]]:
    """The steps as the page's edge shows them: each with whether it can be opened and whether it is done."""
    if draft.pk is None:
        return [(step, False, False) for step in STEPS]
    return [(step, may_open(draft, step), step.done(draft)) for step in STEPS]


def after(step: Step) -> Step:
    return STEPS[SLUGS.index(step.slug) + 1]


def before(step: Step) -> Step | None:
    place = SLUGS.index(step.slug)
    return STEPS[place - 1] if place else None


def forget_old_test(draft: EndpointDraft, changed: Iterable[str]) -> None:
    """A test tells nothing about settings that have changed since. Does not save."""
    if set(changed) - set(LIMIT_FIELDS):
        draft.test = {}


def keep(draft: EndpointDraft, changed: Iterable[str]) -> None:
    """Save the draft, with a test only of what it holds now."""
    forget_old_test(draft, changed)
    draft.save()


@transaction.atomic
def create_endpoint(draft: EndpointDraft, changed: Iterable[str], *, by: Person) -> MigrationEndpoint:
    """Make an endpoint of the draft, which is gone then. Raises EndpointDraft.DoesNotExist if it has been meanwhile."""
    EndpointDraft.objects.select_for_update().get(pk=draft.pk)
    keep(draft, changed)
    return services.create_endpoint(draft, by=by)


def suggest_server(draft: EndpointDraft) -> None:
    """Fill in the server that the DNS names for the test mailbox, where nobody has named one."""
    if draft.server or not (found := find_imap_server(draft.test_mailbox)):
        return
    draft.server, draft.port, draft.security = found.server, found.port, found.security
    draft.save()


def try_connection(draft: EndpointDraft) -> bool:
    """Test the draft and keep the result with it; whether it passed."""
    draft.test = asdict(connect.test(draft))
    draft.save()
    return bool(draft.test["passed"])


def skip_test(draft: EndpointDraft) -> None:
    """Go on without knowing whether it works, on somebody's own word. What a failed test found is forgotten."""
    draft.test = {"skipped": True}
    draft.save()


def trust_shown_certificate(draft: EndpointDraft) -> bool:
    """Accept exactly the certificate that the last test was shown, and test again. The test says which, not the browser."""
    certificate = draft.test.get("found", {}).get("certificate")
    if not certificate:
        return False
    draft.trust, draft.pinned_sha256, draft.ca_pem = Trust.PINNED, certificate["sha256"], ""
    return try_connection(draft)
