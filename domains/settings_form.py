"""What the organization decides about domains: a section of the Settings page."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.models import MailTarget, OrganizationSettings
from core.settings_forms import SectionForm
from core.templatetags.page import grouped
from domains.dns.mx import Stage
from domains.forms import host_names
from domains.models import Domain

TENANTS, TENANT = "onmicrosoft.com", re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class DomainsForm(SectionForm):
    explained_by = ("mail-target",)

    target_mx_hosts = forms.CharField(
        label=_("Mail servers (MX)"),
        required=False,
        help_text=_("One host name on each line, the first of them the most wanted. Only for other mail servers."),
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )

    class Meta:
        model = OrganizationSettings
        fields = (
            "verified_domains_only",
            "mail_target",
            "target_tenant",
            "target_mx_hosts",
            "target_spf_include",
            "target_autodiscover_host",
        )
        widgets = {"mail_target": forms.RadioSelect}  # noqa: RUF012
        labels = {  # noqa: RUF012
            "verified_domains_only": _("Staged batches only with verified domains"),
            "mail_target": _("Where mail goes"),
            "target_tenant": _("First domain at Microsoft 365"),
            "target_spf_include": _("SPF include"),
            "target_autodiscover_host": _("Autodiscover host"),
        }
        help_texts = {  # noqa: RUF012
            "verified_domains_only": _(
                "A CSV file with mailboxes of other domains is refused. Otherwise the check only says which they are."
            ),
            "mail_target": _("Decides what the records of the domains should say when their mail has moved."),
            "target_tenant": _(
                "For example contoso.onmicrosoft.com. With it the DKIM records are shown exactly; leave it blank if unknown."
            ),
            "target_spf_include": _("Without include:, for example spf.contoso.com. Leave it blank if there is none."),
            "target_autodiscover_host": _(
                "Where mail programs ask for their settings. Leave it blank if there is none."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begun = Domain.objects.exclude(mx_stage__in=(Stage.NOT_STARTED, Stage.TTL_LOWERED)).count()
        if begun:
            self.fields["mail_target"].help_text = f"{self.fields['mail_target'].help_text} {_again(begun)}"
        self.initial["target_mx_hosts"] = "\n".join(self.instance.target_mx_hosts)

    def clean_target_mx_hosts(self) -> list[str]:
        return host_names(self.cleaned_data["target_mx_hosts"])

    def clean_target_tenant(self) -> str:
        """ "contoso.onmicrosoft.com", of "contoso" too."""
        name = self.cleaned_data["target_tenant"].lower().removesuffix(f".{TENANTS}")
        if name and not TENANT.fullmatch(name):
            raise forms.ValidationError(_("Type the domain as Microsoft 365 gave it: contoso.onmicrosoft.com."))
        return f"{name}.{TENANTS}" if name else ""

    def clean_target_spf_include(self) -> str:
        return _host_name(self.cleaned_data["target_spf_include"].removeprefix("include:"))

    def clean_target_autodiscover_host(self) -> str:
        return _host_name(self.cleaned_data["target_autodiscover_host"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        own = data.get("mail_target") == MailTarget.OWN
        if own and not data.get("target_mx_hosts") and "target_mx_hosts" not in self.errors:
            self.add_error("target_mx_hosts", _("Type at least one mail server that the MX records are to point to."))
        return data

    def changes(self) -> dict[str, tuple[Any, Any]]:
        found = super().changes()
        if "target_mx_hosts" in found:
            before, after = found["target_mx_hosts"]
            found["target_mx_hosts"] = (before.split(), after)
        return found


def _again(number: int) -> str:
    """What another target means for MX changes that are under way."""
    words = ngettext(
        "The MX change of %(number)s domain has begun: with another target all that was seen of it is judged anew, and its "
        "72 hours may begin again.",
        "The MX change of %(number)s domains has begun: with another target all that was seen of them is judged anew, and "
        "their 72 hours may begin again.",
        number,
    )
    return words % {"number": grouped(number)}


def _host_name(text: str) -> str:
    """One or none."""
    hosts = host_names(text)
    if len(hosts) > 1:
        raise forms.ValidationError(_("Type one host name."))
    return hosts[0] if hosts else ""
