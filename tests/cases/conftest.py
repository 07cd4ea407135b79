"""A declared kind with its table and pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from custodes.cases.registry import registry
from tests.cases.drill import DRILL, Drill


@pytest.fixture
def drills(db: None, settings: Any) -> Iterator[None]:
    """Its table, its routes, its place among the kinds."""
    editor = connection.SchemaEditorClass(connection)  # as a context it wants to be outside of any transaction
    editor.deferred_sql = []
    statement, _params = editor.table_sql(Drill)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    registry.add(DRILL)
    settings.ROOT_URLCONF = "tests.cases.urls"
    yield
    registry.leave(DRILL)
