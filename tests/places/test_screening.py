"""A declared place is judged by its kind and by what people write of it, in words that name the clauses."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from custodes.places.doubts import PlaceVerdict, judgement_words, screen, zone_choices, zone_named

DAY = datetime.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("zone", "words", "verdict"),
    [
        ("toilet", "一层", PlaceVerdict.FORBIDDEN),
        ("", "公共卫生间外走廊", PlaceVerdict.DOUBTFUL),
        ("", "东门立柱", PlaceVerdict.CLEAR),
        ("no-such-zone", "东门立柱", PlaceVerdict.CLEAR),
    ],
)
def test_what_was_declared_is_refused_and_what_was_only_mentioned_is_a_doubt(zone, words, verdict):
    assert screen(DAY, zone, words).verdict == verdict


@pytest.mark.parametrize(
    ("language", "start"), [("zh-hans", "提到卫生间，所述位置在其外部"), ("en", "names a toilet: it stands outside")]
)
def test_the_judgement_names_its_clauses_in_both_languages(language, start):
    with translation.override(language):
        said = judgement_words(screen(DAY, "", "卫生间外走廊"))
    assert start in said
    assert "S10(1)" in said
    assert "N8.1(3)" in said


def test_every_forbidden_kind_can_be_chosen_and_named():
    with translation.override("zh-hans"):
        for key, name in zone_choices()[1:]:
            assert zone_named(str(name)) == key
    assert zone_named("地下室") == ""
