"""Text that people wrote is data: it runs nothing, hides nothing, overflows nothing and never becomes a box."""

from __future__ import annotations

import unicodedata

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.documents.fonts import SONG, fonts
from custodes.documents.rendering import printable, render
from tests.documents import samples
from tests.documents.reading import text

EVERYTHING = frozenset(range(0x110000))

CODE = (
    '#read("/etc/passwd")',
    "#panic(1)",
    "$ x^2 $",
    "\\ \\u{41}",
    "\"quoted\" 'single'",
    "*bold* _low_ `raw`",
    "= 标题",
    "<label> @ref",
    "// comment /* */",
    "#set page(width: 1pt)",
    "[ ] { } ( )",
)


@pytest.mark.parametrize("words", CODE)
def test_what_looks_like_code_is_printed_as_it_stands(words: str) -> None:
    shown = text(render(samples.filing(system=words, place=words), templates=None, provenance=samples.PROVENANCE))
    assert shown.count("".join(words.split())) == 2


def test_ten_thousand_characters_stay_on_the_paper() -> None:
    for words in ("长" * 10_000, "W" * 10_000):
        pdf = render(samples.filing(0, place=words), templates=None, provenance=samples.PROVENANCE)
        assert text(pdf).count(words[0]) >= 10_000
        opened = pypdfium2.PdfDocument(pdf)
        for page in opened:
            width, height = page.get_size()
            for piece in page.get_objects():
                left, bottom, right, top = piece.get_bounds()
                assert left >= -1
                assert right <= width + 1
                assert bottom >= -1
                assert top <= height + 1
        opened.close()


def test_a_number_of_any_length_leaves_a_readable_page_and_code() -> None:
    pdf = render(samples.filing(0, number="甲" * 10_000), templates=None, provenance=samples.PROVENANCE)
    shown = text(pdf)
    assert "甲" * 80 + "…" in shown
    assert "甲" * 81 not in shown


def test_controls_and_turns_of_direction_are_blanks() -> None:
    shown = text(
        render(samples.filing(system="甲\x00\x1b\u202e乙\u2028丙"), templates=None, provenance=samples.PROVENANCE)
    )
    assert "甲乙丙" in shown


def test_a_tibetan_name_is_shown_or_spelt_out() -> None:
    name = "ལྷ་ས་"
    there = fonts(None)
    shown = text(render(samples.filing(system=name), templates=None, provenance=samples.PROVENANCE))
    if ord("ལ") in there.shown(there.chain(SONG)):
        assert "ལ" in shown
    else:
        assert "〔U+0F63〕〔U+0FB7〕" in shown


def test_a_character_that_no_font_has_stands_as_its_number() -> None:
    assert printable("甲\U0010fffd乙😀", frozenset(map(ord, "甲乙"))) == "甲 乙〔U+1F600〕"


@settings(max_examples=200)
@given(st.text())
def test_nothing_is_lost_that_can_be_seen(words: str) -> None:
    made = printable(words, EVERYTHING)
    seen = [char for char in words if unicodedata.category(char)[0] not in "CZ"]
    assert [char for char in made if unicodedata.category(char)[0] not in "CZ"] == seen
    assert not any(ord(char) < 32 and char != "\n" for char in made)
