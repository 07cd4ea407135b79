"""Names and notes that look like what they are: they stand in evidence, on watermarks and in lists."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Control, format (also those that turn the writing direction), private and surrogate characters, line and paragraph ends.
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def plain_text(value: str) -> None:
    """A validator: refuses characters that nobody sees, which let one name pass for another.

    Raises:
        ValidationError: there is one.
    """
    if any(unicodedata.category(char) in _HIDDEN for char in value):
        raise ValidationError(_("含有看不见的字符。请重新输入，不要从别处粘贴。"))


class PlainText:
    """A form whose text fields take plain text alone; passwords are nobody's to read and stay as they are."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
                field.validators = [*field.validators, plain_text]
