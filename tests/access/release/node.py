"""A masking desk inside the test, in the shape of `access.release.working`: it asks for a token at each call and does nothing with film."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from custodes.access.release import working
from custodes.access.release.working import MaskingRefused, Piece, Span, WorkerAway, WorkProgress
from custodes.places.models import Camera
from custodes.video.mask.sidecar import FORMAT, read_sidecar
from custodes.video.mask.tracks import MaskedKind
from custodes.video.wire.masking import MaskRefusalReason

SOURCE = hashlib.sha256(b"the film").hexdigest()
MODEL = ("CenterFace", "09" * 32)
FILM = bytes(range(256)) * 40
COPY = b"the masked copy"
TIMES = tuple(range(0, 90_000 * 10, 3_600))
BY_HAND = (MaskedKind.PLATE, MaskedKind.SIGN, MaskedKind.LICENCE)


def track(number: int, **changed: Any) -> dict[str, Any]:
    """A face as the detector found it, in the form of the file of tracks."""
    return {
        "number": number,
        "kind": "face",
        "origin": "model",
        "state": "open",
        "growth": 1300,
        "whole_body": False,
        "surest": 812,
        "review": {"by": "", "acquaintance": "unasked", "remark": ""},
        "frames": [[0, "found", 1600, 1600, 2400, 2560], [90_000, "found", 1760, 1600, 2560, 2560]],
    } | changed


@dataclass
class FakeNode:
    """What the worker would hold of one release."""

    down: bool = False
    refuses: MaskRefusalReason | None = None
    begun: dict[UUID, Span] = field(default_factory=dict)
    standings: dict[UUID, WorkProgress] = field(default_factory=dict)
    tracks: list[dict[str, Any]] = field(default_factory=lambda: [track(1), track(2)])
    detectors: tuple[tuple[str, str], ...] = (MODEL,)
    leaks: list[dict[str, Any]] = field(default_factory=list)
    sidecars: list[bytes] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    forgotten: list[UUID] = field(default_factory=list)
    copies: int = 0
    made: dict[UUID, bytes] = field(default_factory=dict)
    lost: bool = False

    def _asked(self, token: str) -> None:
        if self.down:
            raise WorkerAway("down")
        assert token.startswith("again-"), "each call has a token of its own"
        assert token not in self.tokens
        self.tokens.append(token)
        if self.refuses is not None:
            raise MaskingRefused(self.refuses)

    def begin(self, release: UUID, camera: Camera, span: Span, token: str) -> None:
        self._asked(token)
        self.begun[release] = span
        self.standings[release] = WorkProgress("reading", 10, len(TIMES))

    def standing(self, release: UUID, camera: Camera, token: str) -> WorkProgress:
        self._asked(token)
        if release not in self.standings:
            raise MaskingRefused(MaskRefusalReason.NO_JOB)
        return self.standings[release]

    def found(self, release: UUID, camera: Camera, token: str) -> bytes:
        self._asked(token)
        return json.dumps(
            {
                "format": FORMAT,
                "source": SOURCE,
                "width": 640,
                "height": 360,
                "models": [{"name": name, "sha256": digest} for name, digest in self.detectors],
                "tracks": self.tracks,
            }
        ).encode()

    def film(self, release: UUID, camera: Camera, token: str, first: int, last: int | None) -> Piece:
        self._asked(token)
        end = min(len(FILM) - 1, first + 4095, len(FILM) - 1 if last is None else last)
        return Piece(len(FILM), first, end, iter([FILM[first : end + 1]]), ExitStack())

    def write(self, release: UUID, camera: Camera, sidecar: bytes, way: str, token: str) -> None:
        self._asked(token)
        read_sidecar(sidecar, SOURCE)
        self.sidecars.append(sidecar)
        self.ways.append(way)
        self.standings[release] = replace(self.standings[release], stage="writing", copy=None, leaks=[])

    def copy(self, release: UUID, camera: Camera, token: str) -> Piece:
        self._asked(token)
        data = self.made.get(release)
        if data is None:
            raise MaskingRefused(MaskRefusalReason.NOT_YET)
        return Piece(len(data), 0, len(data) - 1, iter([data[:6], data[6:]]), ExitStack())

    def forget(self, release: UUID, camera: Camera, token: str) -> bool:
        self._asked(token)
        if self.lost:
            return False
        self.forgotten.append(release)
        return self.standings.pop(release, None) is not None

    # What time would bring.

    def find(self, release: UUID) -> None:
        self.standings[release] = WorkProgress(
            "found", source=SOURCE, width=640, height=360, times=TIMES, models=self.detectors,
            by_hand=BY_HAND if self.detectors else (MaskedKind.FACE, *BY_HAND),
        )  # fmt: skip

    def finish(self, release: UUID) -> None:
        self.copies += 1
        self.made[release] = data = COPY if self.copies == 1 else COPY + f" {self.copies}".encode()
        self.standings[release] = replace(
            self.standings[release],
            stage="written",
            copy=hashlib.sha256(data).hexdigest(),
            copy_bytes=len(data),
            leaks=self.leaks,
        )


def leak(where: str = "unmarked", picture: int = 3) -> dict[str, Any]:
    return {
        "picture": picture, "time": picture * 3_600, "kind": "face", "box": (1.0, 1.0, 9.0, 9.0), "score": 0.6,
        "where": where, "tracks": [],
    }  # fmt: skip


def install(monkeypatch: Any) -> FakeNode:
    """Put it in the place of the client."""
    node = FakeNode()
    for name in ("begin", "standing", "found", "film", "write", "copy", "forget"):
        monkeypatch.setattr(working, name, getattr(node, name))
    return node
