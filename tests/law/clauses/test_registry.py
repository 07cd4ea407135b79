"""Clauses by id and by word; every id that is named anywhere exists; in time each has exactly one version."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from custodes.law.clauses import conflicts, norms
from custodes.law.clauses.clause import ClauseKind, Rank
from custodes.law.clauses.registry import (
    ALL,
    LHASA,
    NATIONAL,
    UnknownClause,
    find,
    in_force,
    norm_of,
    of_article,
    search,
)

SOURCE = Path(__file__).parents[3] / "src"
NAMED = re.compile(r"[\"'](?P<id>[SN]\d{1,2}(?:\.\d)?[a-z]?(?:\(\d{1,2}\))?)[\"']")


def test_every_clause_has_one_id_a_text_and_a_gloss() -> None:
    assert max(Counter(clause.id for clause in ALL).values()) == 1
    for clause in ALL:
        assert clause.zh
        assert clause.en
        assert norm_of(clause).id


def test_what_binds_says_whom() -> None:
    for clause in (*LHASA, *NATIONAL):
        if clause.kind is not ClauseKind.PRINCIPLE:
            assert clause.actors, clause.id


def test_every_duty_and_prohibition_of_the_regulation_says_what_follows_or_that_nothing_does() -> None:
    without = {c.id for c in LHASA if c.kind in (ClauseKind.DUTY, ClauseKind.PROHIBITION) and not c.penalties}
    # law: police and governments' own tasks, and upgrades and upkeep, have no penalty anywhere in it.
    assert without == {
        *("S16.2c", "S21", "S22", "S25", "S26", "S31.1", "S31.2b"),
        *("S36", "S36(1)", "S36(2)", "S36(3)", "S36(4)", "S36(5)"),
    }


def test_every_clause_that_another_names_exists() -> None:
    for clause in ALL:
        for penalty in clause.penalties:
            find(penalty)
    for tension in conflicts.TENSIONS:
        assert len(tension.clauses) >= 2
        for named in tension.clauses:
            assert find(named)


def test_every_clause_that_the_source_names_exists() -> None:
    for path in SOURCE.rglob("*.py"):
        if "law/clauses" in path.as_posix():
            continue
        for found in NAMED.finditer(path.read_text(encoding="utf-8")):
            assert of_article(found["id"]) or find(found["id"]), f"{path.name}: {found['id']}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("S16.2a", "S16.2a"),
        ("s28(1)", "S28.1(1)"),
        ("S28（3）", "S28.1(3)"),
        (" n16.2(3) ", "N16.2(3)"),
        ("pl41", "PL41"),
    ],
)
def test_a_clause_is_found_as_people_write_it(written: str, meant: str) -> None:
    assert find(written).id == meant


@pytest.mark.parametrize("written", ["S99", "S16", "S28.3", "", "第九条", "S9(15)"])
def test_an_unknown_clause_is_an_error_that_names_its_neighbours(written: str) -> None:
    with pytest.raises(UnknownClause) as caught:
        find(written)
    assert all(near.startswith(written.partition("(")[0].partition(".")[0]) for near in caught.value.near)


def test_search_finds_words_of_both_languages() -> None:
    assert [c.id for c in search("走失")] == ["S29", "MPL56"]
    assert "S32" in [c.id for c in search("30 days footage")]
    assert search("   ") == ()
    assert search("绝无此词") == ()


def test_each_day_has_exactly_one_version_of_each_clause() -> None:
    day = date(2024, 4, 30)
    while day <= date(2028, 12, 31):
        of_s = [c for c in LHASA if in_force(c, day)]
        of_n = [c for c in NATIONAL if in_force(c, day)]
        assert len(of_s) == (len(LHASA) if day >= date(2024, 5, 1) else 0)
        assert len(of_n) == (len(NATIONAL) if day >= date(2025, 4, 1) else 0)
        day += timedelta(days=1)


def test_tensions_are_found_from_each_side_and_only_once_both_hold() -> None:
    assert [t.id for t in conflicts.tensions_of("S40")] == ["removal-fine"]
    assert [t.id for t in conflicts.tensions_of("N30")] == ["removal-fine"]
    assert conflicts.tensions_of("S40", date(2025, 3, 31)) == ()
    assert "prohibited-places" in [t.id for t in conflicts.tensions_of("S10(1)")]
    assert conflicts.tensions_of("S1") == ()


def test_ranks_are_in_the_order_of_the_legislation_law() -> None:
    assert norms.LHASA.rank is Rank.RULE < Rank.LOCAL_REGULATION < norms.NATIONAL.rank < Rank.LAW


@pytest.mark.parametrize(
    ("clause", "penalties"),
    [
        ("N8.1", ("N27",)),
        ("N8.2", ("N27.2",)),
        ("S10(1)", ("S38", "N27")),
        ("S10(2)", ("S38",)),
        ("S10(4)", ("S38", "N27")),
        ("N23(1)", ("N31",)),
        ("N23(2)", ("N30",)),
        ("N23(3)", ("N31",)),
        ("N23(4)", ("N31",)),
        ("N23(5)", ("N31",)),
        ("N23(6)", ("N31",)),
    ],
)
def test_a_clause_points_at_what_really_follows_its_breach(clause: str, penalties: tuple[str, ...]) -> None:
    assert find(clause).penalties == penalties


@pytest.mark.parametrize(
    ("words", "first", "all_of"),
    [
        ("第十六条", "S16.1", {"S16.1", "S16.2a", "S16.2b", "S16.2c", "N16.1"}),
        ("第十六条第二款", "S16.2a", {"S16.2b", "S16.2c"}),
        ("办法第二十八条第一项", "S28.1(1)", set()),
        ("第二十八条第（一）项", "S28.1(1)", set()),
        ("S28(1)", "S28.1(1)", set()),
        ("S28（1）", "S28.1(1)", set()),
        ("s28（一）", "S28.1(1)", set()),
        ("条例第十四条", "N14", set()),
        ("行政处罚法第二十九条", "PL29", set()),
        ("16.2", "S16.2a", {"N16.2", "N16.2(3)"}),
        ("Ｓ１６．２", "S16.2a", {"S16.2b"}),
    ],
)
def test_search_understands_how_a_clause_is_cited(words: str, first: str, all_of: set[str]) -> None:
    found = [clause.id for clause in search(words)]
    assert found[0] == first
    assert all_of <= set(found)


def test_a_number_is_not_a_citation_and_an_article_is_only_its_own() -> None:
    assert search("30")[0].id != "S30.1"
    assert not {"S12.1", "S10", "S1"} & {clause.id for clause in search("第一百二十条")}
    assert "S16.1" not in [clause.id for clause in search("第六条")][:3]
