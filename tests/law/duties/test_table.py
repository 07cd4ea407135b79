"""Obligations as a lawyer writes them down: one case a row, in Chinese, in tables/duties.yaml."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
import yaml

from custodes.law.bad_input import BadInput
from custodes.law.clauses.registry import N9_EXEMPTS, NATIONAL, binds, exempted
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.duties.finding import LegalTerms

TABLE = Path(__file__).parents[1] / "tables/duties.yaml"
ROWS = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
DAY = date(2026, 3, 2)


@pytest.mark.parametrize("row", ROWS, ids=[row["案例"] for row in ROWS])
def test_an_obligation_stands_as_the_table_says(row: dict[str, Any]) -> None:
    duty = OBLIGATIONS[row["义务"]]
    kind = get_type_hints(duty.check)["facts"]
    facts = msgspec.convert(row["事实"], kind)
    asked = partial(duty.check, facts, row.get("行为", DAY), row.get("今天", date(2026, 6, 3)), LegalTerms())
    if "错误" in row:
        with pytest.raises(BadInput) as refused:
            asked()
        assert refused.value.field == row["错误"]
        return
    found = asked()
    assert found.status.value == row["状态"]
    assert list(found.clauses) == row["依据"]
    assert found.days_late == row.get("逾期", found.days_late)
    assert found.due == row.get("期限", found.due)
    assert list(found.unconfirmed) == row.get("未核实", list(found.unconfirmed))
    if "说明" in row:
        assert found.zh == row["说明"]


def test_n9_takes_five_articles_off_and_no_other() -> None:
    off = {clause.id for clause in NATIONAL if exempted(clause.id)}
    assert off == {
        *("N11", "N14", "N15.1", "N15.2", "N17"),
        *("N16.2", *(f"N16.2({number})" for number in range(1, 5))),
    }
    assert set(N9_EXEMPTS) == {"N11", "N14", "N15", "N16.2", "N17"}


def test_n9_takes_nothing_off_other_systems_nor_off_the_citys_regulation() -> None:
    assert binds("N14", DAY, n9=False)
    assert not binds("N14", DAY, n9=True)
    for clause in ("N12", "N13", "N16.1", "N19", "S16.2a", "S32", "S28.1(3)"):
        assert binds(clause, DAY, n9=True)
