"""Categories of S9, places in which nothing may be installed, who must connect, four steps at once, complete files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from custodes.law.bad_input import BadInput
from custodes.law.building.categories import CATEGORIES, category
from custodes.law.building.departments import DEPARTMENTS, Level, must_connect
from custodes.law.building.prohibited import ZONES, DatedZone, PlaceVerdict, closed_at, judge
from custodes.law.building.simultaneous import Pair, lagging
from custodes.law.clauses.registry import find
from custodes.law.duties.building import PAPERS, gaps

BEFORE, AFTER = date(2025, 3, 31), date(2025, 4, 1)


def test_there_are_fourteen_categories_and_each_is_a_clause() -> None:
    assert [one.number for one in CATEGORIES] == list(range(1, 15))
    for one in CATEGORIES:
        assert find(one.clause)
    with pytest.raises(BadInput, match="category"):
        category(15)


@pytest.mark.parametrize(
    ("kind", "day", "verdict"),
    [
        pytest.param("toilet", BEFORE, PlaceVerdict.FORBIDDEN, id="卫生间，条例施行前"),
        pytest.param("private_room", BEFORE, PlaceVerdict.CLEAR, id="包间，条例施行前一日"),
        pytest.param("private_room", AFTER, PlaceVerdict.FORBIDDEN, id="包间，条例施行之日"),
        pytest.param("fitting_room", AFTER, PlaceVerdict.FORBIDDEN, id="试衣间，条例施行之日"),
        pytest.param("finance_operation", AFTER, PlaceVerdict.FORBIDDEN, id="银行操作区域"),
        pytest.param("toilet", date(2024, 4, 30), PlaceVerdict.CLEAR, id="本办法施行前一日"),
    ],
)
def test_a_declared_place_is_judged_by_the_day(kind: str, day: date, verdict: PlaceVerdict) -> None:
    assert judge(day, kind=kind).verdict is verdict


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("三楼女更衣室", PlaceVerdict.DOUBTFUL),
        ("卫生间门口走廊", PlaceVerdict.DOUBTFUL),
        ("住院部病房", PlaceVerdict.DOUBTFUL),
        ("学校大门", PlaceVerdict.CLEAR),
    ],
)
def test_words_make_a_place_doubtful_and_never_decide(words: str, verdict: PlaceVerdict) -> None:
    assert judge(AFTER, words=words).verdict is verdict


def test_both_norms_are_named_where_both_forbid() -> None:
    assert judge(AFTER, kind="toilet").clauses == ("S10(1)", "N8.1(3)")
    assert judge(BEFORE, kind="toilet").clauses == ("S10(1)",)
    for zone in ZONES:
        for clause, _ in zone.since:
            find(clause)


def test_an_unknown_kind_names_its_field() -> None:
    with pytest.raises(BadInput, match="kind"):
        judge(AFTER, kind="moon")


def test_a_vote_closes_a_camera_only_while_it_lasts_and_only_when_approved() -> None:
    begins = datetime(2026, 11, 7, 1, tzinfo=UTC)
    vote = DatedZone("ballot", begins, begins + timedelta(hours=8), "选举办公室")
    assert closed_at((vote,), begins) is vote
    assert closed_at((vote,), begins - timedelta(seconds=1)) is None
    assert closed_at((vote,), vote.ends) is None
    assert closed_at((DatedZone("ballot", begins, vote.ends, ""),), begins) is None


def test_ten_departments_connect_to_the_platform_of_their_level() -> None:
    assert len(DEPARTMENTS) == 10
    for key, _ in DEPARTMENTS:
        answer = must_connect(department=key, level=Level.CITY)
        assert (answer.must, answer.level, answer.clauses) == (True, Level.CITY, ("S23",))


def test_a_classified_system_is_never_connected_whoever_asks() -> None:
    answer = must_connect(department="education", requested=True, listed=True, classified=True)
    assert (answer.must, answer.clauses[0]) == (False, "S20")


def test_others_connect_when_listed_or_asked() -> None:
    assert must_connect(listed=True).clauses == ("S25",)
    assert must_connect(requested=True).clauses == ("S24",)
    assert not must_connect().must


def test_the_system_must_not_lag_behind_the_works() -> None:
    pairs = {
        "design": Pair(date(2026, 1, 10), date(2026, 1, 10)),
        "build": Pair(date(2026, 3, 1), date(2026, 3, 11)),
        "accept": Pair(date(2026, 4, 1), None),
        "use": Pair(None, None),
    }
    found = lagging(pairs, date(2026, 4, 6))
    assert [(lag.step, lag.days) for lag in found] == [("build", 10), ("accept", None)]
    assert lagging(pairs, date(2026, 1, 10)) == ()


def test_a_file_names_what_it_lacks() -> None:
    steps = frozenset({"design", "construction", "acceptance", "maintenance"})
    whole = frozenset(key for key, *_ in PAPERS)
    assert gaps(whole, steps, steps, maintained=True) == ()
    assert [gap.key for gap in gaps(whole - {"inspection"}, steps, steps, maintained=True)] == ["inspection"]
    assert gaps(whole - {"inspection"}, steps, steps, maintained=True, national=False) == ()
    fresh = steps - {"maintenance"}
    assert gaps(whole - {"maintenance"}, fresh, fresh, maintained=False) == ()
    assert [gap.key for gap in gaps(whole, fresh, steps - {"design"}, maintained=True)] == [
        "firms.maintenance",
        "technicians.design",
    ]
