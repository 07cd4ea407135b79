"""How one setting is written down: its default, its unit and the sentence that the docs page prints."""

from __future__ import annotations

from typing import Any

from pydantic import Field


def setting(default: Any, unit: str, sentence: str, **rules: Any) -> Any:
    """One setting: its default, its unit (``-`` for none) and the sentence that the docs page prints."""
    return Field(default=default, description=sentence, json_schema_extra={"unit": unit}, **rules)
