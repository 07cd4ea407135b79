"""What the gateway keeps on disk: the last assignment, so that it starts without the centre, and which devices have registered ever."""

from __future__ import annotations

import json
from pathlib import Path

import structlog
from pydantic import ValidationError

from custodes.keyfile import write_private
from custodes.video.wire.gateway_assignment import GatewayAssignment

log = structlog.get_logger(__name__)

ASSIGNMENT = "assignment.json"
SEEN = "seen.json"


def save_assignment(folder: Path, assignment: GatewayAssignment) -> None:
    """Put `assignment` in place of the last one, for the gateway's own user alone: whole and durable, or not at all.

    Raises:
        OSError: it could not be written; the last one stands.
    """
    write_private(folder / ASSIGNMENT, assignment.model_dump_json().encode())


def load_assignment(folder: Path) -> GatewayAssignment | None:
    """The last assignment; None when there was none yet or it can't be read, which is logged."""
    try:
        return GatewayAssignment.model_validate_json((folder / ASSIGNMENT).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.error("assignment.unreadable", path=ASSIGNMENT, why=type(error).__name__)
        return None


def save_seen(folder: Path, devices: set[str]) -> None:
    """Remember who has registered ever: after a restart these count as offline, not as never heard.

    Raises:
        OSError: it could not be written.
    """
    write_private(folder / SEEN, json.dumps(sorted(devices)).encode())


def load_seen(folder: Path) -> set[str]:
    """Who has registered ever; nobody where it can't be read."""
    try:
        found = json.loads((folder / SEEN).read_bytes())
    except FileNotFoundError:
        return set()
    except (OSError, ValueError) as error:
        log.error("seen.unreadable", path=SEEN, why=type(error).__name__)
        return set()
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()
