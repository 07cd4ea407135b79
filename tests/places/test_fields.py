"""The table of fields says of every column of a camera what it is, and a row more in it is a field more everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.models import Model

from custodes.places.changes.gate import HELD
from custodes.places.changes.gathering import in_words
from custodes.places.fields import CAMERA, SITE, SYSTEM, Field, Group, in_order_of_tables, names
from custodes.places.models import Camera, Site, System
from custodes.places.models.site import Lifecycle
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("model", "table"), [(Camera, CAMERA), (Site, SITE), (System, SYSTEM)])
def test_every_column_is_classified_once(model: type[Model], table: tuple[Field, ...]) -> None:
    steps = {column.name for column in Lifecycle._meta.get_fields()} if model is System else set()
    columns = sorted(column.name for column in model._meta.concrete_fields if column.name not in steps)
    assert sorted(field.name for field in table) == columns


def test_what_is_said_of_a_field_fits_together() -> None:
    for field in CAMERA:
        column = Camera._meta.get_field(field.name)
        told = field.importable or field.exported or field.batched
        assert field.label or not told, f"{field.name}: a heading"
        assert field.asked or not (told or field.api_in or field.hint), f"{field.name}: the form doesn't ask it"
        assert not field.batched or field.importable, f"{field.name}: a row is read from a table"
        assert not field.needed or not column.blank, field.name
        assert not (field.api_out and field.api_out.part) or field.base_data, f"{field.name}: a part is base data"
        assert not (field.unwritten and field.group is not Group.ADDRESS), field.name
    assert sorted(one.name for one in in_order_of_tables()) == sorted(names(lambda field: field.importable))


def test_what_a_change_is_about_is_said_in_words_field_by_field() -> None:
    told = in_words({name: f"<{name}>" for name in HELD})
    assert [name for name in HELD if f"<{name}>" not in told] == []


def test_a_row_more_in_the_table_is_a_field_more_everywhere() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.places.new_field"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        timeout=max(PATIENCE, 120),
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert json.loads(run.stdout) == {
        "form": [True, True, "见立杆铭牌。"],
        "batch": [True, True, "pole", True],
        "import": ["pole", True, "P-17"],
        "export": ["P-17", True],
        "api in": [True, True, "S15"],
        "api out": [True, "P-17", None],
        "record": [True, ["(restricted)", "(restricted)"]],
        "gate": [["pole"], "move", False],
        "said of a change": "立杆编号 P-17",
        "node": True,
        "page": [True, True],
    }
