"""The list of a package, and the signed note over it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from custodes.evidence.completeness import FootageHole, holes, span_of
from custodes.evidence.package import Package, PackagePart
from custodes.ledger import canonical
from custodes.ledger.records import at_text

FORMAT = "custodes-evidence/2"
"""Of `1` verifiers know that nothing says what was to be in it."""
NOTE_HEADER = "custodes evidence package v1"
SIGNER_SUFFIX = "/packages"
"""Name of the key that signs packages: the log's origin, and this."""
NOT_LISTED = ("manifest.json", "manifest.note")
"""The list can't hold its own hash; its note holds it."""


def part_row(part: PackagePart, leaves: Sequence[bytes], file: str, proof: str) -> dict[str, canonical.Json]:
    """One piece of footage, as the list tells it; `leaves` are of its whole segment."""
    fields = part.sealed.fields
    return {
        "file": file,
        "proof": proof,
        "camera": str(fields["camera"]),
        "number": part.camera_number,
        "name": part.camera_name,
        "first": part.first,
        "from_us": part.from_us,
        "to_us": part.to_us,
        "sizes": list(part.sizes),
        "leaves": [leaf.hex() for leaf in leaves],
    }


def hole_row(hole: FootageHole) -> canonical.Json:
    """What is not there, as the list tells it; verifiers count it again."""
    return {
        "camera": str(hole.camera),
        "from_us": hole.from_us,
        "to_us": hole.to_us,
        "why": hole.why,
        "reason": hole.reason,
    }


def manifest(
    package: Package,
    parts: Sequence[Mapping[str, canonical.Json]],
    listed: str,
    gaps: Sequence[str],
    chain: Sequence[str],
    files: Sequence[tuple[str, int, str]],
) -> bytes:
    """``manifest.json``, canonical.

    Args:
        parts: of `part_row`.
        listed: proof of the record that says what is in it.
        gaps: proofs of the records that say why something is not in it, in order.
        chain: proofs of what was done, in order.
        files: name, bytes and SHA-256 in hex of each file but `NOT_LISTED`, in the order in which they stand in the package.
    """
    return canonical.encode(
        {
            "format": FORMAT,
            "package": str(package.id),
            "made": at_text(package.made_us),
            "holder": package.holder,
            "grant": GRANT_PROOF,
            "asked": list(span_of(package.grant)),
            "parts": [dict(row) for row in parts],
            "listed": listed,
            "gaps": list(gaps),
            "holes": [hole_row(one) for one in holes(package)],
            "chain": list(chain),
            "files": [{"name": name, "bytes": size, "sha256": digest} for name, size, digest in files],
        }
    )


GRANT_PROOF = "proofs/0000"
"""The leave comes first among the proofs."""


def note_text(package: Package, listed: bytes) -> str:
    """What is signed: the package's number, and size and SHA-256 of its list."""
    return f"{NOTE_HEADER}\n{package.id}\n{len(listed)}\n{hashlib.sha256(listed).hexdigest()}\n"
