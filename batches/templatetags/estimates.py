"""How estimates are drawn."""

from __future__ import annotations

from django import template

from batches import eta_words as words
from batches.eta import Eta

register = template.Library()


@register.filter
def eta_words(eta: Eta) -> str:
    """``between 14:20 and 15:05 CET``, or why nothing can be said."""
    return words.eta_words(eta)
