"""What the forms of the wizard's steps have in common."""

from __future__ import annotations

from typing import Any

from django import forms

from batches.models import BatchDraft


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps the answers of one step."""

    instance: BatchDraft

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # browsers cut off in silence; the form says what is too long

    @property
    def leaves(self) -> bool:
        """Whether nothing is new that should be looked at before going on."""
        return True
