"""How long it took, in words."""

from __future__ import annotations

from datetime import timedelta

from django import template

from custodes.access.missing.telling import lasted as in_words

register = template.Library()


@register.filter
def lasted(length: timedelta | None) -> str:
    """Minutes and seconds; empty for none."""
    return in_words(length)
