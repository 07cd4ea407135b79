"""What of the span that was asked for is in a package, and why the rest is not: said beforehand, entered in the log, counted again by verifiers.

The same rules stand in both verifiers, which share no code with this: docs/design/evidence.md, *Completeness*.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from custodes.evidence.package import Package, PackagePart, Proven
from custodes.ledger import canonical

NEAR_US = 2_000
"""Two pieces that are no further apart follow one another: times of ends are counted from durations of pictures."""
FRAGMENT_US = 2_000_000
"""At an end of the span so much may lack: a piece goes as whole fragments, which last a second, and none reaches beyond the leave."""
LEADING_US = 20_000_000
"""So much where the segment itself reaches beyond that end: what stands before the first picture that can be shown alone is left out too."""
TRIMMED = "trimmed"
"""Why of a hole: `TRIMMED`, the type of the record that explains it (``gap``, ``purge``), or empty: unexplained."""


@dataclass(frozen=True, slots=True)
class FootageHole:
    """A part of the span of which the package has no footage of a camera.

    Attributes:
        from_us, to_us: microseconds UTC.
        why: `TRIMMED`, ``gap``, ``purge``; empty where nothing explains it.
        reason: of a ``gap``, as its record has it; the rule of a ``purge``.
        record: id of the record that explains it.
    """

    camera: UUID
    from_us: int
    to_us: int
    why: str = ""
    reason: str = ""
    record: UUID | None = None


def span_of(grant: Proven) -> tuple[int, int]:
    """The span that the leave opens: what was asked for."""
    span = grant.fields["span"]
    assert isinstance(span, list)
    return int(span[0]), int(span[1])


def cameras_of(grant: Proven) -> list[str]:
    """The leave's cameras."""
    cameras = grant.fields["cameras"]
    assert isinstance(cameras, list)
    return [str(one) for one in cameras]


def contents(grant: Proven, parts: Sequence[PackagePart], gaps: Sequence[Proven]) -> str:
    """SHA-256, hex, over what a package holds: the leave and its span, each piece by its record, and each record that explains a hole."""
    told: canonical.Json = {
        "gaps": [str(one.fields["id"]) for one in gaps],
        "grant": str(grant.fields["id"]),
        "parts": [[str(one.sealed.fields["id"]), one.first, len(one.sizes) - 1] for one in parts],
        "span": list(span_of(grant)),
    }
    return hashlib.sha256(canonical.encode(told)).hexdigest()


def holes(package: Package) -> list[FootageHole]:
    """What the package does not have of the span, by camera and time, each with its reason."""
    return holes_of(package.grant, package.parts, package.gaps)


def holes_of(grant: Proven, parts: Sequence[PackagePart], gaps: Sequence[Proven]) -> list[FootageHole]:
    """As `holes`, before there is a package."""
    asked, found = span_of(grant), list[FootageHole]()
    for camera in cameras_of(grant):
        own = [one for one in parts if one.sealed.fields["camera"] == camera]
        own.sort(key=lambda one: (one.from_us, one.to_us))
        why = sorted(
            ((_number(one, "from_us"), _number(one, "to_us"), one) for one in gaps if one.fields["camera"] == camera),
            key=lambda each: each[:2],
        )
        for start, end in _open([(one.from_us, one.to_us) for one in own], asked):
            for piece in _pieces(UUID(camera), start, end, why):
                found.append(_trimmed(piece, asked, own))
    return found


def _number(one: Proven, name: str) -> int:
    value = one.fields[name]
    assert isinstance(value, int)
    return value


def _open(spans: Iterable[tuple[int, int]], asked: tuple[int, int]) -> list[tuple[int, int]]:
    """What of the span none of these covers; `spans` are in order."""
    at, found = asked[0], []
    for start, end in [*spans, (asked[1], asked[1])]:
        if start - at > NEAR_US:
            found.append((at, start))
        at = max(at, end)
    return found


def _pieces(camera: UUID, start: int, end: int, why: Sequence[tuple[int, int, Proven]]) -> list[FootageHole]:
    """The hole, cut where records explain it."""
    at, found = start, []
    for begun, ended, one in why:
        begun, ended = max(begun, at), min(ended, end)
        if ended <= begun:
            continue
        if begun - at > NEAR_US:
            found.append(FootageHole(camera, at, begun))
        else:
            begun = at
        kind = str(one.fields["type"])
        reason = str(one.fields["rule" if kind == "purge" else "reason"])
        found.append(FootageHole(camera, begun, ended, kind, reason, UUID(str(one.fields["id"]))))
        at = ended
    if end - at > NEAR_US:
        found.append(FootageHole(camera, at, end))
    return found


def _trimmed(hole: FootageHole, asked: tuple[int, int], parts: Sequence[PackagePart]) -> FootageHole:
    """The same, explained where it only comes of cutting inward at an end of the span."""
    if hole.why:
        return hole
    lasts = hole.to_us - hole.from_us
    for at_end, beside in (
        (hole.from_us == asked[0], [one for one in parts if one.from_us == hole.to_us]),
        (hole.to_us == asked[1], [one for one in parts if one.to_us == hole.from_us]),
    ):
        beyond = any(
            _number(one.sealed, "start_us") <= hole.from_us + NEAR_US
            and _number(one.sealed, "end_us") >= hole.to_us - NEAR_US
            for one in beside
        )
        if at_end and beside and (lasts <= FRAGMENT_US or (beyond and lasts <= LEADING_US)):
            return FootageHole(hole.camera, hole.from_us, hole.to_us, TRIMMED)
    return hole
