"""What the log tells of one look: its grant, what each node showed and when, what was taken back; in the order of the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from custodes.access.models import Grant
from custodes.oversight.kinds import TYPES
from custodes.oversight.log_phrases import LedgerNames, tell
from custodes.oversight.mirror import fetch
from custodes.oversight.models import EntryRow
from custodes.oversight.moments import between

OF_NODES = ("view.begun", "view.heard", "view.ended", "speech.ended")
SPEECH = "speech.begun"
LONGEST = timedelta(days=2)
"""What a node says of a look arrives within so long of its end; a look ends with a duty session."""
MOST = 2000


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One entry.

    Attributes:
        side: ``web`` or ``node``.
        bytes: of footage, of what a node ended to show.
        shown: what was shown, both ends of each piece in words.
    """

    index: int
    at: datetime
    side: str
    kind: Any
    words: str
    worker: str = ""
    bytes: int | None = None
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """All of it.

    Attributes:
        began, ended: when the first picture was shown, and when the last stopped; None where no node said.
        bytes: of footage that nodes sent.
    """

    leaves: tuple[StoryEntry, ...]
    began: datetime | None
    ended: datetime | None
    bytes: int


def story_of(grant: Grant, cameras: set[str]) -> Story:
    """What the log holds of it.

    Args:
        cameras: ids of those that may be named; what nodes say of others is left out.

    Raises:
        NotaryUnavailable, NotaryRefused.
    """
    leaves = tuple(_leaves(grant, cameras))
    begun = [leaf.at for leaf in leaves if leaf.side == "node"]
    ends = [leaf.at for leaf in leaves if leaf.bytes is not None]
    return Story(
        leaves,
        min(begun, default=None),
        max(ends, default=None),
        sum(leaf.bytes or 0 for leaf in leaves),
    )


def _leaves(grant: Grant, cameras: set[str]) -> Iterator[StoryEntry]:
    end = grant.ended_at or grant.revoked_at or grant.renewed_at or grant.asked_at
    rows = EntryRow.objects.filter(
        Q(pk=grant.index)
        | Q(
            type__in=(SPEECH, *OF_NODES),
            person=grant.person.uuid,
            at__gte=grant.asked_at - LONGEST,
            at__lte=end + LONGEST,
        )
    )
    entries = fetch(rows.order_by("index").values_list("index", flat=True)[:MOST])
    names = LedgerNames.of(entry.record for entry in entries.values() if entry.record)
    # Its end names the speech, whose leave names the look.
    spoken = {
        str(one["speech"])
        for one in (entry.record for entry in entries.values() if entry.record)
        if one["type"] == SPEECH and str(one["grant"]) == str(grant.pk)
    }
    for index, entry in sorted(entries.items()):
        record = entry.record
        if record is None:
            continue
        if str(record.get("grant")) != str(grant.pk) and str(record.get("speech")) not in spoken:
            continue
        kind = str(record["type"])
        if kind != "grant" and str(record.get("camera")) not in cameras:
            continue
        yield StoryEntry(
            index=index,
            at=datetime.fromisoformat(str(record["at"])),
            side="node" if kind in OF_NODES else "web",
            kind=TYPES.get(kind, kind),
            # The grant names all its cameras; the page names those that the reader may know.
            words="" if kind == "grant" else tell(record, names),
            worker=str(record.get("worker", "")),
            bytes=int(record["bytes"]) if kind == "view.ended" else None,
            shown=tuple(between(*span) for span in record.get("shown", ())[:20]),
        )
