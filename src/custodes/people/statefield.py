"""The state of a case: a field that moves by transitions alone, and is plain text to migrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_fsm import FSMField


class StateField(FSMField):
    """`FSMField` of models as they are; in migrations a text.

    Each field of a machine listens for every class that is made from then on, and a migration makes each model some hundred times: half of the
    time of a new installation went there. What a migration knows of a state is its column.
    """

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As a text of the same column."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs
