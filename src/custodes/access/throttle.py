"""How many wishes of one person are taken in a minute."""

from __future__ import annotations

from ninja.throttling import AuthRateThrottle

from custodes.settings import get_settings


class PersonThrottle(AuthRateThrottle):
    """So many wishes a minute from one person; the count is in the cache that all web processes share."""

    def __init__(self) -> None:
        super().__init__(f"{get_settings().views_per_minute}/m")
