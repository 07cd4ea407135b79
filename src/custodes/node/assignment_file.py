"""The last assignment, kept on disk so that the node starts and records without the centre."""

from __future__ import annotations

import os
from pathlib import Path

import structlog
from pydantic import ValidationError

from custodes.video.wire.assignment import Assignment

log = structlog.get_logger(__name__)

NAME = "assignment.json"


def save_assignment(path: Path, assignment: Assignment) -> None:
    """Put `assignment` in place of the last one: whole and durable, or not at all."""
    partial = path.with_suffix(".new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(assignment.model_dump_json().encode())
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load_assignment(path: Path) -> Assignment | None:
    """The last assignment; None when there was none yet or it can't be read, which is logged."""
    try:
        return Assignment.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.error("assignment.unreadable", path=path.name, why=type(error).__name__)
        return None
