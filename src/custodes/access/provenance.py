"""Which entry of the log stands behind a document that is printed."""

from __future__ import annotations

import base64
from typing import Protocol

from custodes.access import notary as line
from custodes.documents.provenance import Checkpoint, Provenance
from custodes.ledger.checkpoint import parse_checkpoint
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.note import NoteError, parse_note
from custodes.people.models import RecordOutbox
from custodes.settings import get_settings


class Recorded(Protocol):
    """A step of any room, with its record."""

    @property
    def record(self) -> RecordOutbox | None:
        """None where none was written."""


def provenance_of(step: Recorded | None) -> Provenance:
    """Which record stands behind it, and the log as it is signed now; without them while the notary is away."""
    index = step.record.index if step is not None and step.record is not None else None
    origin, checkpoint = "", None
    try:
        origin = line.notary().status().origin
        found = parse_checkpoint(parse_note(line.notary().checkpoint()).text)
        checkpoint = Checkpoint(found.size, base64.b64encode(found.root).decode())
    except (NotaryUnavailable, NotaryRefused, NoteError, ValueError):
        pass  # printed as not yet entered; the page of the row says when it is
    return Provenance(get_settings().installation_name, origin, index, checkpoint)
