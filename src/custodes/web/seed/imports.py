"""The story's tables: one of places that went in without its wrong rows, one of cameras that waits for somebody to confirm it."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Sequence

from custodes.places.importing import running
from custodes.places.importing.kinds import KINDS
from custodes.places.importing.taking import take_table
from custodes.places.models import ImportState, TableImport
from custodes.web.seed import story
from custodes.web.seed.acting import person


def plant_imports(now: datetime.datetime) -> None:
    """Plant them: entered by the city's administrator, and handed in by the school's caretaker."""
    places = _taken("sites", "示范场所清单（训练）.csv", story.IMPORTED_PLACES, story.REGISTRAR, now)
    places.state, places.whole = ImportState.ENTERING, False
    running.enter(places, now)
    _taken("cameras", "示范小学新增点位（训练）.csv", story.IMPORTED_CAMERAS, story.CARETAKER, now)


def _taken(kind: str, name: str, rows: Sequence[Sequence[str]], username: str, now: datetime.datetime) -> TableImport:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    table = take_table(io.BytesIO(text.getvalue().encode()), name, KINDS[kind], person(username), now)
    running.check(table, now)
    return table
