"""Texts that may prescribe a brand or a firm: the table in Chinese; quoting the clause raises nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from custodes.law.building.describing import prescribing

ROWS = yaml.safe_load((Path(__file__).parents[1] / "tables/designations.yaml").read_text(encoding="utf-8"))
NAMES = ("甲牌", "乙安防公司", "Acme", " ")


@pytest.mark.parametrize("row", [pytest.param(row, id=row["文本"]) for row in ROWS])
def test_a_text_names_what_a_person_has_to_look_at(row: dict[str, Any]) -> None:
    assert list(prescribing(row["文本"], NAMES)) == row["词"]
