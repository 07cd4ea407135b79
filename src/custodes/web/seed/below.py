"""Simulated platforms below whose links wait for their test, as data, without Django: the demo's own process reads them too.

Each is a row of simulated devices that registers in truth, so that the gateway tries it in truth. What came of a trial is planted nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Below:
    """One platform below.

    Attributes:
        gb_id: type 200, a central signalling server (GB/T 28181 Annex D).
        level: of the platform.
        asked: the demo has it tried once when all runs; else whoever looks has it tried.
        closed: it is said to run this program, and at the address of its side channel nothing listens: that part of a trial fails.
    """

    gb_id: str
    place: str
    level: str
    asked: bool = False
    closed: bool = False

    @property
    def platform(self) -> str:
        """Its name."""
        return f"{self.place}联网共享平台（训练）"

    @property
    def unit(self) -> str:
        """Who runs it."""
        return f"{self.place}公安局（训练）"


CITY = (
    Below("54010300002000000001", "堆龙德庆区", "county", asked=True),
    Below("54010200002000000001", "城关区", "county", asked=True, closed=True),
    Below("54010400002000000001", "达孜区", "county"),
)
"""Of the story's city: one that passes, one of which a part fails, one that nobody tried."""

REGION = (
    Below("54020000002000000001", "日喀则市", "city", asked=True),
    Below("54030000002000000001", "昌都市", "city", asked=True, closed=True),
    Below("54050000002000000001", "山南市", "city"),
)
"""The same of the region, where three levels run."""

CLOSED_URL = "https://127.0.0.1:9"
"""The discard port (RFC 863): nothing listens there, and nobody may without being root."""

KEEPALIVE_SECONDS = 15
"""Of all simulated devices beside them: a trial waits for one keepalive, and whoever looks waits for the trial."""
