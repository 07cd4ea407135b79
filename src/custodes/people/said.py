"""Words that the law library says in both languages, for choices and labels: the law's lists stand there once."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language


def said(zh: str, en: str) -> Any:
    """A label that is Chinese or English when it is shown, by the language of the page."""
    return lazy(lambda: en if (get_language() or "").startswith("en") else zh, str)()
