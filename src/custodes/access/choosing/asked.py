"""A question of the choosing map: for what, and a window or a shape."""

from __future__ import annotations

import json
from dataclasses import dataclass

from custodes.access.choosing.shape import Shape, read_shape
from custodes.places.map.asked import Window

MOST_BYTES = 6_000
"""Largest question: a ring of a hundred corners."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. Without window and shape everything is asked for, and the answer says where that is."""

    subject: str
    window: Window | None = None
    shape: Shape | None = None


def read(body: bytes) -> Asked | None:
    """From a body of JSON; None when it can't be read."""
    try:
        said = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("subject"), str):
        return None
    window, shape = Window.read(said.get("box")), read_shape(said.get("shape"))
    if (window is None and said.get("box") is not None) or (shape is None and said.get("shape") is not None):
        return None
    return Asked(said["subject"][:80], window, shape)
