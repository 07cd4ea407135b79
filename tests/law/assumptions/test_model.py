"""What the law leaves open: each value has a setting, a unit and a clause, and is called unconfirmed until it was looked up."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from custodes.law.assumptions import AS_SHIPPED, Assumptions, caveats, items, of_clause
from custodes.law.bad_input import BadInput
from custodes.law.clauses.registry import ALL, of_article
from custodes.settings import Settings
from custodes.settings.law import LawSettings


def test_every_open_value_says_its_unit_clause_and_what_it_is() -> None:
    assert {one.name for one in fields(Assumptions)} == {*items(), "confirmed"}
    known = {clause.id for clause in ALL}
    for name, item in items().items():
        assert item.unit, name
        assert item.clause in known or of_article(item.clause), name
        assert item.zh, name
        assert item.en, name
        assert item.why is None or all(item.why), name


def test_every_open_value_is_a_setting_with_the_same_default_and_unit() -> None:
    settings = {name.removeprefix("law_"): field for name, field in LawSettings.model_fields.items()}
    assert settings.keys() == {*items(), "confirmed"}
    for name, item in items().items():
        extra = settings[name].json_schema_extra
        assert settings[name].default == getattr(AS_SHIPPED, name), name
        assert isinstance(extra, dict)
        assert extra["unit"] == item.unit, name
        said = settings[name].description or ""
        assert item.clause in said, name
        assert ("unconfirmed" in said) == (item.why is not None), name


def test_settings_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Assumptions(**Settings().law_values) == AS_SHIPPED
    monkeypatch.setenv("CUSTODES_LAW_OFFICE_CLOSE", "17:30")
    monkeypatch.setenv("CUSTODES_LAW_REMINDER_DAYS", "10, 5")
    monkeypatch.setenv("CUSTODES_LAW_CONFIRMED", "office_close, child_below")
    monkeypatch.setenv("CUSTODES_LAW_LOCAL_HEARING_UNIT", "5000")
    assumed = Assumptions(**Settings().law_values)
    assert (assumed.office_close, assumed.reminder_days) == (time(17, 30), (10, 5))
    assert (assumed.local_hearing_unit, assumed.confirmed) == (5_000, {"office_close", "child_below"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INSPECTION_DAYS", "0"),
        ("OVERLAP_SHARE", "1.5"),
        ("REMINDER_DAYS", "soon"),
        ("PLAYBACK_TEST_MINUTES", "600"),
        ("ELDERLY_FROM", "20"),
        ("CHILD_BELOW", "99"),
    ],
)
def test_a_setting_that_cannot_be_right_names_itself(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"CUSTODES_LAW_{name}", value)
    with pytest.raises(ValidationError, match=f"law_{name.lower()}"):
        Settings()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"inspection_days": 0}, "inspection_days"),
        ({"playback_test_minutes": 3}, "playback_test_minutes"),
        ({"elderly_from": 59}, "elderly_from"),
        ({"child_below": 19}, "child_below"),
        ({"request_hours": 721}, "request_hours"),
        ({"repair_back_minutes": 31}, "repair_back_minutes"),
        ({"overlap_share": 0.0}, "overlap_share"),
        ({"reminder_days": (-1,)}, "reminder_days"),
        ({"confirmed": frozenset({"upkeep_days"})}, "confirmed"),
        ({"confirmed": frozenset({"moon"})}, "confirmed"),
    ],
)
def test_a_value_that_cannot_be_right_names_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        Assumptions(**change)
    assert caught.value.field == field


def test_a_value_is_called_unconfirmed_until_it_was_looked_up_and_not_merely_changed() -> None:
    (said,) = caveats(AS_SHIPPED, "office_close", "upkeep_days")
    assert (said.name, said.clause) == ("office_close", "CC203")
    assert said.zh.startswith("未核实：纸质材料的受理截止时间（18:00）")
    assert said.en.startswith("unconfirmed: ")
    assert caveats(Assumptions(office_close=time(17)), "office_close")
    assert not caveats(Assumptions(confirmed=frozenset({"office_close"})), "office_close")


def test_a_clause_shows_what_of_it_is_unconfirmed() -> None:
    assert [one.name for one in of_clause(AS_SHIPPED, "S29")] == ["child_below"]
    assert [one.name for one in of_clause(AS_SHIPPED, "PP123")] == ["local_hearing_person", "local_hearing_unit"]
    assert {one.name for one in of_clause(AS_SHIPPED, "GB37300")} == {"gb37300_clauses"}
    assert {one.name for one in of_clause(AS_SHIPPED, "GB25724")} == {"gb25724_clauses"}
    assert {one.name for one in of_clause(AS_SHIPPED, "SVR1")} == {"supervision_articles"}
    assert of_clause(AS_SHIPPED, "S3") == ()


def test_no_open_value_is_one_that_nothing_reads() -> None:
    folder = Path(__file__).parents[3] / "src/custodes/law"
    paths = [path for path in folder.rglob("*.py") if path.parent.name != "assumptions"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    # What has no number is shown with its clause (`telling.of_clause`).
    read = {name for name, item in items().items() if item.unit == "text" or re.search(rf"\b{name}\b", text)}
    assert read == set(items())


TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/unconfirmed.yaml").read_text(encoding="utf-8"))
LISTED = [*TABLE["资料"], *TABLE["另有"]]


def test_what_could_not_be_checked_is_counted_and_each_of_it_is_a_setting() -> None:
    named = [name for row in LISTED for name in row["设定"]]
    assert len(TABLE["资料"]) == 12
    assert len(named) == len(set(named))
    assert set(named) == {name for name, item in items().items() if item.why is not None}
    assert {f"law_{name}" for name in named} <= LawSettings.model_fields.keys()


@pytest.mark.parametrize("row", LISTED, ids=[row["事项"] for row in LISTED])
def test_what_could_not_be_checked_is_said_at_its_clause_until_it_was(row: dict[str, Any]) -> None:
    said = {one.name: one for one in of_clause(AS_SHIPPED, row["条款"])}
    for name in row["设定"]:
        assert said[name].zh.startswith("未核实：")
        assert said[name].en.startswith("unconfirmed: ")
        looked_up = Assumptions(confirmed=frozenset({name}))
        assert name not in {one.name for one in of_clause(looked_up, row["条款"])}
