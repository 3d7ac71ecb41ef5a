"""The page that plays the DNS host of the organization in the demo: what is saved is in the zone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from core.models import Person
from domains.models import Domain
from domains.services import add_domain
from migrationcenter.demo.control_panel.records import lines
from migrationcenter.demo.dns.records import first_zone
from migrationcenter.demo.dns.zone_file import ZoneFile
from tests.conftest import signed_in
from tests.html import page_at

TOKEN = {"host": "@", "kind": "TXT", "value": "MS=ms12345678", "priority": "", "ttl": "3600"}


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ZoneFile]:
    file = ZoneFile(tmp_path / "contoso.com.zone")
    file.path.write_text(first_zone(followed=True))
    monkeypatch.setenv("DEMO_ZONE", str(file.path))
    with override_settings(ROOT_URLCONF="migrationcenter.demo.urls"):
        yield file


def shown(zone: ZoneFile) -> list[str]:
    return [
        f"{line.label} {line.ttl} {line.kind} {'' if line.priority is None else f'{line.priority} '}{line.value}"
        for line in lines(zone.read())
    ]


def add(client: Client, **changes: object) -> str:
    return client.post(reverse("demo:records"), {**TOKEN, **changes}, follow=True).content.decode()


def test_a_record_is_added_beside_others_of_its_host(zone: ZoneFile, administrator_client: Client) -> None:
    page = add(administrator_client)
    assert "Saved. The first name server has it now, the second one 12 seconds later." in page
    assert "MS=ms12345678" in page
    assert [line for line in shown(zone) if " TXT " in line and line.startswith("@")] == [
        "@ 3600 TXT MS=ms12345678",
        "@ 3600 TXT v=spf1 mx -all",
    ]


def test_the_domain_is_added_to_what_is_typed_as_at_many_dns_hosts(
    zone: ZoneFile, administrator_client: Client
) -> None:
    assert "contoso.com.contoso.com" in add(administrator_client, host="contoso.com")
    add(administrator_client, host="contoso.com.", value="MS=ms2")
    assert {"contoso.com 3600 TXT MS=ms12345678", "@ 3600 TXT MS=ms2"} <= set(shown(zone))


def test_quotes_are_a_part_of_the_value_as_they_were_typed(zone: ZoneFile, administrator_client: Client) -> None:
    add(administrator_client, value='"MS=ms12345678" ')
    assert '@ 3600 TXT "MS=ms12345678" ' in shown(zone)


def test_a_long_value_is_kept_whole(zone: ZoneFile, administrator_client: Client) -> None:
    add(administrator_client, value="x" * 700)
    assert f"@ 3600 TXT {'x' * 700}" in shown(zone)


def test_a_record_is_changed_with_its_lifetime(zone: ZoneFile, administrator_client: Client) -> None:
    (old,) = [line for line in lines(zone.read()) if line.kind == "MX"]
    page = administrator_client.get(reverse("demo:edit", args=[old.key])).content.decode()
    assert 'value="mail.contoso.com"' in page
    changed = {"host": "@", "kind": "MX", "value": "mx.fabrikam.com", "priority": "0", "ttl": "600"}
    administrator_client.post(reverse("demo:edit", args=[old.key]), changed)
    assert [line for line in shown(zone) if " MX " in line] == ["@ 600 MX 0 mx.fabrikam.com"]


def test_every_record_can_be_edited_and_the_way_back_leads_to_the_domain(
    zone: ZoneFile, administrator_client: Client
) -> None:
    page = page_at(administrator_client, reverse("demo:records"))
    edits = [link["href"] for link in page.all("a") if link.text.startswith("Edit or delete")]
    assert edits == [reverse("demo:edit", args=[line.key]) for line in lines(zone.read()) if line.can_change]
    assert page.all("a", href="/domains/")
    domain = add_domain("contoso.com", by=None)
    page = page_at(administrator_client, reverse("demo:records"))
    assert page.one("a", href=f"/domains/{domain.pk}/setup/record/").text == "Back to contoso.com"
    Domain.objects.update(verified_at=timezone.now())
    assert page_at(administrator_client, reverse("demo:records")).all("a", href=f"/domains/{domain.pk}/mail/")


def test_a_record_is_deleted(zone: ZoneFile, administrator_client: Client) -> None:
    (old,) = [line for line in lines(zone.read()) if line.host == "autodiscover.contoso.com"]
    administrator_client.post(reverse("demo:delete", args=[old.key]))
    assert not [line for line in shown(zone) if line.startswith("autodiscover ")]
    assert administrator_client.get(reverse("demo:edit", args=[old.key])).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "A", "value": "mail.contoso.com"},
        {"kind": "MX", "value": "mail..contoso.com"},
        {"host": "www.fabrikam.com."},
        {"host": "x" * 70},
        {"kind": "CNAME", "value": "elsewhere.fabrikam.com"},
        {"kind": "TXT", "host": "autodiscover"},
        {"value": ""},
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_in_words_and_changes_nothing(
    zone: ZoneFile, administrator_client: Client, wrong: dict[str, str]
) -> None:
    before = zone.path.read_text()
    assert "There is a problem" in add(administrator_client, **wrong)
    assert zone.path.read_text() == before


def test_only_administrators_change_records(zone: ZoneFile, helpdesk: Person) -> None:
    before = zone.path.read_text()
    client = signed_in(helpdesk)
    (old, *_) = [line for line in lines(zone.read()) if line.can_change]
    for name, args in (("records", []), ("edit", [old.key]), ("delete", [old.key])):
        assert client.post(reverse(f"demo:{name}", args=args), TOKEN).status_code == 403
    assert zone.path.read_text() == before
