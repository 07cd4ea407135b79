"""The record that every app of the web writes when a person changes what an object is set to."""

from __future__ import annotations

from .base import Name, Record, Value


class ConfigChanged(Record, frozen=True, kw_only=True, gc=False, tag="config.changed"):
    """Settings of an object changed; secrets appear as ``(sealed)``, numbers with a fraction as text."""

    by: Name
    object: Name
    object_id: Name
    changes: dict[Name, tuple[Value, Value]]
