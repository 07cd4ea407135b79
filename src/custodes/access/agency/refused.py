"""A step of a request that can't be taken."""

from __future__ import annotations

from collections.abc import Sequence

from custodes.law.grounds.ground import Unmet


class StepRefused(Exception):
    """It can't. `unmet` says what is missing, each with its clause and remedy; empty for a plain reason in the text."""

    def __init__(self, text: str, unmet: Sequence[Unmet] = ()) -> None:
        super().__init__(text)
        self.unmet = tuple(unmet)
