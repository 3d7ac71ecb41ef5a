"""Explanations that open where somebody points, tabs or taps, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.help import GROUPS, element_id
from core.templatetags.page import icon

register = template.Library()


@register.simple_tag(name="help")
def help_button(group: str, name: str) -> SafeString:
    """A question mark, with its explanation: beside a field or a heading."""
    return _button(group, name, get_language())


@cache
def _button(group: str, name: str, _language: str | None) -> SafeString:
    mark = format_html('{}<span class="visually-hidden">{}</span>', icon("help"), _("What is this?"))
    button = format_html(
        '<button type="button" class="help" popovertarget="{0}" aria-describedby="{0}">{1}</button>',
        element_id(group, name),
        mark,
    )
    return button + _words(group, name)


@register.simple_tag
def field_help(field: BoundField) -> SafeString:
    """The question mark of a field whose form says in ``explained_by`` which groups explain it; nothing for others."""
    groups: Sequence[str] = getattr(field.form, "explained_by", ())
    found = next((group for group in groups if field.name in GROUPS[group].texts), None)
    return help_button(found, field.name) if found else SafeString()


@register.simple_tag
def help_texts(group: str) -> SafeString:
    """All explanations of a group: once on a page whose badges point at them, outside of what updates itself."""
    return _all_words(group, get_language())


@cache
def _all_words(group: str, _language: str | None) -> SafeString:
    return format_html_join("", "{}", ((_words(group, name),) for name in GROUPS[group].texts))


def explained(group: str, name: str, words: object, css: str) -> SafeString:
    """A button around ``words`` that opens an explanation of ``help_texts``.

    It is no stop of the Tab key, of which a grid of fifty rows would have fifty: arrow keys reach it.
    """
    return format_html(
        '<button type="button" class="{0}" tabindex="-1" popovertarget="{1}" aria-describedby="{1}">{2}</button>',
        css,
        element_id(group, name),
        words,
    )


def _words(group: str, name: str) -> SafeString:
    known = GROUPS[group]
    more = format_html('<a href="{}{}">{}</a>', reverse("guide:contents"), known.more, _("Learn more"))
    return format_html(
        '<div class="help-words" id="{}" popover>{} {}</div>', element_id(group, name), known.texts[name], more
    )
