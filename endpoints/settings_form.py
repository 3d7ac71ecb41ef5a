"""What the forms about endpoints have in common: labels, hints and how fields are drawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

LABELS = {
    "name": gettext_lazy("Name"),
    "port": gettext_lazy("Port"),
    "security": gettext_lazy("Encryption"),
    "pinned_sha256": gettext_lazy("SHA-256 fingerprint of the certificate"),
    "max_concurrent_migrations": gettext_lazy("Maximum concurrent migrations"),
    "max_concurrent_incremental_syncs": gettext_lazy("Maximum concurrent incremental syncs"),
    "connections_per_mailbox": gettext_lazy("Connections for one mailbox"),
    "compress": gettext_lazy("Compress the connection if the server offers it"),
    "max_messages_per_second": gettext_lazy("Maximum messages per second"),
    "max_kilobytes_per_second": gettext_lazy("Maximum kilobytes per second"),
    "hours_from": gettext_lazy("Allowed from"),
    "hours_until": gettext_lazy("Allowed until"),
    "whole_days": gettext_lazy("Allowed all day on"),
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
        "How many mailboxes are synced again at once: 1 to 100, not more than the number above. Left as it is, "
        "it follows that number down. Blank: 10, or the number above if that is lower."
    ),
    "connections_per_mailbox": gettext_lazy(
        "How many a large mailbox may use at once while no other mailbox waits: 1 to 4; the smaller number of source and "
        "target counts. Each one counts in the limits above. Exchange allows a user about 16, their own mail program's "
        "included. Blank: 2."
    ),
    "compress": gettext_lazy(
        "Saves about a third of the time on lines below about 100 Mbit/s. On faster ones it costs time."
    ),
    "max_messages_per_second": gettext_lazy("All mailboxes together. Blank: as many as the server can."),
    "max_kilobytes_per_second": gettext_lazy(
        "All mailboxes together; 1 KB is 1,024 bytes. Blank: as many as the server can."
    ),
    "hours_until": gettext_lazy(
        "In the same time zone. A time earlier than the one above means the next morning, as in 19:00 until 07:00."
    ),
    "whole_days": gettext_lazy("On these days the server may be used at all hours."),
}


def widgets() -> dict[str, forms.Widget]:
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
        "hours_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
        "hours_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
    }


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Hints, and errors that a screen reader finds from the field."""

    explained_by = ("endpoint-general", "endpoint-limits", "endpoint-connection", "endpoint-account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.help_text = HINTS.get(name, "")
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("maxlength", None)  # browsers cut off in silence; the form says what is too long

    def demand(self, name: str, sentence: str) -> None:
        """An error at ``name`` unless something was written there, or is kept from before."""
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, sentence)

    def changes(self) -> dict[str, Any]:
        """The fields that differ from what is kept."""
        return {name: value for name, value in self.cleaned_data.items() if value != self.initial.get(name)}
