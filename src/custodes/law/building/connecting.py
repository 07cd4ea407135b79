"""Who must connect to the sharing platform, and to which (S23, S24, S25)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from custodes.law.building.departments import CONNECTING


class Level(StrEnum):
    """Of a platform (S22)."""

    REGION = "region"
    CITY = "city"
    COUNTY = "county"


DEPARTMENTS = tuple((one.key, one.zh) for one in CONNECTING)
"""The ten that S23 names; it says 等部门, so the list is open."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """Whether a system has to be connected.

    Attributes:
        must: it has to.
        level: of the platform.
        clauses: by which.
        zh, en: why.
    """

    must: bool
    level: Level | None
    clauses: tuple[str, ...]
    zh: str
    en: str


def must_connect(
    *,
    department: str = "",
    level: Level = Level.COUNTY,
    requested: bool = False,
    listed: bool = False,
    classified: bool = False,
) -> Connecting:
    """Whether a system has to be connected, and to the platform of which level.

    Args:
        department: key of the department that manages it, empty for none.
        level: of that department or unit.
        requested: the police asked for it for public safety (S24).
        listed: it stands in the published directory (S25).
        classified: S20 applies: never.
    """
    if classified:
        return Connecting(
            False, None, ("S20", "SSL30"), "涉密系统不得接入公共信息网络", "a classified system is never connected"
        )
    if department in dict(DEPARTMENTS):
        name = dict(DEPARTMENTS)[department]
        return Connecting(
            True,
            level,
            ("S23",),
            f"{name}部门管理的系统应当接入同级联网共享平台",
            "systems of this department are connected to the platform of their level (S23)",
        )
    if listed:
        return Connecting(True, level, ("S25",), "已列入应当接入的目录", "it stands in the directory")
    if requested:
        return Connecting(
            True, level, ("S24",), "公安机关为维护公共安全需要整合联网，应当配合", "the police asked for it (S24)"
        )
    return Connecting(
        False, None, ("S12.1",), "没有接入要求，预留接口即可", "interfaces are kept ready; nothing asks for more"
    )
