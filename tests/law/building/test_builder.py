"""Who builds: the table in Chinese, and what can't be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from custodes.law.bad_input import BadInput
from custodes.law.building.builder import PlaceFacts, responsible_builder
from custodes.law.clauses.registry import find

TABLE = Path(__file__).parents[1] / "tables/builders.yaml"


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row["案例"]) for row in yaml.safe_load(TABLE.read_text(encoding="utf-8"))]
)
def test_the_builder_is_as_the_table_says(row: dict[str, Any]) -> None:
    answer = responsible_builder(PlaceFacts(**row["场所"]))
    assert answer.name == row["建设主体"]
    assert answer.carried_out_by == row.get("承办", "")
    assert list(answer.missing) == ([row["缺"]] if "缺" in row else [])
    assert bool(answer.review) == ("核对" in row)
    assert answer.zh
    assert answer.en
    for clause in answer.clauses:
        find(clause)


@pytest.mark.parametrize(
    ("place", "field"),
    [(PlaceFacts(0), "category"), (PlaceFacts(15), "category")],
)
def test_what_cannot_be_right_names_its_field(place: PlaceFacts, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        responsible_builder(place)
    assert caught.value.field == field
