"""Whole numbers that people type, within bounds that are told in one sentence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

_OUT_OF_BOUNDS = {"invalid", "min_value", "max_value"}


class WholeNumberField(forms.IntegerField):
    """From ``least`` to ``most``, or blank where it is not required. Everything else gets the same sentence."""

    def __init__(self, *, least: int, most: int, required: bool = True, **given: Any) -> None:
        super().__init__(required=required, min_value=least, max_value=most, **given)
        self.least, self.most = least, most

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            if not {fault.code for fault in error.error_list} & _OUT_OF_BOUNDS:
                raise
            raise ValidationError(self._sentence(), code="out_of_bounds") from None

    def _sentence(self) -> str:
        bounds = {
            "least": number_format(self.least, force_grouping=True),
            "most": number_format(self.most, force_grouping=True),
        }
        if self.required:
            return _("Type a whole number from %(least)s to %(most)s.") % bounds
        return _("Type a whole number from %(least)s to %(most)s, or leave this blank.") % bounds
