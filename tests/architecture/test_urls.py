"""Every URL demands what it has to: a walk over the site map, so that a new page can not be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from batches.reports.urls import downloads

OF_ALL = {f"reports:{name}" for name in ("index", "skipped", *(path.name for path in downloads()))}
PUBLIC = {"core:sign-in", "core:second-step", "core:openid", "core:openid-callback", "core:join", "core:healthz"}
EVERYBODYS_POSTS = {
    *("core:sign-in", "core:second-step", "core:join", "core:sign-out", "core:preferences"),
    "notifications:read",
    *("core:change-password", "core:end-other-sessions"),
    *("core:two-factor-start", "core:two-factor-confirm", "core:two-factor-change"),
}
DOWNLOADS = {
    *(f"batches:{path.name}" for path in downloads()),
    "batches:user-report",
    "batches:evidence",
    "batches:file",
    "batches:user-evidence",
}
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


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


def posts(client: Client) -> dict[str, int]:
    """The answer to a POST to each URL that takes one."""
    answers = {name: client.post(path).status_code for name, path in URLS.items() if name not in EVERYBODYS_POSTS}
    return {name: status for name, status in answers.items() if status != 405}


def answers(client: Client, names: set[str]) -> set[int]:
    """To a GET of each URL; files are read to their ends."""
    found: list[Any] = [client.get(URLS[name]) for name in names]
    for answer in found:
        list(answer)
    return {answer.status_code for answer in found}


def test_the_walk_finds_the_pages() -> None:
    assert {
        "core:home",
        "batches:list",
        "endpoints:list",
        "domains:list",
        *PUBLIC,
        *EVERYBODYS_POSTS,
        *DOWNLOADS,
        *OF_ALL,
    } <= set(URLS)
    assert not [path for path in URLS.values() if "<" in path]


@pytest.mark.parametrize("name", sorted(set(URLS) - PUBLIC))
@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in(name: str, stranger: Client) -> None:
    for answer in (stranger.get(URLS[name]), stranger.post(URLS[name])):
        assert answer.status_code == 302
        assert answer.headers["Location"].partition("?")[0] == resolve_url(settings.LOGIN_URL)


def test_helpdesk_and_managers_change_nothing(helpdesk_client: Client, manager_client: Client) -> None:
    for client in (helpdesk_client, manager_client):
        assert set(posts(client).values()) == {403}


def test_administrators_may_do_all_that_others_may_not(administrator_client: Client) -> None:
    assert 403 not in posts(administrator_client).values()


def test_helpdesk_downloads_nothing(helpdesk_client: Client, manager_client: Client) -> None:
    assert answers(helpdesk_client, DOWNLOADS | OF_ALL) == {403}
    assert answers(manager_client, DOWNLOADS) == {404}
    assert answers(manager_client, OF_ALL) == {200}


def test_only_administrators_take_the_diagnostics(administrator_client: Client, manager_client: Client) -> None:
    assert answers(manager_client, {"reports:diagnostics"}) == {403}
    assert answers(administrator_client, {"reports:diagnostics"}) == {200}
