"""What forms have in common: names and notes that look like what they are (they stand in evidence, on watermarks and in lists), days, and
what is wrong with a form in one line.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.law.bad_input import EARLIEST, LATEST
from custodes.law.grounds.stating import says_something

#: Control, format (also those that turn the writing direction), private and surrogate characters, line and paragraph ends.
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_LAYOUT = str.maketrans("", "", "\r\n\t")


def plain_text(value: str) -> None:
    """A validator: refuses characters that nobody sees, which let one name pass for another.

    Raises:
        ValidationError: there is one.
    """
    if any(unicodedata.category(char) in _HIDDEN for char in value):
        raise ValidationError(_("含有看不见的字符。请重新输入，不要从别处粘贴。"))


def plain_lines(value: str) -> None:
    """`plain_text`, but for line ends and tabs, which a text of several lines has.

    Raises:
        ValidationError: as `plain_text`.
    """
    plain_text(value.translate(_LAYOUT))


def something(value: str) -> None:
    """A validator: the words state something.

    Raises:
        ValidationError: they do not.
    """
    if not says_something(value):
        raise ValidationError(_("请写明内容。"))


class LinesField(forms.CharField):
    """Text of several lines. Each end is one character, whatever a browser sends, and lines end with what is written on them."""

    def __init__(self, *args: Any, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(*args, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """With ends of one kind."""
        said = super().to_python(value) or ""
        return "\n".join(line.rstrip() for line in said.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


class PlainText:
    """A form whose text fields take plain text alone, where a field has room for lines with their ends; passwords are nobody's to read and
    stay as they are."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
                lines = isinstance(field.widget, forms.Textarea)
                field.validators = [*field.validators, plain_lines if lines else plain_text]


class DayInput(forms.DateInput):
    """A day, in the browser's own picker."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def not_after_today(day: date | None) -> None:
    """A validator: what has happened has not happened tomorrow, and not before anybody counted terms."""
    if day is not None and day > timezone.localdate():
        raise forms.ValidationError(gettext_lazy("日期不能晚于今天。"))
    plausible(day)


def plausible(day: date | None) -> None:
    """A validator: a day around which the law's terms can be counted."""
    if day is not None and not EARLIEST <= day <= LATEST:
        raise forms.ValidationError(gettext_lazy("日期超出可以计算的范围，请核对年份。"))


def faults_of(form: BaseForm) -> str:
    """All that is wrong with a form, in one line."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
