"""How a process that takes in a source ends: with a kind and a plain sentence."""

from __future__ import annotations

from custodes.video.source.apart.wire import FailureKind


class Ended(Exception):
    """The source can't be taken in, or no longer."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind: FailureKind = kind
        self.detail = detail
