"""What administrators fill in about domains."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domains.dns.dns_hosts import HOSTS
from domains.dns.names import BadDomain, parse_domain
from domains.models import Domain, Proof
from domains.words import fault_in_name

GENERAL = ("", _("General instructions"))


class NameForm(forms.Form):
    """The domain, as somebody types it. What is wrong with it is said at the field, which keeps the text."""

    explained_by = ("domain-field",)

    name = forms.CharField(
        label=_("Domain name"),
        required=False,
        strip=False,
        help_text=_("The part behind the @ of the mail addresses, for example contoso.com."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_name(self) -> str:
        """In ASCII."""
        try:
            return parse_domain(self.cleaned_data["name"]).ascii
        except BadDomain as fault:
            raise forms.ValidationError(fault_in_name(fault), code=fault.code) from None


class RecordForm(forms.Form):
    """Whose instructions, and which record."""

    explained_by = ("domain-field",)

    dns_host = forms.ChoiceField(
        label=_("DNS host"),
        required=False,
        help_text=_("Where the DNS records of the domain are kept: often the company that it was registered with."),
    )
    proof = forms.ChoiceField(
        label=_("Record"),
        choices=[
            (Proof.TXT, _("TXT record (recommended)")),
            (Proof.MX, _("MX record, if your DNS host takes no TXT records")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        """Until somebody has chosen, the host is the one that the name servers belong to."""
        host = domain.dns_host or domain.found_host
        super().__init__(*args, **{**kwargs, "initial": {"dns_host": host, "proof": domain.proof}})
        known = sorted(((host.code, host.name) for host in HOSTS), key=lambda pair: pair[1].lower())
        self.fields["dns_host"].choices = [GENERAL, *known]  # type: ignore[attr-defined]


class SourceHostsForm(forms.Form):
    """The mail servers of before."""

    explained_by = ("domain-field",)

    hosts = forms.CharField(
        label=_("Mail servers of the old system"),
        required=False,
        help_text=_("One host name on each line, as the MX records named them before the change."),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"hosts": "\n".join(domain.source_hosts)}})

    def clean_hosts(self) -> list[str]:
        return host_names(self.cleaned_data["hosts"])


def host_names(text: str) -> list[str]:
    """The names in ``text``, in lower case. Raises ValidationError that names the first which is none."""
    hosts = list(dict.fromkeys(word.rstrip(".").lower() for word in text.replace(",", " ").split()))
    for host in hosts:
        try:
            parse_domain(host)
        except BadDomain as fault:
            words = _("%(host)s is no host name: %(why)s")
            raise forms.ValidationError(words, params={"host": host, "why": fault_in_name(fault)}) from None
    return hosts
