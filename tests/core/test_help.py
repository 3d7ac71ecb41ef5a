"""Explanations beside what they explain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.forms import BaseForm
from django.test import Client

from batches.csv_import.columns import COLUMNS, USER_ROOT
from batches.states import BatchStatus, UserStatus
from batches.wizard.columns import PREFIX
from batches.wizard.users import UsersForm
from core.activity import ActivityFilter
from core.forms import SignInForm
from core.guide.library import chapters, reference
from core.guide.rendering import rendered
from core.help import GROUPS
from core.two_factor_views import CodeForm
from domains.standing import Status as DomainStatus
from tests.architecture.tree import ROOT
from tests.batches.examples import make_endpoint
from tests.html import page_at

OURS = ("core", "endpoints", "domains", "batches", "notifications")
SELF_EVIDENT = (SignInForm, CodeForm, ActivityFilter)
LANGUAGES = [code for code, _name in settings.LANGUAGES]
USED = re.compile(
    r"""{%% help "([a-z-]+)" "(\w+)" %%}|key="(\w+)" table="[a-z-]+" help="([a-z-]+)\"""".replace("%%", "%")
)


def forms_of(kind: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for form in kind.__subclasses__():
        yield from forms_of(form)
        if form.__module__.partition(".")[0] in OURS:
            yield form


def names_in(form: type[BaseForm]) -> set[str]:
    """Of the fields that people see."""
    return {name for name, field in vars(form).get("base_fields", {}).items() if not field.widget.is_hidden}


def our_forms() -> list[type[BaseForm]]:
    """Those that people fill in: the others are bases of theirs."""
    import_module(settings.ROOT_URLCONF)
    found = {form for form in forms_of(BaseForm) if names_in(form) and not issubclass(form, SELF_EVIDENT)}
    return sorted(found, key=lambda form: f"{form.__module__}.{form.__name__}")


def fields_of(form: type[BaseForm]) -> set[str]:
    columns = {column for listed in COLUMNS.values() for column in listed} - {USER_ROOT}
    of_the_file = {PREFIX + column for column in columns} if issubclass(form, UsersForm) else set()
    return {*names_in(form), *of_the_file}


def explained_in(form: type[BaseForm]) -> dict[str, set[str]]:
    return {group: set(GROUPS[group].texts) for group in getattr(form, "explained_by", ())}


def test_every_field_of_every_form_is_explained() -> None:
    forms = our_forms()
    assert len(forms) > 15
    bare = {
        f"{form.__module__}.{form.__name__}": fields_of(form).difference(*explained_in(form).values()) for form in forms
    }
    assert {name: fields for name, fields in bare.items() if fields} == {}


def test_no_explanation_of_a_field_outlives_the_field() -> None:
    explained: dict[str, set[str]] = {}
    asked: dict[str, set[str]] = {}
    for form in our_forms():
        for group, names in explained_in(form).items():
            explained[group] = names
            asked.setdefault(group, set()).update(fields_of(form))
    assert {group: names - asked[group] for group, names in explained.items() if names - asked[group]} == {}


def test_every_status_is_explained() -> None:
    assert set(GROUPS["batch-status"].texts) == {*BatchStatus, "deleted", "synced_once"}
    assert set(GROUPS["user-status"].texts) == {*UserStatus, "synced_once"}
    assert set(GROUPS["domain-status"].texts) == set(DomainStatus)


def test_every_question_mark_of_a_page_has_its_words() -> None:
    pages = "".join(path.read_text() for path in Path(ROOT / "templates").rglob("*.html"))
    used = {(group or of_column, name or key) for group, name, key, of_column in USED.findall(pages)}
    assert len(used) > 20
    assert {(group, name) for group, name in used if name not in GROUPS[group].texts} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_learn_more_leads_to_a_place_that_the_guide_has(language: str) -> None:
    pages = {f"reference/{slug}/": page for slug, page in reference().items()}
    pages |= {f"{slug}/": page for slug, page in chapters(language).items()}
    assert GROUPS
    for group in GROUPS.values():
        address, _hash, anchor = group.more.partition("#")
        assert anchor in {heading.anchor for heading in rendered(pages[address]).headings}, group.more


def test_a_question_mark_opens_its_words_without_a_script(helpdesk_client: Client) -> None:
    make_endpoint()
    page = page_at(helpdesk_client, "/endpoints/")
    mark = page.all("button", class_="help")[0]
    words = page.one("div", id=mark["popovertarget"])
    assert mark["aria-describedby"] == words["id"]
    assert "popover" in words.attributes
    assert words.text.startswith("How many mailboxes are copied")


def test_a_field_has_its_question_mark(administrator_client: Client) -> None:
    page = page_at(administrator_client, "/settings/syncs/")
    mark = page.one("button", class_="help")
    words = page.one("div", id=mark["popovertarget"])
    assert words.text.endswith("Learn more")
    assert page.one("a", href="/guide/organization/#settings").text == "Learn more"
