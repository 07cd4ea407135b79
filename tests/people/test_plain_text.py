"""A name that shows something else than it is enters no register."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from custodes.people.forms import LinesField, PlainText, plain_lines, plain_text
from custodes.people.models import Person, Unit
from tests.cast import Cast


@pytest.mark.parametrize("odd", ["王\u202e伟", "王伟\u200b", "王\n伟", "王\x07伟", "王\u2066伟", "王\ufeff伟"])
def test_characters_that_nobody_sees_are_refused(odd: str) -> None:
    with pytest.raises(ValidationError):
        plain_text(odd)


@pytest.mark.parametrize("name", ["王伟", "བསོད་ནམས།", "扎西·顿珠", "O’Brien & Sons <b>", "点位 3（东）"])
def test_names_of_every_script_are_taken(name: str) -> None:
    plain_text(name)


class Told(PlainText, forms.Form):
    name = forms.CharField()
    places = LinesField(max_length=12)
    words = forms.CharField(widget=forms.Textarea, required=False)


def test_what_has_room_for_lines_takes_their_ends_and_counts_each_as_one(cast: Cast) -> None:
    form = Told({"name": "王伟", "places": "第一处 \r\n第二处\r第三处\n\n", "words": "一\r\n二"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["places"] == "第一处\n第二处\n第三处"
    assert not Told({"name": "王\n伟", "places": "一"}).is_valid(), "a name has one line"


@pytest.mark.parametrize("odd", ["一\u202e二", "一\n\u200b二", "一\x07", "一\u2028二"])
def test_lines_hide_nothing_either(odd: str) -> None:
    with pytest.raises(ValidationError):
        plain_lines(odd)
    assert {"places", "words"} <= {*Told({"name": "王", "places": odd, "words": odd}).errors}


def test_the_forms_refuse_them(cast: Cast, client_of) -> None:
    unit = cast.units["city"]
    client_of("security_admin").post(reverse("people:person_add"), {"name": "王\u202e伟", "unit": unit.pk})
    client_of("system_admin").post(
        reverse("people:unit_add"),
        {"name": "拉萨\u200b市公安局", "kind": unit.kind, "division": unit.division_id, "parent": unit.pk, "uscc": ""},
    )
    assert not Person.objects.filter(name__contains="\u202e").exists()
    assert not Unit.objects.filter(name__contains="\u200b").exists()
