"""The one router of the interface: what reads and what writes at the same address is one view."""

from __future__ import annotations

from typing import Any

from ninja import Router

from custodes.web.programs.schemas import ProblemOut

router = Router(tags=["register"])
#: What every operation may answer besides what was asked for.
REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 422, 429), ProblemOut)
