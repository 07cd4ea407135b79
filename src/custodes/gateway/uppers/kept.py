"""Upper platforms on disk, so that we go on registered while the web is away; the port that each link has, and where its name led."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError

from custodes.keyfile import write_private
from custodes.video.wire.uppers import GatewayUppers

log = structlog.get_logger(__name__)

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
