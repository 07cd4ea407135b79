"""Rows of the interface as cells of a file: a column for each field of their shape, those of a shape within with a dot. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel


def columns_of(shape: type[BaseModel], before: str = "") -> list[str]:
    """Names of the columns in the order of the shape."""
    found: list[str] = []
    for name, field in shape.model_fields.items():
        said = field.annotation
        kinds = () if get_origin(said) is list else (said, *get_args(said))
        within = next((one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)), None)
        found += columns_of(within, f"{before}{name}.") if within is not None else [before + name]
    return found


def cells_of(columns: Sequence[str], row: Mapping[str, Any]) -> list[Any]:
    """One row. A list is written with semicolons, what has a shape of its own as JSON, nothing as nothing."""
    return [_cell(_at(row, column.split("."))) for column in columns]


def _at(row: Any, path: Sequence[str]) -> Any:
    for name in path:
        if not isinstance(row, Mapping):
            return None
        row = row.get(name)
    return row


def _cell(value: Any) -> Any:
    if isinstance(value, list) and not any(isinstance(one, Mapping) for one in value):
        return ";".join(str(one) for one in value)
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value
