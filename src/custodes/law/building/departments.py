"""The departments that the regulation names: seventeen in S6.2, nine of them in S8.1, ten in S23. Each list is open (等部门)."""

from __future__ import annotations

from dataclasses import dataclass


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
