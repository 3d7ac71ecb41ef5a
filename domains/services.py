"""What people do with domains. Each writes an audit row; what needs the DNS is left to the workers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone

from core import audit
from core.models import Person
from core.queue import publish
from domains.dns.tokens import new_token
from domains.family import descendants, is_below_verified
from domains.models import Domain, FormerToken, Proof


@transaction.atomic
def add_domain(name: str, *, by: Person | None) -> Domain:
    """``name`` as ``domains.dns.names`` gives it in ASCII. The domain that is there already, if somebody was quicker.

    One below a verified domain is verified at once.
    """
    now = timezone.now()
    proved = {"verified_at": now, "verified_by": Proof.PARENT} if is_below_verified(name) else {}
    begun = {"token": new_token(), "added_by": by, "mail_due_at": now}
    domain, is_new = Domain.objects.get_or_create(
        name=name, defaults={**begun, "verification_due_at": None if proved else now, **proved}
    )
    if is_new:
        audit.record(by, "add domain", domain)
        look_soon()
    return domain


@transaction.atomic
def remove_domain(domain: Domain, *, by: Person | None) -> None:
    """Forget it with all that was seen of it. Nothing changes in the DNS. Domains below it have to prove themselves."""
    FormerToken.objects.create(name=domain.name, token=domain.token)
    audit.record(by, "remove domain", domain)
    domain.delete()
    for below in descendants(domain.name).filter(verified_by=Proof.PARENT):
        if not is_below_verified(below.name):
            again = {"verified_at": None, "verified_by": "", "verification_due_at": timezone.now()}
            Domain.objects.filter(pk=below.pk).update(**again)
            look_soon()


@transaction.atomic
def check_domain(domain: Domain, *, by: Person | None) -> None:
    """Ask the name servers now for its proof and its mail records. The answers are rows some seconds later."""
    now, chosen = timezone.now(), Domain.objects.filter(pk=domain.pk)
    chosen.exclude(verified_by=Proof.PARENT).update(verification_due_at=now)
    chosen.update(asked_at=now, mail_due_at=now)
    audit.record(by, "check domain", domain)
    look_soon()


def choose_record(domain: Domain, *, dns_host: str, proof: str) -> None:
    """Which instructions somebody reads, and which record they mean to set. Either record is taken."""
    Domain.objects.filter(pk=domain.pk).update(dns_host=dns_host, proof=proof)


@transaction.atomic
def name_source_hosts(domain: Domain, hosts: Iterable[str], *, by: Person | None) -> None:
    """Say which mail servers the domain's mail goes to before the change. What was seen since then is judged anew."""
    before, after = domain.source_hosts, list(hosts)
    if before == after:
        return
    Domain.objects.filter(pk=domain.pk).update(source_hosts=after, mail_due_at=timezone.now())
    audit.record(by, "name source hosts", domain, hosts={"from": before, "to": after})
    look_soon()


def look_soon() -> None:
    """Once the transaction is committed, ask a worker to look at what is due instead of waiting for the next beat."""
    transaction.on_commit(partial(publish, "domains.tasks.check_domains"))
