"""The step of the wizard that asks for the two servers, and the way to a new one and back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from batches.models import BatchDraft
from batches.wizard.checks import faults_in_endpoints
from batches.wizard.draft_form import DraftForm
from batches.wizard.file import read_file
from endpoints.models import MigrationEndpoint

SIDES = ("source", "target")


class EndpointField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, endpoint: MigrationEndpoint) -> str:
        return f"{endpoint.name} ({endpoint.server})"


class EndpointsForm(DraftForm):
    explained_by = ("batch-servers",)

    source = EndpointField(
        MigrationEndpoint.objects,
        label=gettext_lazy("Source endpoint"),
        empty_label=gettext_lazy("Choose an endpoint"),
        help_text=gettext_lazy("The server that holds the mailboxes now. It is only read."),
    )
    target = EndpointField(
        MigrationEndpoint.objects,
        label=gettext_lazy("Target endpoint"),
        empty_label=gettext_lazy("Choose an endpoint"),
        help_text=gettext_lazy("The server that the mailboxes move to. They have to exist there."),
    )

    class Meta:
        model = BatchDraft
        fields = ("source", "target")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        default = MigrationEndpoint.objects.filter(is_default_target=True).first()
        self.initial["target"] = self.initial.get("target") or default

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        source, target = data.get("source"), data.get("target")
        if source and target:
            rows = read_file(self.instance).rows
            for side, sentence in faults_in_endpoints(self.instance.type, source, target, rows).items():
                self.add_error(side, sentence)
        return data

    def propose(self, side: str, key: str) -> None:
        """Choose an endpoint that has just been described, until somebody chooses another."""
        if not self.is_bound and (endpoint := _endpoint(key)):
            self.initial[side if side in SIDES else SIDES[0]] = endpoint

    def keep_chosen(self) -> None:
        """Save what is chosen so far, whether or not it fits: the page is left for one that describes an endpoint."""
        for side in SIDES:
            setattr(self.instance, side, _endpoint(str(self[side].value())))
        self.instance.save()


def _side_of(endpoint: MigrationEndpoint) -> str:
    """Which side of a batch an endpoint is probably meant for."""
    return "target" if endpoint.is_default_target else "source"


def begun_with(draft: BatchDraft, key: str) -> BatchDraft:
    """``draft`` with the endpoint that somebody has come from, if there is one."""
    if endpoint := _endpoint(key):
        setattr(draft, _side_of(endpoint), endpoint)
    return draft


def _endpoint(key: str) -> MigrationEndpoint | None:
    return MigrationEndpoint.objects.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
