"""Simulated platforms above and below, as data, without Django: the demo's own process reads them too.

Each listens in truth, so that our gateway registers with it, or tries to, in truth. What came of that is planted nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SimulatedBelow:
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


BELOW_CITY = (
    SimulatedBelow("54010300002000000001", "堆龙德庆区", "county", asked=True),
    SimulatedBelow("54010200002000000001", "城关区", "county", asked=True, closed=True),
    SimulatedBelow("54010400002000000001", "达孜区", "county"),
)
"""Of the story's city: one that passes, one of which a part fails, one that nobody tried."""

BELOW_REGION = (
    SimulatedBelow("54020000002000000001", "日喀则市", "city", asked=True),
    SimulatedBelow("54030000002000000001", "昌都市", "city", asked=True, closed=True),
    SimulatedBelow("54050000002000000001", "山南市", "city"),
)
"""The same of the region, where three levels run."""

CLOSED_URL = "https://127.0.0.1:9"
"""The discard port (RFC 863): nothing listens there, and nobody may without being root."""

KEEPALIVE_SECONDS = 15
"""Of all simulated devices beside them: a trial waits for one keepalive, and whoever looks waits for the trial."""


HOST = "127.0.0.1"
PORT_STEP = 14
"""How far behind the simulated cameras' first port the first of them listens; each further one has the next."""
ROUND_SECONDS = 300
"""From one of their rounds to the next: so long at most whoever approves a grant waits to see it used."""
CALLS = 2
"""Cameras that they call in a round: one that is granted, and one that is not, so that the log does not fill with refusals."""


@dataclass(frozen=True)
class Above:
    """One platform above.

    Attributes:
        gb_id: type 200, a central signalling server (GB/T 28181 Annex D).
        joined: its link is in force; else it waits for its test.
        asked: the demo has it tried once when all runs.
        mistyped: the password that was entered for it is not the one that it gave.
    """

    gb_id: str
    name: str
    need: str
    joined: bool = False
    asked: bool = False
    mistyped: bool = False


UNIT = "自治区公安厅（训练）"
ABOVE_CITY = (
    Above("54000000002000000001", "自治区联网共享平台（训练）", "市级平台与自治区级平台级联", joined=True),
    Above("54000000002000000002", "自治区联网共享平台灾备中心（训练）", "主中心中断期间由灾备中心接替", asked=True),
    Above("54000000002000000003", "自治区大型活动安保平台（训练）", "大型活动期间联合值守", asked=True, mistyped=True),
)
"""Of the story's city: one in force, which uses what it was granted and is refused the rest; one that passes its trial; one that refuses our password."""


def port_of(one: Above, camera_port: int) -> int:
    """Where it listens, UDP and TCP."""
    return camera_port + PORT_STEP + ABOVE_CITY.index(one)
