"""Ground *commissioning* (点位接入): one still of one camera, to see that it is the right one and looks where it should.

S15 asks that a camera's place and field of view be right; who adds it must be able to see that, once, and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from custodes.law.grounds.ground import NO_SEARCH, GroundEntry, Never, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import LONGEST_FRESH

NAME = "commissioning"
CLAUSES = ("S15", "S33.1")
NEVER = (
    Never(Yield.LIVE, "S33.1", "只显示一张画面", "one still only"),
    Never(Yield.PLAYBACK, "S33.1", "不回放录像", "no playback"),
    Never(Yield.COPY, "S33.1", "不产生复制件", "no copy"),
    Never(Yield.EXPORT, "S33.1", "不导出文件", "no file"),
    NO_SEARCH,
)


@dataclass(frozen=True, slots=True)
class CommissioningFacts:
    """All that the ground needs to know.

    Attributes:
        may_add: whether the person may add cameras to this system (right and row scope).
        cameras: how many cameras the still is asked of.
        in_draft: the camera is being added, or its address was just changed; it is not an everyday look.
        probed_at: when its address was last probed with success, UTC, or None.
        still_taken: a still was already shown since that probe.
        fresh_seconds: how long a probe counts as this attempt's; more than `widest.LONGEST_FRESH` counts as that.
    """

    may_add: bool
    cameras: int
    in_draft: bool
    probed_at: datetime | None
    still_taken: bool
    fresh_seconds: int


@resting_on("S15")
def unmet(facts: CommissioningFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions of the commissioning still that are not met at `at`."""
    if not facts.may_add:
        return (_MAY_NOT_ADD,)
    found: list[Unmet] = []
    if facts.cameras != 1:
        found.append(_ONE_CAMERA)
    if not facts.in_draft:
        found.append(_NOT_COMMISSIONING)
    fresh = min(timedelta(seconds=facts.fresh_seconds), LONGEST_FRESH)
    if facts.probed_at is None or not timedelta() <= at - facts.probed_at <= fresh:
        found.append(_NOT_PROBED)
    elif facts.still_taken:
        found.append(_SEEN)
    return tuple(found)


_MAY_NOT_ADD = Unmet(
    "S33.1",
    "没有在该系统接入点位的权限",
    "you may not add cameras to this system",
    "请由本单位的系统管理员办理",
    "ask your unit's system administrator",
)
_ONE_CAMERA = Unmet(
    "S33.1",
    "接入核对一次只能查看一个点位的一张画面",
    "commissioning shows one still of one camera",
    "请逐个点位核对",
    "check one camera at a time",
)
_NOT_COMMISSIONING = Unmet(
    "S33.1",
    "该点位已接入，接入核对不再适用",
    "the camera is in use; commissioning no longer applies",
    "请以值班监看查看实时画面",
    "watch it live while on duty",
)
_NOT_PROBED = Unmet(
    "S15",
    "尚未成功检测该点位的地址，或者检测已过时",
    "the address was not probed, or too long ago",
    "请先检测地址",
    "probe the address first",
)
_SEEN = Unmet(
    "S33.1",
    "本次检测的核对画面已经查看过",
    "the still of this probe was already shown",
    "如需再次核对，请重新检测地址",
    "probe the address again to check once more",
)


GROUND = GroundEntry(
    name=NAME,
    zh="接入核对",
    en="commissioning",
    clauses=CLAUSES,
    facts=CommissioningFacts,
    unmet=unmet,
    never=NEVER,
    granted=("接入核对", "Commissioning check"),
)
