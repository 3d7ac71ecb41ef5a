"""Where somebody can be: every page, and what appears on one when something is pressed. No word of any language is used."""

from __future__ import annotations

import base64
from collections.abc import Callable

from django.urls import reverse
from django_otp.oath import totp
from playwright.sync_api import expect

from core.models import Authenticator, Person, Role
from core.people import invite, join_path
from core.settings_forms import SECTIONS
from notifications.models import Mail, Webhook
from tests.conftest import PASSWORD
from tests.e2e.showcase import Showcase
from tests.e2e.visitor import Visitor


def batch_pages(shown: Showcase) -> dict[str, str]:
    running = shown.running.pk
    users = {name: getattr(shown, name).pk for name in ("at_work", "failed", "skipping")}
    return {
        "batches": reverse("batches:list"),
        "batches-none": reverse("batches:list") + "?q=nothing",
        "batch-running": reverse("batches:detail", args=[running]),
        "batch-halted": reverse("batches:detail", args=[shown.halted.pk]),
        "batch-delete": reverse("batches:detail", args=[running]) + "delete/",
        "batch-deletion": reverse("batches:deletion", args=[running]),
        "batch-settings": reverse("batches:settings", args=[running]),
        "users": reverse("batches:users", args=[running]),
        "users-add": reverse("batches:add-users", args=[running]),
        "user-sign-in": reverse("batches:user-sign-in", args=[running, users["failed"]]),
        **{f"user-{name}": reverse("batches:user", args=[running, pk]) for name, pk in users.items()},
    }


def batch_wizard(shown: Showcase) -> dict[str, str]:
    empty, damaged, ready = (draft.pk for draft in shown.batch_drafts)
    files = {"users": empty, "problems": damaged, "preview": ready}
    return {
        "batch-wizard-type": reverse("batches:wizard-start"),
        **{f"batch-wizard-{name}": reverse("batches:wizard-step", args=[pk, "users"]) for name, pk in files.items()},
        **{
            f"batch-wizard-{slug}": reverse("batches:wizard-step", args=[ready, slug])
            for slug in ("endpoints", "configuration", "start")
        },
        "batch-wizard-summary": reverse("batches:wizard-summary", args=[ready]),
    }


def endpoint_pages(shown: Showcase) -> dict[str, str]:
    source = [shown.source.pk]
    return {
        "endpoints": reverse("endpoints:list"),
        "endpoint": reverse("endpoints:detail", args=source),
        "endpoint-unsafe": reverse("endpoints:detail", args=[shown.unsafe.pk]),
        "endpoint-edit": reverse("endpoints:edit", args=source),
        "endpoint-edit-all": reverse("endpoints:edit", args=[shown.unsafe.pk]),
        "endpoint-delete": reverse("endpoints:delete", args=source),
        "endpoint-created": reverse("endpoints:created", args=source),
    }


def endpoint_wizard(shown: Showcase) -> dict[str, str]:
    untried, refused, tried = (draft.pk for draft in shown.endpoint_drafts)
    steps = {"account": untried, "connection": untried, "general": tried}
    return {
        "endpoint-wizard-type": reverse("endpoints:new"),
        **{f"endpoint-wizard-{slug}": reverse("endpoints:wizard", args=[pk, slug]) for slug, pk in steps.items()},
        "endpoint-wizard-refused": reverse("endpoints:wizard", args=[refused, "connection"]),
    }


def notification_pages(_: Showcase) -> dict[str, str]:
    return {
        "notifications": reverse("notifications:index"),
        "mails": reverse("notifications:mails"),
        "mail": reverse("notifications:mail", args=[Mail.objects.latest("pk").pk]),
        "webhooks": reverse("notifications:webhooks"),
        "webhook-new": reverse("notifications:webhook-new"),
        "webhook": reverse("notifications:webhook", args=[Webhook.objects.latest("pk").pk]),
        "webhook-delete": reverse("notifications:webhook-delete", args=[Webhook.objects.latest("pk").pk]),
    }


def domain_pages(shown: Showcase) -> dict[str, str]:
    verified, waiting, begun = (domain.pk for domain in shown.domains)
    return {
        "domains": reverse("domains:list"),
        "domain": reverse("domains:detail", args=[verified]),
        "demo-dns": "/demo/dns/",
        "domain-mail": reverse("domains:mail", args=[verified]),
        "domain-mail-empty": reverse("domains:mail", args=[begun]),
        "domain-waiting": reverse("domains:detail", args=[waiting]),
        "domain-remove": reverse("domains:remove", args=[verified]),
        "domain-source-hosts": reverse("domains:source-hosts", args=[verified]),
        "domain-wizard-name": reverse("domains:new"),
        **{f"domain-wizard-{slug}": reverse("domains:setup", args=[begun, slug]) for slug in ("host", "record")},
        "domain-wizard-waiting": reverse("domains:setup", args=[waiting, "verification"]),
        "domain-wizard-verified": reverse("domains:setup", args=[verified, "verification"]),
    }


def other_pages(shown: Showcase) -> dict[str, str]:
    return {
        "overview": reverse("overview:start"),
        "throughput": reverse("overview:throughput") + "?span=day",
        "search": reverse("batches:search") + "?q=a",
        "search-none": reverse("batches:search") + "?q=nobody",
        "reports": reverse("reports:index"),
        "reports-skipped": reverse("reports:skipped"),
        "reports-none": reverse("reports:skipped") + "?q=nobody",
        "preferences": reverse("core:preferences"),
        "people": reverse("core:people"),
        "people-invite": reverse("core:invite"),
        "person": reverse("core:person", args=[shown.colleague.pk]),
        "person-disable": reverse("core:person-command", args=[shown.colleague.pk, "disable"]),
        "account": reverse("core:account"),
        "two-factor": reverse("core:two-factor"),
        "password": reverse("core:change-password"),
        "activity": reverse("core:activity"),
        "activity-none": reverse("core:activity") + "?q=nothing",
        **{f"settings-{slug}": reverse("core:settings-section", args=[slug]) for slug in SECTIONS},
        "not-found": reverse("batches:list") + "0/",
        "guide": reverse("guide:contents"),
        "guide-chapter": reverse("guide:chapter", args=["endpoints"]),
        "guide-reference": reverse("guide:reference", args=["pitfalls"]),
    }


PAGES = (batch_pages, batch_wizard, endpoint_pages, endpoint_wizard, notification_pages, domain_pages, other_pages)


def open_menu(visitor: Visitor, _: Showcase) -> None:
    visitor.go("batches:list")
    visitor.page.locator("details.menu:not(.look-menu) summary").click()


def ask_for_help(visitor: Visitor, shown: Showcase) -> None:
    visitor.go("batches:users", shown.running.pk)
    visitor.page.locator("td .badge").first.focus()
    expect(visitor.page.locator(".help-words:popover-open")).to_be_visible()


def ask_with_selection(visitor: Visitor, command: str) -> None:
    """To do something to the first two rows of the list that is open."""
    for number in range(2):
        visitor.page.locator("[name=selected]").nth(number).check()
    visitor.page.locator(command).click()
    expect(visitor.page.get_by_role("dialog")).to_be_visible()


def delete_batches(visitor: Visitor, _: Showcase) -> None:
    visitor.go("batches:list")
    ask_with_selection(visitor, "#selected-delete")


def move_mailboxes(visitor: Visitor, shown: Showcase) -> None:
    visitor.go("batches:users", shown.running.pk)
    ask_with_selection(visitor, "#selected-move")


def begin_second_factor(visitor: Visitor, _: Showcase) -> None:
    visitor.go("core:two-factor")
    visitor.page.locator("main .button-primary").click()
    expect(visitor.page.locator("img.qr")).to_be_visible()


def finish_second_factor(visitor: Visitor, shown: Showcase) -> None:
    begin_second_factor(visitor, shown)
    key = base64.b32decode(Authenticator.objects.get().key)
    visitor.page.locator("main input[name=code]").fill(f"{totp(key):06}")
    visitor.page.locator("main .button-primary").click()
    expect(visitor.page.locator("#codes")).to_be_visible()


SCENES: dict[str, Callable[[Visitor, Showcase], None]] = {
    "menu": open_menu,
    "help": ask_for_help,
    "batches-delete": delete_batches,
    "users-move": move_mailboxes,
    "two-factor-begun": begin_second_factor,
    "two-factor-codes": finish_second_factor,
}


def sign_in(visitor: Visitor, _: Person) -> None:
    visitor.go("core:sign-in")


def choose_a_look(visitor: Visitor, _: Person) -> None:
    visitor.go("core:sign-in")
    visitor.page.locator("details.look-menu summary").click()


def type_code(visitor: Visitor, person: Person) -> None:
    Authenticator.objects.create(user=person, key=base64.b32encode(b"k" * 20).decode(), confirmed=True)
    sign_in(visitor, person)
    visitor.page.locator("[name=username]").fill(person.username)
    visitor.page.locator("[name=password]").fill(PASSWORD)
    visitor.page.locator("main .button-primary").click()
    expect(visitor.page.locator("[name=code]")).to_be_visible()


def join(visitor: Visitor, inviting: Person) -> None:
    colleague = Person(username="judyl", email="judyl@contoso.com", role=Role.MANAGER)
    invite(colleague, by=inviting)
    visitor.open(join_path(colleague))


SCENES_OF_STRANGERS: dict[str, Callable[[Visitor, Person], None]] = {
    "sign-in": sign_in,
    "look": choose_a_look,
    "sign-in-code": type_code,
    "join": join,
}
