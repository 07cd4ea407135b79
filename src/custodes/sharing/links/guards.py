"""What is still unmet before a link goes on; empty means that it may. Pure: facts in, conditions out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.law.grounds.ground import Unmet

HANDLED_IT = Unmet(
    "S33.1",
    "启用人参与了本次联网的申请、审查、测试，或者登记过密码、修改过平台地址",
    "who puts it in force took part in asking for, examining or testing it, or entered its password or its address",
    "请由没有参与的人员启用",
    "let somebody put it in force who did not",
)
_HEIGHT = {"county": 0, "city": 1, "region": 2}


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """One link at one moment.

    Attributes:
        of_platform: it is of a platform (S22), not of a system (S23, S24).
        own_platform: the office's own platform is entered.
        closed: its system is classified, or of state security: it is never joined (S20).
        clause: by which its unit has to connect, empty for none.
        passed_at: when the last test was entered, if it passed; None where none did, or a later one did not.
        suspended_at: since when it is suspended.
    """

    of_platform: bool
    own_platform: bool
    closed: bool = False
    clause: str = ""
    passed_at: datetime | None = None
    suspended_at: datetime | None = None


def level_fits(role: str, level: str, own: str) -> bool:
    """Whether a platform of this level can stand next above, next below or at the own one: region, city, county, none left out (S22)."""
    return _HEIGHT[level] - _HEIGHT[own] == {"own": 0, "upper": 1, "lower": -1}[role]


def ask_unmet(facts: LinkFacts) -> tuple[Unmet, ...]:
    """Before anything is begun: S20 closes it, and there has to be something to join to."""
    found = []
    if facts.closed:
        found.append(
            Unmet(
                "S20",
                "该系统不得接入联网共享平台",
                "this system is never connected to the sharing platform",
                "不予联网；有疑问的，由保密工作机构确认",
                "it is not joined; ask the secrecy office in case of doubt",
            )
        )
    if not facts.of_platform and not facts.clause and not facts.closed:
        found.append(
            Unmet(
                "S23",
                "责任单位的系统没有条款规定应当接入本级平台",
                "no clause connects a system of this unit to the platform of this level",
                "请向同级公安机关申请；单位类别有误的，先更正单位登记",
                "ask the police of the unit's own level, or correct the kind of the unit first",
            )
        )
    return tuple(found)


def examine_unmet(facts: LinkFacts) -> tuple[Unmet, ...]:
    """Before it is tested."""
    found = list(ask_unmet(facts))
    if not facts.own_platform:
        found.append(
            Unmet(
                "S21",
                "本级平台还没有登记",
                "the own platform is not entered",
                "请先登记本级平台及其 20 位编码",
                "enter the own platform with its id of 20 digits first",
            )
        )
    return tuple(found)


def put_unmet(facts: LinkFacts) -> tuple[Unmet, ...]:
    """Before it is put in force, at first or again: tested since."""
    found = list(examine_unmet(facts))
    if facts.passed_at is None or (facts.suspended_at is not None and facts.passed_at <= facts.suspended_at):
        found.append(
            Unmet(
                "S22" if facts.of_platform else facts.clause or "S21",  # the police integrate what joins their platform
                "没有通过联网测试" if facts.suspended_at is None else "暂停以后没有通过联网测试",
                "no test of the link passed" if facts.suspended_at is None else "no test passed since it was suspended",
                "请测试五项内容并登记结果",
                "test its five parts and enter the results",
            )
        )
    return tuple(found)
