"""What people may write about an endpoint: one form for each step of the wizard, and one for changing all of it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from endpoints import server_names
from endpoints.certificates import plain_fingerprint, read_pem
from endpoints.limit_rules import LIMIT_FIELDS, LimitRules
from endpoints.models import DEFAULT_TEMPLATE, EndpointDraft, MigrationEndpoint, Security, SignIn, Trust
from endpoints.settings_form import SettingsForm, widgets
from endpoints.sign_in import template_fault

DEFAULT_PORTS: dict[str, int] = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
SERVER_FIELDS = ("server", "security", "port", "trust", "ca_pem", "pinned_sha256")
SIGN_IN_FIELDS = ("test_mailbox", "sign_in", "user_template", "admin_user", "admin_password", "test_password")
NAME_FIELDS = ("sign_in", "user_template", "admin_user", "test_mailbox")
SECRET_FIELDS = ("admin_password", "test_password")


class SignInRules(SettingsForm):
    """Who signs in. A password is never shown again: blank means the one that is kept. One without a use is forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["test_mailbox"].required = True
        self.fields["user_template"].required = False
        for name in SECRET_FIELDS:
            self._prepare_secret(name)

    def _prepare_secret(self, name: str) -> None:
        field = cast(forms.CharField, self.fields[name])
        field.strip = False  # blanks may belong to a password
        if self.initial.get(name):
            field.help_text = _("A password is kept. Leave this blank to go on using it.")

    @property
    def written(self) -> EndpointDraft:
        """The names as they stand on the page, right or wrong, for the sentence that shows what they do."""
        return EndpointDraft(**{name: str(self[name].value() or "").strip() for name in NAME_FIELDS})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in SECRET_FIELDS:
            data[name] = data.get(name) or self.initial.get(name, "")
        if data.get("sign_in") == SignIn.USER:
            data |= {"admin_user": "", "admin_password": ""}
        elif data.get("sign_in"):
            self._demand_administrator()
            data["test_password"] = ""
        self._check_template(data)
        return data

    def _demand_administrator(self) -> None:
        self.demand("admin_user", _("Type the name of the administrator's account."))
        self.demand("admin_password", _("Type the password of the administrator's account."))

    def _check_template(self, data: dict[str, Any]) -> None:
        if data.get("sign_in") != SignIn.TEMPLATE:
            data["user_template"] = DEFAULT_TEMPLATE
        elif fault := template_fault(data.get("user_template", "")):
            self.add_error("user_template", fault)


class ServerRules(SettingsForm):
    """Where the server is and which certificates it may show."""

    port = forms.IntegerField(required=False, min_value=1, max_value=65535)
    # Longer than what is kept of it: people paste it with colons.
    pinned_sha256 = forms.CharField(required=False, max_length=200)

    def clean_server(self) -> str:
        try:
            return server_names.plain(self.cleaned_data["server"])
        except ValueError:
            raise forms.ValidationError(
                _("This is not a server name. Type only the name, as in imap.contoso.com, or an IP address.")
            ) from None

    def clean_ca_pem(self) -> str:
        pem = str(self.cleaned_data["ca_pem"]).strip()
        if "PRIVATE KEY" in pem:
            raise forms.ValidationError(
                _("This holds a private key. Keep that to yourself: give only the certificate.")
            )
        if pem:
            self._read(pem)
        return pem

    def _read(self, pem: str) -> None:
        try:
            read_pem(pem)
        except ValueError:
            raise forms.ValidationError(
                _(
                    "No certificate can be read in this text. Give it in PEM form, from BEGIN CERTIFICATE to END CERTIFICATE."
                )
            ) from None

    def clean_pinned_sha256(self) -> str:
        text = self.cleaned_data["pinned_sha256"]
        try:
            return plain_fingerprint(text) if text else ""
        except ValueError:
            raise forms.ValidationError(_("A SHA-256 fingerprint has 64 hexadecimal digits. Copy it again.")) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "port" not in self.errors:
            data["port"] = self._port(data)
        if data.get("security") == Security.NONE:
            data["trust"] = Trust.SYSTEM
        if data.get("trust") == Trust.CA:
            self.demand("ca_pem", _("Give the certificate of your certification authority."))
        if data.get("trust") == Trust.PINNED:
            self.demand(
                "pinned_sha256", _("Give the fingerprint of the certificate, or test first: the result shows it.")
            )
        return data

    def _port(self, data: dict[str, Any]) -> int:
        """What was written; the default follows the encryption as long as nobody writes another."""
        security = Security(data.get("security") or Security.TLS)
        untouched = "security" in self.changed_data and "port" not in self.changed_data
        was_default = DEFAULT_PORTS.get(self.initial.get("security", "")) == data.get("port")
        port: int | None = data.get("port")
        return DEFAULT_PORTS[security] if port is None or (untouched and was_default) else port


class TypeForm(SettingsForm):
    class Meta:
        model = EndpointDraft
        fields = ("type",)
        widgets = widgets()


class AccountForm(SignInRules):
    class Meta:
        model = EndpointDraft
        fields = SIGN_IN_FIELDS
        widgets = widgets()


class ConnectionForm(ServerRules):
    class Meta:
        model = EndpointDraft
        fields = SERVER_FIELDS
        widgets = widgets()


class GeneralForm(LimitRules):
    class Meta:
        model = EndpointDraft
        fields = LIMIT_FIELDS
        widgets = widgets()


class LimitsForm(LimitRules):
    """All that can be changed of an endpoint while a batch that uses it runs."""

    class Meta:
        model = MigrationEndpoint
        fields = LIMIT_FIELDS
        widgets = widgets()


class EndpointForm(LimitRules, ServerRules, SignInRules):
    """Everything about an endpoint."""

    class Meta:
        model = MigrationEndpoint
        fields = (*LIMIT_FIELDS, *SERVER_FIELDS, *SIGN_IN_FIELDS)
        widgets = widgets()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if set(SERVER_FIELDS) & set(self.changed_data):
            self._demand_secrets_again(data)
        return data

    def _demand_secrets_again(self, data: dict[str, Any]) -> None:
        """A kept password goes only to the server that it was given for."""
        for name in SECRET_FIELDS:
            if data.get(name) and not self.data.get(self.add_prefix(name)):
                self.add_error(name, _("The server changes. Type the password again, so that no other server gets it."))
