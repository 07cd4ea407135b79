"""The clause chip: wherever a page names a clause, the name opens its text and gloss."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from custodes.law.clauses.registry import ALL, find
from custodes.web.lawbook.chips import chip, citation, cited, split_at_clauses
from tests.cast import Cast


def drawn(source: str, **context: object) -> str:
    return Template("{% load parts %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("S28.1(3)", "第二十八条第一款第三项"),
        ("S34(1)", "第三十四条第一项"),
        ("S16.2a", "第十六条第二款第一句"),
        ("N16.2(3)", "第十六条第二款第三项"),
        ("PP123", "第一百二十三条"),
        ("CC1045", "第一千零四十五条"),
        ("CC201", "第二百零一条"),
        ("CPI110", "第一百一十条"),
        ("GB22239", ""),
    ],
)
def test_a_clause_is_cited_as_a_paper_cites_it(clause: str, words: str) -> None:
    assert citation(find(clause)) == words


def test_every_citation_names_its_norm_and_no_two_are_the_same() -> None:
    found = [cited(clause) for clause in ALL]
    assert all(words.startswith("《") for words in found)
    assert len(set(found)) == len(found)


def test_a_chip_opens_text_link_and_gloss_in_english(db: None) -> None:
    chinese = drawn('{% clause "S28(1)" %}')
    clause = find("S28(1)")
    assert "popovertarget" in chinese
    assert clause.zh in chinese
    assert f'href="/law/{clause.id}/"' in chinese
    assert "style=" not in chinese
    with translation.override("en"):
        english = drawn('{% clause "S28(1)" %}')
    assert 'lang="en"' in english
    assert 'lang="en"' not in chinese


def test_two_chips_of_one_clause_have_cards_of_their_own() -> None:
    ids = re.findall(r'id="(clause-\d+)"', drawn('{% clause "S32" %}{% clause "S32" %}'))
    assert len(set(ids)) == 2


def test_a_name_that_is_no_clause_is_shown_and_opens_nothing() -> None:
    assert "popover" not in drawn('{% clause "S99" %}')
    assert "S99" in drawn('{% clause "S99" %}')
    assert drawn('{% clause "" %}') == ""


@pytest.mark.parametrize(
    "words",
    [
        "时间（第三十三条第二款、第三十四条第七项）",
        "没有岗位（S34(1)）",
        "不得（第三十四条第一项）。",
        "条例（条例第十四条）",
        "no post (S34(1))",
        "（S10、N8.1）",
    ],
)
def test_clauses_in_the_words_of_a_record_become_chips(words: str) -> None:
    assert "popovertarget" in drawn("{{ words|with_clauses }}", words=words)


@pytest.mark.parametrize("words", ["点位 S1（S99）", "场所类别（第三百条）", "东门（西侧）", "S34(1)"])
def test_other_words_stay_as_they_are(words: str) -> None:
    assert list(split_at_clauses(words)) == [words]


def test_the_words_of_a_record_stay_escaped() -> None:
    found = drawn("{{ words|with_clauses }}", words="<b>事由</b>（S34(1)）")
    assert "&lt;b&gt;" in found
    assert "<b>" not in found


def test_a_card_alone_holds_the_same_for_the_player(cast: Cast, client: Client) -> None:
    client.force_login(cast.bystander.account)
    card = client.get("/law/N16.2(3)/card/")
    assert find("N16.2(3)").zh in card.content.decode()
    assert client.get("/law/S99/card/").status_code == 404


def test_chips_are_known_by_what_is_meant_not_by_how_it_is_written() -> None:
    assert chip("S28(1)").clause == chip("第二十八条第一款第一项").clause == find("S28.1(1)")
