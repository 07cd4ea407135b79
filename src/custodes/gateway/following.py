"""What comes of asking one device, for whoever wanted it asked."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.gateway.entries import Taken


@dataclass(eq=False)
class Follower:
    """What comes of one taking, for whoever wanted it.

    Attributes:
        info_s: until it said what it is; None where it did not, or not yet.
        asked: its catalogue was asked for; catalogue_s: until that was over.
        taken: what came; failed: nothing did.
    """

    info_s: float | None = None
    asked: bool = False
    catalogue_s: float | None = None
    taken: Taken | None = None
    failed: bool = False
