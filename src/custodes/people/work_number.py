"""Work numbers (警号, 工作证号): what an officer shows on a badge, and what is said of them when they ask another platform for footage (S22)."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 40
"""Characters; a statement between platforms holds as many (docs/design/wire.md §9)."""
_WRITTEN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff()〔〕\-·/]+")
_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9Xx]")


def tidy(text: str) -> str:
    """In one form: no spaces, digits and brackets of one width, so that one number is not two."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def valid_work_number(value: str) -> None:
    """A validator.

    Raises:
        ValidationError: it is none, or it is an identity number, which has no business here (PIPL 6).
    """
    found = tidy(value)
    if _IDENTITY.fullmatch(found):
        raise ValidationError(_("警号或者工作证号：不得填写居民身份证号码（个人信息保护法第六条）。请按工作证件填写。"))
    if len(found) > LONGEST:  # one width for all may take more characters than were typed
        raise ValidationError(_("警号或者工作证号：最多 %(count)d 个字符。请按工作证件填写。") % {"count": LONGEST})
    if not _WRITTEN.fullmatch(found) or not any(char.isdecimal() for char in found):
        raise ValidationError(
            _("警号或者工作证号：应当含有数字，只能使用数字、字母、汉字、括号、横线和斜线。请按工作证件填写。")
        )
