"""The unified social credit code: GB 32100-2015's own example, and what people type instead."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from custodes.demo import story
from custodes.people.models import Unit
from custodes.people.numbers import (
    USCC_ALPHABET,
    WrongCharacter,
    WrongCheck,
    WrongLength,
    check_character,
    normal_uscc,
    phone_digits,
    uscc_problems,
    valid_phone,
)
from tests.cast import Cast

#: The example in the standard's annex.
EXAMPLE = "91350100M000100Y43"
bodies = st.text(USCC_ALPHABET, min_size=17, max_size=17)


def test_the_standards_example_is_right_and_each_seed_unit_has_a_right_code() -> None:
    assert uscc_problems(EXAMPLE) == ()
    codes = [unit.uscc for unit in story.UNITS]
    assert len(set(codes)) == len(codes)
    assert [uscc_problems(code) for code in codes] == [()] * len(codes)


@given(bodies, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_never_passes(body: str, place: int, other: str) -> None:
    code = body + check_character(body)
    assert uscc_problems(code) == ()
    changed = code[:place] + other + code[place + 1 :]
    assert (uscc_problems(changed) == ()) == (changed == code)


@given(bodies, st.integers(0, 15))
def test_two_neighbours_that_changed_places_never_pass(body: str, place: int) -> None:
    code = body + check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (uscc_problems(swapped) == ()) == (swapped == code)


def test_each_excluded_letter_is_named_with_its_place_and_what_it_looks_like() -> None:
    assert uscc_problems("9I350IOOMOOOIOOY43"[:18])[:3] == (
        WrongCharacter(2, "I", "1"),
        WrongCharacter(6, "I", "1"),
        WrongCharacter(7, "O", "0"),
    )
    assert uscc_problems("91350100M000100Y4校") == (WrongCharacter(18, "校", ""),)
    assert {char for char in "IOZSV" if uscc_problems("9" * 17 + char)[0] == WrongCharacter(18, char, {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}[char])} == set("IOZSV")  # fmt: skip


def test_lengths_and_check_characters() -> None:
    assert uscc_problems("9135") == (WrongLength(4),)
    assert uscc_problems("91350100M000100Y34") == (WrongCheck(),)
    with pytest.raises(ValueError):
        check_character("9135")


def test_what_people_type_is_brought_to_one_form() -> None:
    assert normal_uscc(" ９１３５0100-m000100y 43 ") == EXAMPLE


@pytest.mark.django_db
def test_the_unit_form_says_which_character_is_wrong_and_takes_the_code_as_typed(cast: Cast, client_of) -> None:  # type: ignore[no-untyped-def]
    client = client_of("system_admin")
    data = {"name": "新校", "kind": "institution", "division": cast.units["a"].division.pk}
    page = client.post(reverse("people:unit_add"), {**data, "uscc": "9135O1OOM000100Y43"}).content.decode()
    assert "第 5 位“O”不是代码用字" in page
    assert "可能应为“0”" in page
    page = client.post(reverse("people:unit_add"), {**data, "uscc": "91350100M000100Y34"}).content.decode()
    assert "校验码与前十七位不符" in page
    client.post(
        reverse("people:unit_add"),
        {**data, "uscc": "9135 0100 m000 100y 43", "address": "江苏路", "contact": "格桑", "phone": "0891-6321100"},
    )
    unit = Unit.objects.get(name="新校")
    assert unit.uscc == EXAMPLE
    page = client.get(reverse("people:unit_detail", args=[unit.uuid])).content.decode()
    for words in (EXAMPLE, "江苏路", "格桑", "0891-6321100"):
        assert words in page
    assert "待核对" not in page


@pytest.mark.django_db
def test_a_code_from_before_the_check_is_kept_and_marked(cast: Cast, client_of) -> None:  # type: ignore[no-untyped-def]
    Unit.objects.filter(pk=cast.units["a"].pk).update(uscc="91350100M000100Y34")
    page = client_of("inspector").get(reverse("people:unit_detail", args=[cast.units["a"].uuid])).content.decode()
    assert "91350100M000100Y34" in page
    assert "校验码不符，待核对" in page


@pytest.mark.parametrize(
    "number", ["0891-632 1100", "13989001234", "+86 891 6321100", "0891-6321100 转 12", "１３９８９００１２３４"]
)
def test_numbers_that_can_be_dialled_pass(number: str) -> None:
    valid_phone(number)
    assert phone_digits("0891-632 1100 转 12") == "08916321100x12"


@pytest.mark.parametrize("number", ["", "123", "call me", "1" * 20, "13989001234; DROP"])
def test_others_do_not(number: str) -> None:
    with pytest.raises(ValidationError):
        valid_phone(number)
