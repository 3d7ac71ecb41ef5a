"""What every row of a grid draws: in Python, because a page has fifty rows."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import links

register = template.Library()


@register.simple_tag
def link(view: str, *numbers: int) -> str:
    """As ``url``, for what stands in every row."""
    return links.link(view, *numbers)


@register.simple_tag
def select_row(key: int, name: str) -> SafeString:
    """The first cell of a row that can be selected. See includes/selection.html."""
    return format_html(
        '<td class="select"><input type="checkbox" class="tick" name="selected" value="{0}" form="selection"'
        ' id="select-{0}" autocomplete="off" aria-label="{1}"></td>',
        str(key),
        _("Select %(name)s") % {"name": name},
    )


@register.simple_tag
def percentage_synced(percentage: int, name: str) -> SafeString:
    """How much of what is called ``name`` has been synced, as a bar and as a figure."""
    return format_html(
        '<div class="meter"><progress class="bar" max="100" value="{0}" aria-label="{1}"></progress>'
        '<span class="figure">{0} %</span></div>',
        str(percentage),
        _("Percentage synced of %(name)s") % {"name": name},
    )
