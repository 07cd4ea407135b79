"""Telephone numbers as people write them: only what could be dialled is asked for."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_DIALLED = re.compile(r"\+?[0-9]{7,15}(?:[x#][0-9]{1,6})?")
_BETWEEN = re.compile(r"[\s()\-‐-―]+")


def digits(text: str) -> str:
    """The number without what stands between its digits, to compare two: ``0891-632 1100`` → ``08916321100``."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).replace("转", "x").lower()


def valid_phone(value: str) -> None:
    """A validator.

    Raises:
        ValidationError: nobody could dial it.
    """
    if not _DIALLED.fullmatch(digits(value)):
        raise ValidationError(_("电话号码应为七至十五位数字，可以带区号和分机，例如 0891-6321100 转 12。"))
