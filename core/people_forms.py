"""What is asked about people who may sign in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import Person, Role


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    explained_by = ("access",)

    class Meta:
        model = Person
        fields = ("username", "email", "role")
        error_messages = {"username": {"unique": _("Somebody else has this user name.")}}  # noqa: RUF012
        labels = {"username": _("User name"), "email": _("Mail address"), "role": _("Role")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "username": _("Letters, digits and @ . + - _ only."),
            "email": _("Who signs in by OpenID Connect with this address gets this account."),
            "role": _("An administrator does everything, a manager looks and downloads, helpdesk looks."),
        }

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["email"].required = True
        self.fields["role"].widget = forms.RadioSelect(choices=Role.choices)

    def clean_email(self) -> str:
        """The rule is the database's; here its sentence comes to stand beside the field."""
        email: str = self.cleaned_data["email"]
        if Person.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody else has this mail address."), code="unique")
        return email


class RoleForm(forms.Form):
    explained_by = ("access",)

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
