"""Who may open which view: what every room says about its own addresses in `tests/ROOM/who_may_open.py`.

A room's file has ``VIEWS: dict[str, Opens]`` with the full name of each address (``people:person_list``; an address
without a name goes by its route). `tests/web/every_view/` tries every one with every member of the cast, and fails
for an address that nobody has registered.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cast import EVERYBODY, Cast

#: Rooms that may have a `who_may_open.py`.
ROOMS = ("web", "people", "places", "access", "sharing", "upkeep", "oversight")


@dataclass(frozen=True)
class Opens:
    """How one view is tried.

    Attributes:
        members: who may open it; everybody else must get 403 or 404.
        keywords: the address's arguments, from the cast; objects are those of unit A or of its people.
        method: ``get`` or ``post``.
        data: what is posted.
        json: whether `data` is posted as JSON.
    """

    members: frozenset[str]
    keywords: Callable[[Cast], Mapping[str, Any]] = field(default=lambda cast: {})
    method: str = "get"
    data: Callable[[Cast], Mapping[str, Any]] = field(default=lambda cast: {})
    json: bool = False


@dataclass(frozen=True)
class Public:
    """A view that needs no signed-in account, and why.

    Attributes:
        why: the reason, for whoever reads the list.
        status: what an anonymous GET (or POST) gets.
        method: ``get`` or ``post``.
    """

    why: str
    status: int
    method: str = "get"


@dataclass(frozen=True)
class Keyed:
    """An address of the interface for programs: without a key it answers 401, to whoever is signed in too.

    `keywords` are any that fit: the key is asked before the row.
    """

    keywords: Mapping[str, Any] = field(default_factory=dict)
    methods: tuple[str, ...] = ("get",)


def members(*names: str) -> frozenset[str]:
    """A set of members; misspelt names fail at once."""
    unknown = set(names) - EVERYBODY
    if unknown:
        raise ValueError(f"not in the cast: {sorted(unknown)}")
    return frozenset(names)


def everything() -> dict[str, Opens | Public | Keyed]:
    """What all rooms have registered."""
    views: dict[str, Opens | Public | Keyed] = {}
    for room in ROOMS:
        name = f"tests.{room}.who_may_open"
        try:
            found = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            found = None
        if found is None:
            continue
        room_views = importlib.import_module(name).VIEWS
        twice = views.keys() & room_views.keys()
        if twice:
            raise ValueError(f"registered twice: {sorted(twice)}")
        views.update(room_views)
    return views
