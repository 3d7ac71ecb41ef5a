"""What an administrator says of a webhook."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import TOLD, Webhook


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]
    explained_by = ("webhook",)

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("https://... of the program that is to be told. It is called by POST with a JSON body."),
        widget=forms.URLInput,
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=[(kind.value, kind.label) for kind in TOLD],
        widget=forms.CheckboxSelectMultiple,
        initial=[kind.value for kind in TOLD],
    )

    class Meta:
        model = Webhook
        fields = ("url", "kinds")

    def clean_url(self) -> str:
        given: str = self.cleaned_data["url"]
        try:
            url = urlsplit(given)
            right = url.scheme in {"http", "https"} and url.hostname and (url.port is None or url.port > 0)
        except ValueError:
            right = False
        if not right:
            raise forms.ValidationError(_("Give an address that begins with https:// or http:// and has a host name."))
        return given
