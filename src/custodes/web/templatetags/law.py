"""Template filters of the law's pages (``{% load law %}``)."""

from __future__ import annotations

from decimal import Decimal
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
def lines(value: Any) -> Any:
    """How an answer was computed, line by line, in the language of the page."""
    return value.en if english() else value.zh


@register.filter
def yuan(value: int | Decimal) -> str:
    """An amount with its thousands apart: ``10,000``; of an amount with cents, ``1,200.00``."""
    return f"{value:,}"
