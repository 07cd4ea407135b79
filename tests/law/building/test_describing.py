"""How a place is described: the table in Chinese, with false alarms that must not be; words only ever raise a doubt."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from custodes.law.building.describing import comparable
from custodes.law.building.prohibited import ZONES, PlaceVerdict, judge

ROWS = yaml.safe_load((Path(__file__).parents[1] / "tables/places.yaml").read_text(encoding="utf-8"))
AFTER = date(2025, 4, 1)


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['描述']}-{row.get('日期', '')}") for row in ROWS])
def test_a_description_raises_a_doubt_or_none(row: dict[str, Any]) -> None:
    judged = judge(row.get("日期", AFTER), words=row["描述"])
    assert judged.verdict is {"疑问": PlaceVerdict.DOUBTFUL, "放行": PlaceVerdict.CLEAR}[row["结果"]], judged.words
    assert bool(judged.words) == (judged.verdict is PlaceVerdict.DOUBTFUL)
    for word in judged.words:
        assert word in judged.zh
        assert word in judged.en
    if "外部" in row:
        assert judged.outside == (row["外部"] == "是")
        assert ("采集范围不含其内部" in judged.zh) == judged.outside
    if "词" in row:
        assert list(judged.words) == row["词"]
    if "部位" in row:
        assert [zone.key for zone in judged.zones] == row["部位"]


@given(st.text(), st.sampled_from([row["描述"] for row in ROWS]))
def test_words_never_forbid_and_never_clear_what_was_declared(noise: str, words: str) -> None:
    assert judge(AFTER, words=noise + words).verdict is not PlaceVerdict.FORBIDDEN
    for zone in ZONES:
        assert judge(AFTER, kind=zone.key, words=f"不是{words}").verdict is PlaceVerdict.FORBIDDEN


def test_every_zone_is_recognised_by_its_own_name() -> None:
    for zone in ZONES:
        assert zone in judge(AFTER, words=zone.zh).zones, zone.key
        # Nobody writes down the English name of this one: it is the clause's own paraphrase.
        assert zone.key == "staff_rest_room" or zone in judge(AFTER, words=zone.en).zones, zone.key


def test_text_is_compared_in_one_width_case_and_script() -> None:
    assert comparable("三樓 衛 生 間 ＷＣ  Toilet") == "三楼卫生间 wc toilet"
