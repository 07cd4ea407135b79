"""Upper platforms on disk, so that we go on registered while the web is away; the port that each link has, and where its name led.

Each link has a SIP port of its own: an upper's endpoint hears that upper alone, and an upper is told the port on paper, so that it has to stay.
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError

from custodes.keyfile import write_private
from custodes.video.wire.upper_platforms import GatewayUppers

log = structlog.get_logger(__name__)


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


UPPERS = "uppers.json"


class KeptPlace(BaseModel):
    """Where a link's upper took us: the name by which it was reached, and the address that this led to."""

    host: str
    address: str


class KeptUppers(BaseModel):
    """What is kept.

    Attributes:
        ports: of links, also of some that are gone: one that comes back is reached where it was.
        places: of links whose upper is reached by a name.
    """

    uppers: GatewayUppers
    ports: dict[UUID, int] = {}
    places: dict[UUID, KeptPlace] = {}


def save_uppers(folder: Path, kept: KeptUppers) -> None:
    """Put `kept` in place of the last, for the gateway's own user alone: whole and durable, or not at all.

    Raises:
        OSError: it could not be written; the last stands.
    """
    write_private(folder / UPPERS, kept.model_dump_json().encode())


def load_uppers(folder: Path) -> KeptUppers | None:
    """The last ones; None when there were none yet or they can't be read, which is logged."""
    try:
        return KeptUppers.model_validate_json((folder / UPPERS).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.error("uppers.unreadable", path=UPPERS, why=type(error).__name__)
        return None
