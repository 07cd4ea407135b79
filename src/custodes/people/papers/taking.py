"""Views that take papers say so: every other address refuses a body of more than a form's size before it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from custodes.settings import get_settings

_V = TypeVar("_V", bound=Callable[..., Any])


def takes_papers(count: int = 1, setting: str = "paper_bytes") -> Callable[[_V], _V]:
    """A view whose form takes up to `count` papers at once, each of up to the bytes that `setting` names."""

    def mark(view: _V) -> _V:
        view.takes_papers = (count, setting)  # type: ignore[attr-defined]
        return view

    return mark


def paper_bytes_of(view: Any) -> int:
    """How many bytes of papers one request to this view may bring; 0 for a view that takes none."""
    count, setting = getattr(view, "takes_papers", (0, "paper_bytes"))
    return int(count * getattr(get_settings(), setting))
