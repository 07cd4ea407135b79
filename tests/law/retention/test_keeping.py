"""How long footage is kept: the table in Chinese, holds, and what no combination may come to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.bad_input import BadInput
from custodes.law.calendar.days import ZONE
from custodes.law.clauses.clause import Rank
from custodes.law.clauses.registry import find
from custodes.law.clauses.registry import holds as in_force_on
from custodes.law.retention import CEILING, FLOOR, KEY_TARGET, NATIONAL_FLOOR, Hold, OtherTerm, keeping

TABLE = Path(__file__).parents[1] / "tables/retention.yaml"
DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row["案例"]) for row in yaml.safe_load(TABLE.read_text(encoding="utf-8"))]
)
def test_footage_is_kept_as_the_table_says(row: dict[str, Any]) -> None:
    others = [OtherTerm(row["另有规定"], "GB 37300-2018", purpose=row.get("目的", ""))] if "另有规定" in row else []
    answer = keeping(row["采集"], key_target="重点目标" in row, others=others)
    assert (answer.keep_through, answer.days) == (row["至"], row["天数"])
    assert answer.delete_not_before == datetime.combine(row["至"] + timedelta(days=1), datetime.min.time(), ZONE)
    assert (answer.conflict is not None) == ("审核" in row)
    assert answer.rules[0].days == answer.days


def test_a_law_may_set_a_longer_term_without_a_purpose() -> None:
    assert keeping(DAY, others=[OtherTerm(60, "某行政法规", Rank.ADMINISTRATIVE_REGULATION)]).conflict is None


def test_a_hold_keeps_it_until_it_ends_or_is_released() -> None:
    assert keeping(DAY, holds=[Hold("案件", date(2026, 12, 31))]).keep_through == date(2026, 12, 31)
    assert keeping(DAY, holds=[Hold("案件", date(2026, 3, 5))]).keep_through == date(2026, 3, 31)
    for holds in ([Hold("甲"), Hold("乙", date(2026, 12, 31))], [Hold("乙", date(2026, 12, 31)), Hold("甲")]):
        answer = keeping(DAY, holds=holds)
        assert answer.keep_through is None
        assert answer.delete_not_before is None


def test_where_n9_governs_only_the_citys_floor_is_named() -> None:
    assert [rule.clause for rule in keeping(DAY, national=False).rules] == ["S32"]
    assert [rule.clause for rule in keeping(DAY).rules] == ["N17", "S32"]


@given(
    st.dates(date(2024, 5, 1), date(2030, 1, 1)),
    st.booleans(),
    st.booleans(),
    st.lists(st.builds(OtherTerm, st.integers(1, 400), st.just("标准")), max_size=3),
)
def test_it_is_never_less_than_thirty_days_nor_than_any_rule(
    day: date, key: bool, national: bool, others: list[OtherTerm]
) -> None:
    answer = keeping(day, key_target=key, national=national, others=others)
    assert answer.days == max(30, 90 if key else 0, *(other.days for other in others), 0)
    assert answer.keep_through == day + timedelta(days=answer.days)


@pytest.mark.parametrize(("other", "field"), [(OtherTerm(0, "标准"), "days"), (OtherTerm(60, " "), "source")])
def test_a_term_that_cannot_be_right_names_its_field(other: OtherTerm, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        keeping(DAY, others=[other])
    assert caught.value.field == field


def test_a_moment_needs_its_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        keeping(datetime(2026, 3, 1, 12))  # noqa: DTZ001


def test_the_rules_name_clauses_that_exist() -> None:
    for clause in (FLOOR.clause, NATIONAL_FLOOR.clause, KEY_TARGET.clause, *CEILING):
        find(clause)


@pytest.mark.parametrize("day", [date.min, date(2200, 1, 1), date.max])
def test_a_day_beyond_counting_names_its_field(day: date) -> None:
    with pytest.raises(BadInput, match="captured"):
        keeping(day)
    with pytest.raises(BadInput, match="days"):
        keeping(DAY, others=[OtherTerm(10**9, "标准")])


@given(st.dates(date(2024, 4, 1), date(2028, 12, 31)), st.booleans(), st.booleans())
def test_it_never_falls_under_thirty_days_and_names_only_what_can_hold_while_it_is_kept(
    captured: date, key_target: bool, national: bool
) -> None:
    found = keeping(captured, key_target=key_target, national=national)
    assert found.days >= 30
    assert found.keep_through is not None
    gone = found.keep_through + timedelta(days=1)
    named = {clause for clause in ("N17", "PIPL19", "PIPL47", "CTL32") if any(clause in line for line in found.zh)}
    assert all(in_force_on(clause, gone) for clause in named)


def test_a_longer_standard_that_decides_nothing_is_no_conflict_and_several_are_all_told() -> None:
    law = OtherTerm(120, "某法律", Rank.LAW)
    assert keeping(DAY, others=[law, OtherTerm(60, "标准甲")]).conflict is None
    both = keeping(DAY, others=[OtherTerm(60, "标准甲"), OtherTerm(90, "标准乙", purpose="\u200b")]).conflict
    assert both is not None
    assert all(name in both[0] and name in both[1] for name in ("标准甲", "标准乙"))


def test_a_source_that_says_nothing_names_its_field() -> None:
    with pytest.raises(BadInput, match="source"):
        keeping(DAY, others=[OtherTerm(60, "\u200b…")])


@pytest.mark.parametrize(
    ("day", "clauses"),
    [
        (date(2024, 4, 1), ("S32",)),
        (date(2025, 3, 1), ("S32",)),
        (date(2025, 3, 2), ("N17", "S32")),
        (date(2025, 4, 1), ("N17", "S32")),
    ],
)
def test_a_rule_reaches_footage_that_is_there_on_its_first_day(day: date, clauses: tuple[str, ...]) -> None:
    assert keeping(day).clauses == clauses


def test_no_rule_reaches_footage_that_was_gone_before_the_regulation() -> None:
    with pytest.raises(BadInput, match="captured"):
        keeping(date(2024, 3, 31))
    assert keeping(date(2024, 2, 10), key_target=True).clauses == ("CTL32",)
