"""The file of tracks of a release, from its rows and into them (`video.mask.sidecar`); and which pictures of the film a reviewer looks at
besides the tracks: one out of each stretch, drawn from the hash of the source, and those in which the detector was in doubt.

Nobody chooses the pictures, everybody finds the same ones, and they stay the same however often the copy is written anew.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from custodes.access.models import Release, ReleaseTrack
from custodes.video.mask.sidecar import FORMAT, Sidecar, read_sidecar
from custodes.video.mask.tracks import Track, TrackOrigin

LEAST, MOST = 12, 120
DOUBT = 0.6
"""A detector's track whose best score is below this is looked at in its middle: where it is half sure of one face, it has missed others."""
MOST_DOUBTS = 40
EVERY = 2 * 90_000
"""Ticks: one sample for so much film, within the bounds."""


def document_of(track: ReleaseTrack) -> dict[str, Any]:
    """One track in exactly the fields of the file; whoever reads many selects `by` with them."""
    return {
        "number": track.number,
        "kind": track.kind,
        "origin": track.origin,
        "state": track.state,
        "growth": track.growth,
        "whole_body": track.whole_body,
        "surest": track.surest,
        "review": {
            "by": str(track.by.uuid) if track.by else "",
            "acquaintance": track.acquaintance,
            "remark": track.remark,
        },
        "frames": track.frames,
    }


def sidecar_of(row: Release) -> Sidecar:
    """All tracks as they stand, bound to the source.

    Raises:
        BadSidecar: no film was read yet.
    """
    document = {
        "format": FORMAT,
        "source": row.source,
        "width": row.width,
        "height": row.height,
        "models": [{"name": name, "sha256": digest} for name, digest in row.detectors],
        "tracks": [document_of(one) for one in row.tracks.select_related("by").order_by("number")],
    }
    return read_sidecar(json.dumps(document).encode(), row.source)


def digest_of(row: Release) -> str:
    """SHA-256 of the file of tracks as it stands, hex; empty before a film was read."""
    return hashlib.sha256(sidecar_of(row).encode()).hexdigest() if row.source else ""


def take_in(row: Release, found: Sidecar) -> None:
    """The rows of what was found; nothing was decided of them."""
    documents = json.loads(found.encode())["tracks"]
    ReleaseTrack.objects.bulk_create(
        [
            ReleaseTrack(
                release=row,
                number=one["number"],
                kind=one["kind"],
                origin=one["origin"],
                state=one["state"],
                growth=one["growth"],
                whole_body=one["whole_body"],
                surest=one["surest"],
                frames=one["frames"],
            )
            for one in documents
        ],
        batch_size=200,
    )


def pictures_of(row: Release) -> tuple[int, ...]:
    """Ticks of all pictures that are to be answered, rising."""
    return tuple(sorted({*samples_of(row.times, row.source), *row.doubts}))


def doubts_of(tracks: Iterable[Track], times: Sequence[int]) -> list[int]:
    """Ticks of pictures in which the detector was in doubt, the most doubtful `MOST_DOUBTS` of them, rising.

    Args:
        tracks: as they were found.
        times: of all pictures, rising; not empty.
    """
    found = sorted(
        (one.surest, one.begins, one.ends) for one in tracks if one.origin is TrackOrigin.MODEL and one.surest < DOUBT
    )
    nearest = (times[min(bisect_left(times, (begins + ends) // 2), len(times) - 1)] for _surest, begins, ends in found)
    return sorted(list(dict.fromkeys(nearest))[:MOST_DOUBTS])


def samples_of(times: Sequence[int], source: str) -> tuple[int, ...]:
    """Ticks of the samples, rising; the first and the last picture are among them. Of a short film all pictures.

    Args:
        times: of all pictures, rising.
        source: SHA-256 of the film, hex.
    """
    if len(times) <= LEAST:
        return tuple(times)
    count = min(max((times[-1] - times[0]) // EVERY, LEAST), MOST, len(times))
    inner = count - 2
    first, last = 1, len(times) - 1
    found = {times[0], times[-1]}
    for stretch in range(inner):
        begin = first + (last - first) * stretch // inner
        end = max(begin + 1, first + (last - first) * (stretch + 1) // inner)
        drawn = int.from_bytes(hashlib.sha256(f"{source}:{stretch}".encode()).digest()[:8], "big")
        found.add(times[begin + drawn % (end - begin)])
    return tuple(sorted(found))
