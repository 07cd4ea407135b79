"""The law in the program is the law."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from custodes.law.clauses.lhasa.text import CHAPTERS, joined, mark, numeral

PUBLISHED = (Path(__file__).parents[1] / "tables/regulation.txt").read_text(encoding="utf-8")


def test_the_clauses_together_are_the_published_text_character_by_character() -> None:
    assert re.sub(r"\s", "", joined()) == re.sub(r"\s", "", PUBLISHED)


def test_articles_are_counted_through_all_chapters() -> None:
    marks = [mark(clause) for chapter in CHAPTERS for clause in chapter.clauses]
    articles = [text.strip() for text in marks if text.startswith("第")]
    assert articles == [f"第{numeral(number)}条" for number in range(1, 43)]


@pytest.mark.parametrize(("number", "zh"), [(1, "一"), (10, "十"), (14, "十四"), (20, "二十"), (42, "四十二")])
def test_numbers_are_written_as_articles_are(number: int, zh: str) -> None:
    assert numeral(number) == zh
