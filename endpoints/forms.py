"""What people may write about an endpoint: one form for each step of the wizard, and one for changing all of it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from endpoints import server_names
from endpoints.certificates import plain_fingerprint, read_pem
from endpoints.models import DEFAULT_TEMPLATE, EndpointDraft, MigrationEndpoint, Security, SignIn, Trust
from endpoints.sign_in import template_fault

DEFAULT_PORTS: dict[str, int] = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
SERVER_FIELDS = ("server", "security", "port", "trust", "ca_pem", "pinned_sha256")
SIGN_IN_FIELDS = ("test_mailbox", "sign_in", "user_template", "admin_user", "admin_password", "test_password")
NAME_FIELDS = ("sign_in", "user_template", "admin_user", "test_mailbox")
LIMIT_FIELDS = ("name", "max_concurrent_migrations", "max_concurrent_incremental_syncs")
SECRET_FIELDS = ("admin_password", "test_password")

LABELS = {
    "name": gettext_lazy("Name"),
    "port": gettext_lazy("Port"),
    "security": gettext_lazy("Encryption"),
    "pinned_sha256": gettext_lazy("SHA-256 fingerprint of the certificate"),
    "max_concurrent_migrations": gettext_lazy("Maximum concurrent migrations"),
    "max_concurrent_incremental_syncs": gettext_lazy("Maximum concurrent incremental syncs"),
}
HINTS = {
    "test_mailbox": gettext_lazy("The address of any mailbox on this server. The test opens it, and changes nothing."),
    "user_template": gettext_lazy("{user} becomes the user's own name, {admin} the administrator's account."),
    "admin_user": gettext_lazy("The account that may open everybody's mailbox, as the server knows it."),
    "test_password": gettext_lazy("Only for the test. Without it the test connects, and does not sign in."),
    "server": gettext_lazy("As in imap.contoso.com. It has to be the name in the server's certificate."),
    "port": gettext_lazy("Blank: 993 for TLS, 143 for STARTTLS and for no encryption."),
    "ca_pem": gettext_lazy("The text between and including BEGIN CERTIFICATE and END CERTIFICATE."),
    "pinned_sha256": gettext_lazy("64 hexadecimal digits, with or without colons."),
    "name": gettext_lazy("A name that people recognize the server by, as in EXCH-SRV-01."),
    "max_concurrent_migrations": gettext_lazy("How many mailboxes are first synced at once: 1 to 100. Blank: 20."),
    "max_concurrent_incremental_syncs": gettext_lazy(
        "How many mailboxes are synced again at once: 1 to 100, not above the former. Blank: 10, or the former if that "
        "is lower."
    ),
}


def _widgets() -> dict[str, forms.Widget]:
    secret = {"autocomplete": "new-password"}
    plain = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
    return {
        "type": forms.RadioSelect(),
        "sign_in": forms.RadioSelect(),
        "trust": forms.RadioSelect(),
        "test_mailbox": forms.TextInput(plain),
        "user_template": forms.TextInput({**plain, "list": "sign-in-templates"}),
        "admin_user": forms.TextInput(plain),
        "admin_password": forms.PasswordInput(secret),
        "test_password": forms.PasswordInput(secret),
        "server": forms.TextInput(plain),
        "ca_pem": forms.Textarea({"rows": 8, "spellcheck": "false"}),
        "pinned_sha256": forms.TextInput(plain),
    }


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Hints, and errors that a screen reader finds from the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.help_text = HINTS.get(name, "")
            field.label = LABELS.get(name, field.label)

    def demand(self, name: str, sentence: str) -> None:
        """An error at ``name`` unless something was written there, or is kept from before."""
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, sentence)

    def changes(self) -> dict[str, Any]:
        """The fields that differ from what is kept."""
        return {name: value for name, value in self.cleaned_data.items() if value != self.initial.get(name)}


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


class LimitRules(SettingsForm):
    """Its name, and how much it may be asked to do at once."""

    max_concurrent_migrations = forms.IntegerField(required=False, min_value=1, max_value=100)
    max_concurrent_incremental_syncs = forms.IntegerField(required=False, min_value=1, max_value=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = MigrationEndpoint.objects.exclude(pk=self._own_key())
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Another endpoint has this name. Choose a different one."))
        return name

    def _own_key(self) -> Any:
        return self.instance.pk if isinstance(self.instance, MigrationEndpoint) else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"max_concurrent_migrations", "max_concurrent_incremental_syncs"} & set(self.errors):
            return data
        migrations, syncs = (data.get(name) for name in LIMIT_FIELDS[1:])
        migrations = 20 if migrations is None else migrations
        syncs = min(10, migrations) if syncs is None else syncs
        data |= {"max_concurrent_migrations": migrations, "max_concurrent_incremental_syncs": syncs}
        if syncs > migrations:
            self.add_error(
                "max_concurrent_incremental_syncs",
                _("This cannot be above the maximum concurrent migrations (%(number)s).") % {"number": migrations},
            )
        return data


class TypeForm(SettingsForm):
    class Meta:
        model = EndpointDraft
        fields = ("type",)
        widgets = _widgets()


class AccountForm(SignInRules):
    class Meta:
        model = EndpointDraft
        fields = SIGN_IN_FIELDS
        widgets = _widgets()


class ConnectionForm(ServerRules):
    class Meta:
        model = EndpointDraft
        fields = SERVER_FIELDS
        widgets = _widgets()


class GeneralForm(LimitRules):
    class Meta:
        model = EndpointDraft
        fields = LIMIT_FIELDS
        widgets = _widgets()


class LimitsForm(LimitRules):
    """All that can be changed of an endpoint while a batch that uses it runs."""

    class Meta:
        model = MigrationEndpoint
        fields = LIMIT_FIELDS
        widgets = _widgets()


class EndpointForm(LimitRules, ServerRules, SignInRules):
    """Everything about an endpoint."""

    class Meta:
        model = MigrationEndpoint
        fields = (*LIMIT_FIELDS, *SERVER_FIELDS, *SIGN_IN_FIELDS)
        widgets = _widgets()

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
