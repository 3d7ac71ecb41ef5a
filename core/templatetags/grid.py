"""What every row of a grid draws: in Python, because a page has fifty rows, and kept, because who watches sees them again and again."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import links
from core.templatetags.page import kept

register = template.Library()

CURRENT = SafeString(' aria-current="true"')


@register.simple_tag
def link(view: str, *numbers: int, query: str = "") -> str:
    """As ``url``, for what stands in every row; with a query string behind it, from its "?" on."""
    return links.link(view, *numbers) + query


@register.simple_tag
def row_link(kind: str, key: int, words: str, url: str, here: int | str) -> SafeString:
    """The name of a row, which leads to its details beside the list; ``here`` is the key of the row whose details are shown.

    ``kind`` is the beginning of its id, and that of the table's.
    """
    return _row_link(kind, key, words, url, CURRENT if key == here else "")


@kept
def _row_link(kind: str, key: int, words: str, url: str, current: str) -> SafeString:
    return format_html(
        '<a id="{0}-{1}" class="row-link" href="{2}"{3} hx-get="{2}" hx-push-url="true" hx-sync="#{0}-table:replace"'
        ' hx-target="#{0}-table">{4}</a>',
        kind,
        str(key),
        url,
        current,
        words,
    )


@register.simple_tag
def select_row(key: int, name: str) -> SafeString:
    """The first cell of a row that can be selected. See includes/selection.html."""
    return _select_row(key, name, get_language())


@kept
def _select_row(key: int, name: str, _language: str | None) -> SafeString:
    return format_html(
        '<td class="select"><input type="checkbox" class="tick" name="selected" value="{0}" form="selection"'
        ' id="select-{0}" autocomplete="off" aria-label="{1}"></td>',
        str(key),
        _("Select %(name)s") % {"name": name},
    )


@register.simple_tag
def percentage_synced(percentage: int, name: str) -> SafeString:
    """How much of what is called ``name`` has been synced, as a bar and as a figure."""
    return _percentage_synced(percentage, name, get_language())


@kept
def _percentage_synced(percentage: int, name: str, _language: str | None) -> SafeString:
    return format_html(
        '<div class="meter"><progress class="bar" max="100" value="{0}" aria-label="{1}"></progress>'
        '<span class="figure">{0} %</span></div>',
        str(percentage),
        _("Percentage synced of %(name)s") % {"name": name},
    )
