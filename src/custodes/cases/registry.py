"""The kinds of case that there are: each app adds its own when it is ready."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model, ProtectedError
from django.db.models.signals import pre_delete

from custodes.cases.kind import CaseKind
from custodes.cases.models import CasePaper, CaseStep


def keep_rows_of(*models: type[Model]) -> None:
    """Rows of these models are not deleted while steps are kept of them, declared as kinds or not yet."""
    for model in models:
        for one in (each for each in apps.get_models() if each._meta.concrete_model is model):  # by another name too
            pre_delete.connect(_protect, sender=one, dispatch_uid=f"cases.{one._meta.label_lower}")


def _protect(sender: Any, instance: Any, **_more: Any) -> None:
    label = sender._meta.concrete_model._meta.label_lower
    for kept in (CaseStep, CasePaper):
        row = kept._default_manager.filter(kind=label, case_id=instance.pk).first()
        if row is not None:
            raise ProtectedError(f"steps of {label} {instance.pk} are kept", {row})


class Registry:
    """Kinds by key."""

    def __init__(self) -> None:
        self._kinds: dict[str, CaseKind] = {}

    def add(self, *kinds: CaseKind) -> None:
        """Enter them.

        Raises:
            ValueError: one of this key is there already.
        """
        for kind in kinds:
            if self._kinds.get(kind.key, kind) is not kind:
                raise ValueError(f"two kinds of case are called {kind.key}")
            self._kinds[kind.key] = kind
            keep_rows_of(kind.model)

    def leave(self, kind: CaseKind) -> None:
        """Take one out: of a test that brought it."""
        del self._kinds[kind.key]

    def get(self, key: str) -> CaseKind | None:
        """The kind of this key; None where steps are kept of something that is no declared kind yet."""
        return self._kinds.get(key)

    def of(self, row: Any) -> CaseKind:
        """The kind of a row.

        Raises:
            KeyError: it is of none.
        """
        return self._kinds[row._meta.label_lower]

    def __iter__(self) -> Iterator[CaseKind]:
        return iter(self._kinds.values())


registry = Registry()
