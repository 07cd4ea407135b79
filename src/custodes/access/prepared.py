"""Questions to the database that Django writes once: each time only the values in their blanks are other ones.

Writing a query costs Django several times what the database needs to answer it. Most do not notice; a decision by duty is asked of each
look and of each renewal, for each wall each 40 seconds (`bench/decide.py`), and its questions are always the same. They stay what they
are, query sets of the models; no SQL stands here, and what the models say of time (`running`, `valid`) stays with the models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Blank(Expression):
    """A place in a question for a value that is given when it is asked.

    Args:
        name: under which the value is given.
        field: of what kind it is, as in the model that it is compared with.
    """

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        """One parameter; `Prepared` puts the value in its place."""
        return "%s", [self]

    def filled(self, values: dict[str, Any]) -> Any:
        """The value as the database takes it.

        Raises:
            KeyError: none is given.
            ValueError: it is None, with which SQL compares nothing: a condition that is never met could open what it closes.
        """
        if (value := values[self.name]) is None:
            raise ValueError(f"{self.name} is None")
        return self.output_field.get_db_prep_value(value, connection)


@dataclass(frozen=True, slots=True)
class _Written:
    sql: str
    params: tuple[Any, ...]
    columns: tuple[Any, ...]


class Prepared:
    """A question that is written at its first asking. As a decorator of what makes its query set, by `values_list`.

    Called with what changes its text (how many cameras it is about) and with what fills its blanks, by name; answers with rows.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]]) -> None:
        self._make = make
        self._written: dict[tuple[Any, ...], tuple[QuerySet[Any, Any], _Written]] = {}

    def __call__(self, *form: Any, **values: Any) -> list[tuple[Any, ...]]:
        """Ask it.

        Raises:
            KeyError: a blank has no value.
            ValueError: a value is None.
        """
        key = (connection.alias, *form)
        if key not in self._written:
            self._written[key] = self._write(*form)
        rows, written = self._written[key]
        params = [one.filled(values) if isinstance(one, Blank) else one for one in written.params]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        # Of this thread's connection; what was written may be another's.
        compiler = rows.query.get_compiler(connection=connection)
        converters = compiler.get_converters(written.columns)
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    def _write(self, *form: Any) -> tuple[QuerySet[Any, Any], _Written]:
        rows = self._make(*form)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return rows, _Written(sql, tuple(params), tuple(column for column, _sql, _alias in compiler.select))
