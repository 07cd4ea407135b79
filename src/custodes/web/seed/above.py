"""Simulated platforms above, as data, without Django: the demo's own process reads them too.

Each listens in truth, so that our gateway registers with it, or tries to, in truth. What came of that is planted nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

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
CITY = (
    Above("54000000002000000001", "自治区联网共享平台（训练）", "市级平台与自治区级平台级联", joined=True),
    Above("54000000002000000002", "自治区联网共享平台灾备中心（训练）", "主中心中断期间由灾备中心接替", asked=True),
    Above("54000000002000000003", "自治区大型活动安保平台（训练）", "大型活动期间联合值守", asked=True, mistyped=True),
)
"""Of the story's city: one in force, which uses what it was granted and is refused the rest; one that passes its trial; one that refuses our password."""


def port_of(one: Above, camera_port: int) -> int:
    """Where it listens, UDP and TCP."""
    return camera_port + PORT_STEP + CITY.index(one)
