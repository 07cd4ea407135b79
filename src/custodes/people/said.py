"""Words that the law library says in both languages, for choices and labels: the law's lists stand there once."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language


def in_english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "").startswith("en")


def said(zh: str, en: str) -> Any:
    """A label that is Chinese or English when it is shown, by the language of the page."""
    return lazy(lambda: en if in_english() else zh, str)()
