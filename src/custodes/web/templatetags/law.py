"""Template filters of the law's pages (``{% load law %}``)."""

from __future__ import annotations

from typing import Any

from django import template

from custodes.law.grounds.ground import Unmet
from custodes.web.lawbook.asking import english

register = template.Library()


@register.filter
def said(value: Any) -> Any:
    """What the library says in both languages, in the language of the page: of an object with `zh` and `en`, or a pair."""
    if isinstance(value, tuple):
        return value[1 if english() else 0]
    return value.en if english() else value.zh


@register.filter
def reason(unmet: Unmet) -> str:
    """What is missing, in the language of the page."""
    return unmet.reason_en if english() else unmet.reason_zh


@register.filter
def remedy(unmet: Unmet) -> str:
    """What can be done about it, in the language of the page."""
    return unmet.remedy_en if english() else unmet.remedy_zh


@register.filter
def yuan(value: int) -> str:
    """An amount with its thousands apart: ``10,000``."""
    return f"{value:,}"
