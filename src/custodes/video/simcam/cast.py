"""The simulated cameras: their paths and names, the same in the demo's register and in the pictures.

How one signs in at the demo's simulated cameras. They listen on loopback alone and show drawn scenes: it is no secret.
"""

from __future__ import annotations

from dataclasses import dataclass

USER = "admin"
PASSWORD = "simulated-only"  # noqa: S105 - see above


@dataclass(frozen=True, slots=True)
class SimulatedCamera:
    """One simulated camera.

    Attributes:
        number: from 1; also in the strip.
        path: first part of its RTSP path; streams are ``PATH/main`` and ``PATH/sub``.
        name: shown in the picture when a font for it is installed.
        latin: shown otherwise.
    """

    number: int
    path: str
    name: str
    latin: str


_NAMES = (
    ("模拟·大昭寺广场东口", "SIM Jokhang Square East"),
    ("模拟·北京中路人行天桥", "SIM Beijing Middle Road Footbridge"),
    ("模拟·客运站候车厅外", "SIM Coach Station Forecourt"),
    ("模拟·江苏路小学校门", "SIM Jiangsu Road School Gate"),
    ("模拟·拉萨河滨公园", "SIM Lhasa River Park"),
    ("模拟·药王山路口", "SIM Chakpori Junction"),
    ("模拟·市医院急诊门前", "SIM City Hospital Entrance"),
    ("模拟·柳梧大桥南端", "SIM Liuwu Bridge South"),
    ("模拟·河滨公园广播柱", "SIM River Park Loudspeaker Post"),
)


def cast(count: int) -> list[SimulatedCamera]:
    """The first `count` simulated cameras, 1 to 255."""
    out = []
    for index in range(count):
        name, latin = _NAMES[index % len(_NAMES)]
        turn = f" {index // len(_NAMES) + 1}" if index >= len(_NAMES) else ""
        out.append(SimulatedCamera(index + 1, f"cam-{index + 1:02d}", name + turn, latin + turn))
    return out
