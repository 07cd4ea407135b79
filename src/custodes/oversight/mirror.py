"""Keeps the finding aid up with the log, a bounded piece at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from custodes.access.models import Grant
from custodes.ledger.client import LoggedEntry
from custodes.oversight.models import EntryRow
from custodes.people import delivery as line
from custodes.sharing.models import Served

PIECE = 1000
PIECES = 20


def catch_up(pieces: int = PIECES) -> bool:
    """Note new entries, at most `pieces` × `PIECE` of them; whether all are noted now.

    Raises:
        NotaryUnavailable, NotaryRefused.
    """
    notary = line.notary()
    for _piece in range(pieces):
        last = EntryRow.objects.order_by("-index").values_list("index", flat=True).first()
        entries = notary.entries(0 if last is None else last + 1, PIECE)
        EntryRow.objects.bulk_create([_row(entry) for entry in entries], ignore_conflicts=True)
        if len(entries) < PIECE:
            return True
    return False


def fetch(indices: Iterable[int]) -> dict[int, LoggedEntry]:
    """The entries at these indices, neighbours in one request.

    Raises:
        NotaryUnavailable, NotaryRefused.
    """
    notary = line.notary()
    wanted = sorted(set(indices))
    found: dict[int, LoggedEntry] = {}
    start = 0
    while start < len(wanted):
        stop = start
        while (
            stop + 1 < len(wanted)
            and wanted[stop + 1] - wanted[stop] <= 16
            and wanted[stop + 1] - wanted[start] < PIECE
        ):
            stop += 1
        for entry in notary.entries(wanted[start], wanted[stop] - wanted[start] + 1):
            found[entry.index] = entry
        start = stop + 1
    return {index: found[index] for index in wanted if index in found}


def _row(entry: LoggedEntry) -> EntryRow:
    record: Mapping[str, Any] = entry.record or {}
    return EntryRow(
        index=entry.index,
        type=str(entry.entry.get("t", ""))[:40],
        at=datetime.fromisoformat(str(entry.entry["at"])),
        # What the house found about somebody's looks is that person's entry (S7).
        person=_uuid(record.get("person") or record.get("by")) or _uuid(record.get("about")) or _asking(record),
        camera=None if _names_an_officer(record) else _uuid(record.get("camera") or _only(record.get("cameras"))),
    )


def _names_an_officer(record: Mapping[str, Any]) -> bool:
    """Who asks across platforms, and why: no entry of the camera's unit, which may be told of the case later (decision 0381)."""
    return bool(record.get("stated")) or record.get("type") == "platform.stated"


def _asking(record: Mapping[str, Any]) -> UUID | None:
    """Of what names an officer across platforms: the link over which was asked, or whose look it was said of; `readers` knows whose they are."""
    if record.get("type") == "platform.stated":
        looked = Grant.objects.filter(pk=record["grant"]).values_list("person__uuid", flat=True).first()
        return looked or Served.objects.filter(pk=record["grant"]).values_list("link", flat=True).first()
    holder = str(record.get("person", ""))
    named = record.get("stated") or record.get("type") == "platform.statement"
    return _uuid(holder.removeprefix("link:")) if named else None


def _only(cameras: Any) -> Any:
    return cameras[0] if isinstance(cameras, list | tuple) and cameras else None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
