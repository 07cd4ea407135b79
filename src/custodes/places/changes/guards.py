"""The guard of each event of a change, and the plain data that it asks about: what is unmet, each with its clause and a remedy. Empty means: may be taken.

S34(7) and N23(2) forbid to change without leave (擅自); whose leave, they do not say: that of who runs the system (decision 0197).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from custodes.law.grounds.ground import Unmet
from custodes.places.models.change import PICTURED, ChangeKind


@dataclass(frozen=True, slots=True)
class Changing:
    """One camera of a change.

    Attributes:
        before, after: there is a picture of how it was, how it is.
        updated: the register says something else of it than when the change was entered.
        doubted: a person has still to say whether it may be where it is now, or said that it may not (R1).
        gone: it was removed by a removal case (S18).
    """

    name: str
    before: bool = False
    after: bool = False
    updated: bool = False
    doubted: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """All that any guard needs to know of one change.

    Attributes:
        kind: of `models.ChangeKind`.
        decided_on: the day of the leave; None before.
        cameras: those that it is about.
        after: number of pictures or papers of how it is now, whatever they are of.
        added: cameras that were entered since it was asked for, and are connected.
    """

    kind: str
    decided_on: date | None = None
    cameras: tuple[Changing, ...] = ()
    after: int = 0
    added: int = 0


CLAUSE = "S34(7)"
ASKED_IT = Unmet(
    CLAUSE,
    "申请人、登记人不能审批自己的变更",
    "who asked for a change or entered it does not decide about it",
    "请本单位另一名审批人办理",
    "another approver of the unit decides",
    otherwise="N23(2)",
)


def approve(facts: ChangeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """A picture of how each camera is now."""
    if facts.kind not in PICTURED:
        return ()
    return tuple(
        _unmet(
            f"缺少“{one.name}”变更前的画面或照片",
            f"no picture of {one.name} before the change",
            "请申请单位补充",
            "the unit adds it",
        )
        for one in facts.cameras
        if not one.before
    )


def carry_out(facts: ChangeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """Made on or after the day of the leave; shown by pictures, and the register says it."""
    found = list(_made(facts))
    if facts.decided_on is not None and on < facts.decided_on:
        found.append(
            _unmet(
                f"实施日期早于批准之日（{facts.decided_on:%Y-%m-%d}），属于擅自改变",
                f"made before the day of the leave ({facts.decided_on:%Y-%m-%d}): that is a change without leave",
                "日期有误的请更正；确系先改后批的，撤回本件，按擅自改变登记",
                "correct the day; if it was made before, withdraw this and enter it as made without leave",
            )
        )
    return tuple(found)


def keep(facts: ChangeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """What was made without leave stays: pictures show it, and the register says it."""
    return tuple(_made(facts))


def restore(facts: ChangeFacts, on: date, today: date) -> tuple[Unmet, ...]:
    """It is as it was: a picture shows it, and the register says it."""
    found = list(_after(facts))
    found += [
        Unmet(
            "N14",
            f"“{one.name}”的登记还是擅自改变后的内容",
            f"the register says of {one.name} what was made without leave",
            "请在点位页面改回原来的登记",
            "change it back on the camera's page",
            otherwise=CLAUSE,
        )
        for one in facts.cameras
        if one.updated
    ]
    return tuple(found)


def _made(facts: ChangeFacts) -> Iterator[Unmet]:
    yield from _after(facts)
    for one in facts.cameras:
        if facts.kind in PICTURED and not one.updated:
            yield Unmet(
                "N14",
                f"“{one.name}”的登记还是变更前的内容",
                f"the register still says of {one.name} what it said before",
                "请在点位页面修改安装位置、视场或者设备",
                "change its place, field or device on the camera's page",
                otherwise=CLAUSE,
            )
        if one.doubted:
            yield Unmet(
                "S10",
                f"“{one.name}”疑似位于禁止安装的部位，尚待人工核实",
                f"{one.name} may be where nothing may be installed; a person has still to look",
                "请先在“疑似禁止部位”处理",
                "settle the doubt first",
            )
        if facts.kind == ChangeKind.REMOVE and not one.gone:
            yield Unmet(
                "S18a",
                f"“{one.name}”没有办结的拆除",
                f"{one.name} was not removed by a removal case",
                "拆除前十五日报告，拆除后登记",
                "report the removal fifteen days before, and enter it when it is done",
            )
    if facts.kind == ChangeKind.ADD and not facts.added:
        yield Unmet(
            "N14",
            "还没有接入新增的点位",
            "no camera was connected since",
            "请先接入点位",
            "connect the camera first",
            otherwise=CLAUSE,
        )


def _after(facts: ChangeFacts) -> Iterator[Unmet]:
    if facts.kind in PICTURED:
        for one in facts.cameras:
            if not one.after:
                yield _no_after(one)
    elif facts.kind in (ChangeKind.ADD, ChangeKind.FUNCTION) and not facts.after:
        yield _unmet(
            "缺少变更后的画面、照片或者材料",
            "nothing shows how it is after the change",
            "请在“加入画面或者材料”处上传",
            "add a picture or a paper on this page",
        )


def _no_after(one: Changing) -> Unmet:
    return _unmet(
        f"缺少“{one.name}”变更后的画面或照片",
        f"no picture of {one.name} after the change",
        "请在“加入画面或者材料”处上传",
        "add it on this page",
    )


def _unmet(zh: str, en: str, remedy_zh: str, remedy_en: str) -> Unmet:
    return Unmet(CLAUSE, zh, en, remedy_zh, remedy_en, otherwise="N23(2)")
