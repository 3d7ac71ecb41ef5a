"""What the records of a domain should say once its mail is received by the target."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Target:
    """Empty parts are not checked. Names in lower case without a final dot.

    ``mx_also`` are other right answers, with ``*`` for anything. ``dkim_hosts`` are where selector1 and selector2 point;
    with ``*`` in it, the exact record is not known. ``dkim_also`` are other right places.
    """

    mx_hosts: tuple[str, ...]
    mx_preference: int = 0
    mx_also: tuple[str, ...] = ()
    spf_include: str = ""
    autodiscover_host: str = ""
    dkim_hosts: tuple[str, ...] = ()
    dkim_also: tuple[str, ...] = ()

    def receives(self, host: str) -> bool:
        return any(fnmatchcase(host, pattern) for pattern in (*self.mx_hosts, *self.mx_also))

    def signs(self, host: str) -> bool:
        """Whether a DKIM record that points to ``host`` is the target's."""
        return any(fnmatchcase(host, pattern) for pattern in (*self.dkim_hosts, *self.dkim_also))


def microsoft_365(domain: str, tenant: str = "") -> Target:
    """``domain`` in ASCII; ``tenant`` is the first name of the organization's onmicrosoft.com domain, where known."""
    dashed = domain.replace(".", "-")
    return Target(
        mx_hosts=(f"{dashed}.mail.protection.outlook.com",),
        mx_also=(f"{dashed}.*.mx.microsoft",),  # with DANE
        spf_include="spf.protection.outlook.com",
        autodiscover_host="autodiscover.outlook.com",
        dkim_hosts=tuple(f"{selector}-{dashed}._domainkey.{tenant or '*'}.onmicrosoft.com" for selector in SELECTORS),
        dkim_also=tuple(f"{selector}-{dashed}._domainkey.*.dkim.mail.microsoft" for selector in SELECTORS),
    )


SELECTORS = ("selector1", "selector2")
