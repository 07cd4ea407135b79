"""The one router of the interface: what reads and what writes at the same address is one view."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["register"])
