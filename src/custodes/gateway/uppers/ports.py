"""A SIP port for each link: an upper's endpoint hears that upper alone, and an upper is told the port on paper, so that it has to stay."""

from __future__ import annotations

from collections.abc import Container
from uuid import UUID


class Ports:
    """The ports of a range.

    Args:
        first, last: of the range.
        known: as they were given before; what lies outside of the range is forgotten.
    """

    def __init__(self, first: int, last: int, known: dict[UUID, int]) -> None:
        self._range = range(first, last + 1)
        self._known = {link: port for link, port in known.items() if port in self._range}

    @property
    def known(self) -> dict[UUID, int]:
        """Ports by link."""
        return dict(self._known)

    def of(self, link: UUID, present: Container[UUID]) -> int | None:
        """The link's port, its own for good; None where all are taken by links that are `present`."""
        found = self._known.get(link)
        if found is not None:
            return found
        held = set(self._known.values())
        free = next((port for port in self._range if port not in held), None)
        if free is None:
            gone = next((each for each in self._known if each not in present), None)
            if gone is None:
                return None
            free = self._known.pop(gone)
        self._known[link] = free
        return free
