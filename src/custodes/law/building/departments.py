"""The departments that the regulation names: seventeen in S6.2, nine of them in S8.1, ten in S23; each list is open (等部门). And who must connect to the sharing platform, and to which (S23, S24, S25)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Department:
    """One department as S6.2 names it.

    Attributes:
        key: in data.
        zh, en: as it is named in a list.
        kind_zh, kind_en: what it is: 部门, or 机关.
    """

    key: str
    zh: str
    en: str
    kind_zh: str = "部门"
    kind_en: str = "department"

    @property
    def name_zh(self) -> str:
        """By itself: 财政部门."""
        return f"{self.zh}{self.kind_zh}"

    @property
    def name_en(self) -> str:
        """By itself: "Finance department"."""
        return f"{self.en[0].upper()}{self.en[1:]} {self.kind_en}"


NAMED = (
    Department("development_reform", "发展改革", "development and reform"),
    Department("science", "科技", "science and technology"),
    Department("economy_it", "经济和信息化", "economy and information technology"),
    Department("finance_dept", "财政", "finance"),
    Department("big_data", "大数据管理", "big data management"),
    Department("housing", "住房城乡建设", "housing and urban-rural development"),
    Department("labour", "人力资源和社会保障", "human resources and social security"),
    Department("transport", "交通运输", "transport"),
    Department("education", "教育", "education"),
    Department("natural_resources", "自然资源", "natural resources"),
    Department("commerce", "商务", "commerce"),
    Department("city_management", "城市管理和综合执法", "city management and law enforcement"),
    Department("culture", "文化", "culture"),
    Department("market", "市场监督管理", "market regulation"),
    Department("tourism", "旅游", "tourism"),
    Department("health", "卫生健康", "health"),
    Department("state_security", "国家安全", "state security", "机关", "organ"),
)
"""S6.2, in the order of the text."""
BY_KEY = {one.key: one for one in NAMED}


def _listed(*keys: str) -> tuple[Department, ...]:
    return tuple(BY_KEY[key] for key in keys)


PLANNING = _listed(
    *("big_data", "state_security", "development_reform", "science", "economy_it"),
    *("finance_dept", "labour", "housing", "transport"),
)
"""S8.1, in the order of the text."""
CONNECTING = _listed(
    *("housing", "transport", "education", "natural_resources", "commerce"),
    *("city_management", "culture", "market", "tourism", "health"),
)
"""S23, in the order of the text."""


class Level(StrEnum):
    """Of a platform (S22)."""

    REGION = "region"
    CITY = "city"
    COUNTY = "county"


DEPARTMENTS = tuple((one.key, one.zh) for one in CONNECTING)
"""The ten that S23 names; it says 等部门, so the list is open."""


@dataclass(frozen=True, slots=True)
class MustConnect:
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
) -> MustConnect:
    """Whether a system has to be connected, and to the platform of which level.

    Args:
        department: key of the department that manages it, empty for none.
        level: of that department or unit.
        requested: the police asked for it for public safety (S24).
        listed: it stands in the published directory (S25).
        classified: S20 applies: never.
    """
    if classified:
        return MustConnect(
            False, None, ("S20", "SSL30"), "涉密系统不得接入公共信息网络", "a classified system is never connected"
        )
    if department in dict(DEPARTMENTS):
        name = dict(DEPARTMENTS)[department]
        return MustConnect(
            True,
            level,
            ("S23",),
            f"{name}部门管理的系统应当接入同级联网共享平台",
            "systems of this department are connected to the platform of their level (S23)",
        )
    if listed:
        return MustConnect(True, level, ("S25",), "已列入应当接入的目录", "it stands in the directory")
    if requested:
        return MustConnect(
            True, level, ("S24",), "公安机关为维护公共安全需要整合联网，应当配合", "the police asked for it (S24)"
        )
    return MustConnect(
        False, None, ("S12.1",), "没有接入要求，预留接口即可", "interfaces are kept ready; nothing asks for more"
    )
