"""What the forms of the wizard's steps have in common."""

from __future__ import annotations

from django import forms

from batches.models import BatchDraft


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps the answers of one step."""

    instance: BatchDraft

    @property
    def leaves(self) -> bool:
        """Whether nothing is new that should be looked at before going on."""
        return True
