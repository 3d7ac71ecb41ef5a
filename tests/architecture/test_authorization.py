"""Who may call what: every URL and method, and five kinds of people. A URL that is not in the table fails its test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.models import Person, Role
from core.organization import keep, stored_settings
from tests.conftest import person

# Whom each word in the table lets in. ``allowed-helpdesk`` is helpdesk where the settings allow it to download reports.
LETS_IN = {
    "anyone": {"stranger", "helpdesk", "allowed-helpdesk", "manager", "administrator"},
    "people": {"helpdesk", "allowed-helpdesk", "manager", "administrator"},
    "downloaders": {"allowed-helpdesk", "manager", "administrator"},
    "auditors": {"manager", "administrator"},
    "administrators": {"administrator"},
    "-": set[str](),  # the method is not taken
}
EVERYBODY = sorted(LETS_IN["anyone"])
TABLE = """
core:home                       | people         | -
core:sign-in                    | anyone         | anyone
core:second-step                | anyone         | anyone
core:openid                     | anyone         | -
core:openid-callback            | anyone         | -
core:join                       | anyone         | anyone
core:account                    | people         | -
core:two-factor                 | people         | -
core:two-factor-start           | -              | people
core:two-factor-qr              | people         | -
core:two-factor-confirm         | -              | people
core:two-factor-change          | -              | people
core:change-password            | people         | people
core:end-other-sessions         | -              | people
core:sign-out                   | -              | people
core:preferences                | people         | people
core:look                       | -              | anyone
core:activity                   | auditors       | -
core:activity-export            | auditors       | -
core:settings                   | administrators | administrators
core:people                     | administrators | -
core:invite                     | administrators | administrators
core:person                     | administrators | -
core:mail-link                  | -              | administrators
core:change-role                | -              | administrators
core:person-command             | administrators | administrators
core:settings-section           | administrators | administrators
core:healthz                    | anyone         | -
overview:start                  | people         | -
overview:throughput             | people         | -
overview:tick                   | -              | administrators
overview:untick                 | -              | administrators
batches:list                    | people         | -
batches:search                  | people         | -
batches:wizard-start            | administrators | administrators
batches:wizard-sample           | administrators | -
batches:wizard-corrected        | administrators | -
batches:wizard-leave            | administrators | -
batches:wizard-discard          | administrators | administrators
batches:wizard-summary          | administrators | administrators
batches:wizard-pre-check        | -              | administrators
batches:wizard-step             | administrators | administrators
batches:selected-start          | -              | administrators
batches:selected-stop           | -              | administrators
batches:selected-retry          | -              | administrators
batches:selected-sync-now       | -              | administrators
batches:selected-delete         | -              | administrators
batches:detail                  | people         | -
batches:delete                  | administrators | administrators
batches:deletion                | people         | -
batches:start                   | -              | administrators
batches:stop                    | administrators | administrators
batches:retry                   | -              | administrators
batches:sync-now                | -              | administrators
batches:settings                | administrators | administrators
batches:statistics              | downloaders    | -
batches:statistics-xlsx         | downloaders    | -
batches:errors                  | downloaders    | -
batches:errors-xlsx             | downloaders    | -
batches:skipped-items           | downloaders    | -
batches:skipped-items-xlsx      | downloaders    | -
batches:verifications           | downloaders    | -
batches:verifications-xlsx      | downloaders    | -
batches:verifications-json      | downloaders    | -
batches:users                   | people         | -
batches:selected-users-resume   | -              | administrators
batches:selected-users-stop     | -              | administrators
batches:selected-users-sync-now | -              | administrators
batches:selected-users-verify   | -              | administrators
batches:selected-users-delete   | -              | administrators
batches:selected-users-move     | -              | administrators
batches:add-users               | administrators | administrators
batches:add-users-now           | -              | administrators
batches:add-users-discard       | -              | administrators
batches:from-failed             | -              | administrators
batches:file                    | downloaders    | -
batches:user                    | people         | -
batches:user-sign-in            | administrators | administrators
batches:user-delete             | administrators | administrators
batches:user-resume             | -              | administrators
batches:user-stop               | administrators | administrators
batches:user-sync-now           | -              | administrators
batches:item-original           | administrators | -
batches:item-retry              | -              | administrators
batches:verify                  | -              | administrators
batches:verify-stop             | -              | administrators
batches:evidence                | downloaders    | -
batches:user-verify             | -              | administrators
batches:user-verify-stop        | -              | administrators
batches:user-evidence           | downloaders    | -
batches:user-log                | downloaders    | -
batches:user-report             | downloaders    | -
endpoints:list                  | people         | -
endpoints:new                   | administrators | administrators
endpoints:discard               | administrators | administrators
endpoints:wizard                | administrators | administrators
endpoints:sign-in-preview       | administrators | -
endpoints:port                  | administrators | -
endpoints:selected-delete       | -              | administrators
endpoints:detail                | people         | -
endpoints:created               | administrators | -
endpoints:edit                  | administrators | administrators
endpoints:test                  | -              | administrators
endpoints:trust-certificate     | -              | administrators
endpoints:choose-default-target | -              | administrators
endpoints:make-default-target   | -              | administrators
endpoints:delete                | administrators | administrators
reports:index                   | downloaders    | -
reports:skipped                 | downloaders    | -
reports:diagnostics             | administrators | -
reports:statistics              | downloaders    | -
reports:statistics-xlsx         | downloaders    | -
reports:errors                  | downloaders    | -
reports:errors-xlsx             | downloaders    | -
reports:skipped-items           | downloaders    | -
reports:skipped-items-xlsx      | downloaders    | -
reports:verifications           | downloaders    | -
reports:verifications-xlsx      | downloaders    | -
reports:verifications-json      | downloaders    | -
guide:contents                  | people         | -
guide:reference                 | people         | -
guide:chapter                   | people         | -
notifications:index             | people         | -
notifications:bell              | people         | -
notifications:read              | -              | people
notifications:mails             | administrators | -
notifications:mail              | administrators | -
notifications:mail-retry        | -              | administrators
notifications:webhooks          | administrators | -
notifications:webhook-new       | administrators | administrators
notifications:webhook           | administrators | -
notifications:webhook-test      | -              | administrators
notifications:webhook-switch    | -              | administrators
notifications:webhook-delete    | administrators | administrators
domains:list                    | people         | -
domains:new                     | administrators | administrators
domains:detail                  | people         | -
domains:mail                    | people         | -
domains:setup                   | administrators | administrators
domains:check                   | -              | administrators
domains:source-hosts            | administrators | administrators
domains:remove                  | administrators | administrators
"""
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def cells() -> Iterator[tuple[str, str, str]]:
    """The URL's name, a method and the word for it."""
    for line in TABLE.strip().splitlines():
        name, get, post = (cell.strip() for cell in line.split("|"))
        yield from ((name, "GET", get), (name, "POST", post), (name, "DELETE", "-"))


def urls(resolver: URLResolver, path: str = "/", namespace: str = "") -> Iterator[tuple[str, str]]:
    """The name and a sample of each URL. Its numbers belong to no row: who may not, is refused before any is read."""
    for part in resolver.url_patterns:
        below = path + sample(part)
        if isinstance(part, URLPattern):
            yield namespace + str(part.name), below
        else:
            yield from urls(part, below, namespace + (f"{part.namespace}:" if part.namespace else ""))


def sample(part: URLPattern | URLResolver) -> str:
    text = str(part.pattern)
    for name, converter in part.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        text = text.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES[kind])
    return text


URLS = dict(urls(get_resolver()))
SIGN_IN = f"{resolve_url(settings.LOGIN_URL)}?next="


def verdict(answer: HttpResponseBase) -> str:
    """What became of a request. Who is let in may still hear that there is no such row, or that a field is missing."""
    list(answer)  # files are made while they are read
    if answer.headers.get("Location", "").startswith(SIGN_IN):
        return "asked to sign in"
    return {403: "refused", 405: "method not taken"}.get(answer.status_code, "let in")


def expected(who: str, word: str) -> str:
    if who in LETS_IN[word]:
        return "let in"
    if who == "stranger":
        return "asked to sign in"
    return "method not taken" if word == "-" else "refused"


def walk(who: str, visitor: Person | None) -> Iterator[str]:
    """Each answer that is another than the table says. A method that is not taken is tried by administrators alone."""
    client = Client()
    if visitor:
        client.force_login(visitor)
    for name, method, word in cells():
        if word == "-" and who != "administrator":
            continue
        found = verdict(client.generic(method, URLS[name]))
        if found != expected(who, word):
            yield f"{method} {name}: {who} is {found}, not {expected(who, word)}"
        if visitor and method == "POST" and word != "administrators":  # what people do to themselves may end sessions
            client.force_login(Person.objects.get(pk=visitor.pk))


def test_the_table_names_every_url_once() -> None:
    assert not [path for path in URLS.values() if "<" in path]
    assert sorted(name for name, method, _ in cells() if method == "GET") == sorted(URLS)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.django_db
def test_every_url_lets_in_whom_it_should_and_nobody_else(who: str) -> None:
    if who == "allowed-helpdesk":
        changed = stored_settings()
        changed.helpdesk_may_download = True
        keep(changed)
    visitor = None if who == "stranger" else person(Role(who.removeprefix("allowed-")))
    assert list(walk(who, visitor)) == []
