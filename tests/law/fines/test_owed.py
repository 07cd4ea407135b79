"""What is owed day by day: the table in Chinese, that steps leave no day out, and what can't be right."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.assumptions import Assumptions
from custodes.law.bad_input import BadInput, Implausible
from custodes.law.clauses.registry import find
from custodes.law.fines.late_days import LateDayKind, Payment
from custodes.law.fines.owed import MOST_YUAN, SuitSpan, account

TABLE = Path(__file__).parents[1] / "tables/late-fees.yaml"
ROWS = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
DELIVERED = date(2026, 3, 2)
LATER = date(2026, 5, 1)


@pytest.mark.parametrize("row", [pytest.param(row, id=row["案例"]) for row in ROWS])
def test_a_late_fee_comes_out_as_the_table_says(row: dict[str, Any]) -> None:
    found = account(
        row["罚款"],
        row["收到"],
        row["至"],
        tuple(SuitSpan(first, last) for first, last in row.get("不计", ())),
        row.get("延期"),
        assumed=Assumptions(late_fee_on_unpaid=row.get("按", "未缴数额") == "未缴数额"),
        payments=tuple(Payment(day, Decimal(str(yuan))) for day, yuan in row.get("缴纳", ())),
    )
    assert (found.days, found.fee.yuan) == (row["计"], Decimal(row["加处"]))
    assert found.owed == Decimal(row["尚欠"]) if "尚欠" in row else row["罚款"] + found.fee.yuan
    assert [one.name for one in found.caveats] == (["late_fee_on_unpaid"] if "缴纳" in row else [])
    assert found.capped_on == row.get("达到")
    assert found.provisional == (row.get("暂定") == "是")
    assert len(found.zh) == len(found.en) >= 3
    assert ("PL73" in found.clauses) == ("不计" in row)
    assert ("PL66" in found.clauses) == ("延期" in row)
    for clause in found.clauses:
        find(clause)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[int, date, date, tuple[SuitSpan, ...]]:
    delivered = draw(st.dates(date(2024, 5, 1), date(2028, 6, 1)))
    until = delivered + timedelta(days=draw(st.integers(0, 200)))
    spans = []
    for _ in range(draw(st.integers(0, 3))):
        first = delivered + timedelta(days=draw(st.integers(0, (until - delivered).days)))
        last = draw(st.none() | st.integers(0, 60).map(lambda days, first=first: first + timedelta(days=days)))  # type: ignore[misc]
        spans.append(SuitSpan(first, last))
    return draw(st.integers(1, 2_000_000)), delivered, until, tuple(spans)


@given(accounts())
def test_the_steps_hold_every_day_once_and_add_up_to_the_fee(
    given_: tuple[int, date, date, tuple[SuitSpan, ...]],
) -> None:
    fine, delivered, until, spans = given_
    found = account(fine, delivered, until, spans)
    day, total = delivered, Decimal(0)
    for step in found.steps:
        assert step.first == day + timedelta(days=1)
        day, total = step.last, total + step.fee
        assert step.total == total <= fine
        for n in range(step.days):
            of_step = step.first + timedelta(days=n)
            stopped = any(one.first <= of_step <= (one.last or until) for one in spans)
            assert (step.kind is LateDayKind.IN_TIME) == (of_step <= found.due)
            if step.kind is LateDayKind.COUNTED:
                assert not stopped
                assert step.fee > 0
            elif step.kind is LateDayKind.SUSPENDED:
                assert stopped
    assert day == until or not found.steps
    assert total == found.fee.yuan
    assert found.fee.capped == (found.capped_on is not None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fine": 0}, "fine"),
        ({"fine": -200}, "fine"),
        ({"fine": MOST_YUAN + 1}, "fine"),
        ({"delivered": date(2021, 7, 14)}, "delivered"),
        ({"delivered": date.min}, "delivered"),
        ({"until": date(2026, 3, 1)}, "until"),
        ({"until": date.max}, "until"),
        ({"suspended": (SuitSpan(date(2026, 4, 2), date(2026, 4, 1)),)}, "suspended"),
        ({"suspended": (SuitSpan(date(2026, 3, 1), date(2026, 4, 1)),)}, "suspended"),
        ({"suspended": (SuitSpan(date(2026, 5, 2), None),)}, "suspended"),
        ({"suspended": (SuitSpan(date(2026, 4, 2), date.max),)}, "suspended"),
        ({"deferred": date(2026, 3, 17)}, "deferred"),
        ({"deferred": date.max}, "deferred"),
    ],
)
def test_what_cannot_be_right_names_its_field(change: dict[str, Any], field: str) -> None:
    facts: dict[str, Any] = {"fine": 10_000, "delivered": DELIVERED, "until": LATER}
    with pytest.raises(BadInput) as caught:
        account(**{**facts, **change})
    assert caught.value.field == field
    assert caught.value.rule
    assert caught.value.remedy


def test_an_amount_far_beyond_any_fine_is_a_slip() -> None:
    with pytest.raises(Implausible):
        account(MOST_YUAN + 1, DELIVERED, LATER)
    assert account(MOST_YUAN, DELIVERED, LATER).fee.capped
