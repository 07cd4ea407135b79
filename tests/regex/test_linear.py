"""Nobody makes the product work for longer than a text is long: each regular expression that meets what others send is listed and tried."""

from __future__ import annotations

import re
from functools import cache

import pytest

from custodes.law.building import describing, prohibited
from tests.regex.finding import Found, find_all
from tests.regex.listed import MEET, MEET_NOBODY
from tests.regex.trying import worst


@cache
def found() -> dict[str, Found]:
    return find_all()


def test_every_expression_is_listed_with_whose_text_it_meets() -> None:
    listed = [name for names in MEET.values() for name in names] + list(MEET_NOBODY)
    assert len(set(listed)) == len(listed)
    assert set(found()) - set(listed) == set(), "add them to tests/regex/listed.py"
    assert set(listed) - set(found()) == set(), "they are gone: strike them from tests/regex/listed.py"


@pytest.mark.parametrize("source", MEET)
def test_none_that_meets_what_others_send_takes_more_than_the_length_of_it(source: str) -> None:
    bad = {}
    for name in MEET[source]:
        one = found()[name]
        assert one.pattern is not None, (
            f"{name} depends on what is known only when it runs: say why it meets nobody's text"
        )
        if text := worst(one.pattern, sorted(one.ways)):
            bad[name] = text
    assert not bad


@pytest.mark.parametrize(
    "words", [prohibited.PRIVATE, *(zone.words for zone in prohibited.ZONES), describing._PRESCRIBES]
)
def test_nor_do_the_words_of_the_law_s_tables(words: tuple[str, ...]) -> None:
    assert worst(re.compile("|".join(f"(?:{describing._bounded(word)})" for word in words)), ["search"]) == ""


@pytest.mark.parametrize(
    ("pattern", "way"),
    [
        (rb">>\s*stream\r?\n(.*?)endstream", "search"),  # a PDF's, which 45 KB held for seconds
        (r"(SIP/\d{1,3}\.\d{1,3})[ \t]+([1-6]\d\d)(?:[ \t]+(.*))?", "fullmatch"),  # a SIP answer's first line
        (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "search"),  # the log's, of tokens
        (r"(a+)+$", "match"),
        (r"(?:\w+\s?)*:", "match"),
        (r"\s*,", "search"),
        (r"x*y", "search"),
        (r"(?:a|b)*c", "search"),
    ],
)
def test_one_that_does_is_found(pattern: str | bytes, way: str) -> None:
    assert worst(re.compile(pattern, re.DOTALL if isinstance(pattern, bytes) else 0), [way])


@pytest.mark.parametrize(
    ("pattern", "way"),
    [
        (r"[a-z]{1,64}:", "search"),
        (r"^(.*)@", "match"),
        (r"\d+(?:\.\d+)?", "search"),
        (r"(?<!\s)\s*,", "search"),
        (r"x*+y", "fullmatch"),
    ],
)
def test_one_that_does_not_is_let_be(pattern: str, way: str) -> None:
    assert worst(re.compile(pattern), [way]) == ""
