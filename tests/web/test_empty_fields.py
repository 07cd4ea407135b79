"""An empty answer is met with what to do: each kind of field says its own."""

from __future__ import annotations

import pytest
from django import forms


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "请填写。"),
        (forms.DateField(), "请填写。"),
        (forms.IntegerField(), "请填写。"),
        (forms.ChoiceField(choices=[("a", "甲")]), "请选择。"),
        (forms.MultipleChoiceField(choices=[("a", "甲")]), "请选择。"),
        (forms.BooleanField(), "请勾选。"),
        (forms.FileField(), "请选择文件。"),
    ],
)
def test_what_to_do_at_an_empty_field(field: forms.Field, words: str) -> None:
    with pytest.raises(forms.ValidationError) as found:
        field.clean(None)
    assert found.value.messages == [words]
