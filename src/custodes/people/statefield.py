"""The state of a case: a field that moves by steps alone, and is plain text to migrations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.db import models
from django.db.models import QuerySet
from django.db.models.query_utils import DeferredAttribute


class _Protected(DeferredAttribute):
    """Of a row: set once, as it is made or read, and by `set_state`."""

    def __set__(self, instance: models.Model, value: str) -> None:
        if self.field.attname in instance.__dict__:
            raise AttributeError(f"{self.field.attname} changes by a step alone")
        instance.__dict__[self.field.attname] = value


class StateField(models.CharField):  # type: ignore[type-arg]
    """Refuses any assignment where a state stands. What a migration knows of it is its column."""

    descriptor_class = _Protected

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As a text of the same column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class Stateful(models.Model):
    """A row with a state: it can be read again."""

    class Meta:
        abstract = True

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: QuerySet[Self] | None = None
    ) -> None:
        """Past the field's own guard, which refuses a state that is set where one stands."""
        for field in self._meta.concrete_fields:
            if isinstance(field, StateField) and (fields is None or field.name in fields):
                self.__dict__.pop(field.name, None)
        super().refresh_from_db(using, fields, from_queryset)


def set_state(row: Any, state: str) -> str:
    """Give a row another state, past the field's own guard: `custodes.cases.taking` alone does so, which asked the step's guards. The state before."""
    before = str(row.state)
    row.__dict__["state"] = state
    return before
