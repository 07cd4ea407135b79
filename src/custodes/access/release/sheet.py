"""The file of tracks of a release, from its rows and into them (`video.mask.sidecar`)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from custodes.access.models import Release, ReleaseTrack
from custodes.video.mask.sidecar import FORMAT, Sidecar, read_sidecar


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
