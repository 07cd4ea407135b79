"""Ground *inspection* (监督检查, S36): police look at how a system is managed, not at people.

Registers, papers, and a short playback test for each sampled camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from custodes.law.assumptions import AS_SHIPPED
from custodes.law.grounds.ground import NO_SEARCH, GroundEntry, Never, OtherWay, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import identity, longest, says_something

NAME = "inspection"
CLAUSES = ("S36", "S36(4)", "N24", "PL42")
NEVER = (
    Never(Yield.COPY, "S36", "检查的是管理，不产生录像复制件", "it examines management: no copy of footage"),
    Never(Yield.EXPORT, "S36", "不导出录像", "no footage leaves"),
    NO_SEARCH,
)
WAYS = (OtherWay("S27", "需要录像作为证据的，依第二十七条、第二十八条调取", "footage as evidence: S27 and S28"),)


@dataclass(frozen=True, slots=True)
class PlaybackSample:
    """One camera of the playback test."""

    camera: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """All that the ground needs to know.

    Attributes:
        inspectors: ids of those who inspect.
        cards: how many of them have shown a card.
        plan: number of the inspection plan or order.
        in_scope: the system lies in the inspectors' city or county.
        samples: the playback test, empty for registers alone.
        minutes_opened: the record of the inspection (检查笔录) was begun.
        conflict: an inspector belongs to the unit that is inspected; None while nobody has looked.
        longest_test: longest playback test of a camera (assumed); more than any installation may set counts as that (`widest`).
    """

    inspectors: tuple[str, ...]
    cards: int
    plan: str
    in_scope: bool
    minutes_opened: bool
    samples: tuple[PlaybackSample, ...] = ()
    conflict: bool | None = None
    longest_test: timedelta = timedelta(minutes=AS_SHIPPED.playback_test_minutes)


@resting_on("S36")
def unmet(facts: InspectionFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions that are not met; `at` is there because every ground is asked alike."""
    del at
    found: list[Unmet] = []
    inspectors = {identity(name) for name in facts.inspectors if says_something(name)}
    if len(inspectors) < 2:
        found.append(_TOO_FEW)
    if facts.cards < len(inspectors):
        found.append(_NO_CARD)
    if not says_something(facts.plan):
        found.append(_NO_PLAN)
    if not facts.in_scope:
        found.append(_OUT_OF_SCOPE)
    if facts.conflict is None:
        found.append(_CONFLICT_UNKNOWN)
    elif facts.conflict:
        found.append(_CONFLICT)
    if not facts.minutes_opened:
        found.append(_NO_MINUTES)
    if not all(says_something(sample.camera) for sample in facts.samples):
        found.append(_NO_CAMERA)
    if any(sample.length <= timedelta() for sample in facts.samples):
        found.append(_NO_LENGTH)
    cameras = [identity(sample.camera) for sample in facts.samples]
    most = longest("playback_test_minutes", facts.longest_test)
    if len(set(cameras)) < len(cameras) or any(sample.length > most for sample in facts.samples):
        found.append(_too_long(most))
    return tuple(found)


_TOO_FEW = Unmet("PL42", "检查人员少于二人", "fewer than two inspectors", "请两名以上人员检查", "two have to inspect")
_NO_CARD = Unmet("PL42", "有检查人员未出示证件", "an inspector has shown no card", "请出示证件", "show the cards")
_NO_PLAN = Unmet("S36", "没有检查计划或者通知", "there is no plan or order", "请登记检查计划", "enter the plan")
_OUT_OF_SCOPE = Unmet(
    "S6.1",
    "不在本级公安机关管辖范围",
    "outside of their city or county",
    "由有管辖权的机关检查",
    "the competent organ inspects",
)
_CONFLICT = Unmet(
    "N25",
    "检查人员属于被检查单位",
    "an inspector belongs to the unit",
    "请更换检查人员",
    "somebody else has to inspect",
    otherwise="S36",
)
_CONFLICT_UNKNOWN = Unmet(
    "N25",
    "尚未核实检查人员是否属于被检查单位",
    "nobody has looked whether an inspector belongs to the unit",
    "请核实并登记",
    "look, and enter the answer",
    otherwise="S36",
)
_NO_MINUTES = Unmet("S36", "尚未开始检查笔录", "the record is not begun", "请开始检查笔录", "begin the record")
_NO_CAMERA = Unmet("S36", "抽样没有写明点位", "a sample names no camera", "请填写点位", "name the camera")
_NO_LENGTH = Unmet(
    "S36", "回放测试时长应当大于零", "a playback test has no length", "请核对时长", "give a length above zero"
)


def _too_long(most: timedelta) -> Unmet:
    minutes = f"{most.total_seconds() / 60:g}"
    return Unmet(
        "S36",
        f"回放测试每个抽样点位一次，不得超过{minutes}分钟",
        f"a playback test is once for each sampled camera, at most {minutes} minutes",
        "请缩短；需要录像的，依第二十七条、第二十八条调取",
        "shorten it; footage as evidence takes S27 and S28",
    )


GROUND = GroundEntry(
    name=NAME,
    zh="监督检查",
    en="inspection",
    clauses=CLAUSES,
    facts=InspectionFacts,
    unmet=unmet,
    never=NEVER,
    ways=WAYS,
    filled=(("longest_test", "playback_test_minutes"),),
)
