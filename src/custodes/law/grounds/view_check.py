"""Ground *view check* (视场核对): single pictures of one camera, to declare what it is to show, or to judge an alarm about its picture.

S15 fixes the field of view, S34(7) forbids to turn the camera without leave: who tends it, or stands duty at it, must be able to hold
what it shows against what was declared. Three pictures at most are shown for that, and nothing that moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.law.grounds.ground import NO_SEARCH, ON_TRIAL, VOTE, GroundEntry, Never, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import says_something

NAME = "view_check"
CLAUSES = ("S15", "S34(7)", "S33.1")
NEVER = (
    Never(Yield.LIVE, "S33.1", "只显示单张画面", "single pictures only"),
    Never(Yield.PLAYBACK, "S33.1", "不回放录像", "no playback"),
    Never(Yield.COPY, "S33.1", "不产生复制件", "no copy"),
    Never(Yield.EXPORT, "S33.1", "不导出文件", "no file"),
    NO_SEARCH,
)

MOST_IN_AN_HOUR = 30
"""Looks of one person at one camera: enough to aim it anew, too few to watch by."""


@dataclass(frozen=True, slots=True)
class ViewCheckFacts:
    """All that the ground needs to know.

    Attributes:
        tends: the person is a caretaker of who runs or tends its system; who administers the installation is none.
        on_duty: the person stands duty at its system now.
        cameras: how many cameras are asked for.
        purpose: 事由 as stated, empty when not stated.
        in_use: the camera is taken in; of another there is no view to check.
        no_vote: no vote is held before it now (S10(3)).
        trial_open: its system does not run on trial, or the person is of who builds or accepts it (S16.1).
        declares: the look is there to declare the view; only who tends the camera may.
        alarmed: an alarm about its picture is open, which the person may see.
        looks: how often the person has looked at it under this ground within the hour.
    """

    tends: bool
    on_duty: bool
    cameras: int
    purpose: str
    in_use: bool
    declares: bool
    alarmed: bool
    looks: int
    no_vote: bool
    trial_open: bool


@resting_on("S15")
def unmet(facts: ViewCheckFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions of the view check that are not met at `at`."""
    if not (facts.tends or (facts.on_duty and not facts.declares)):
        return (_NOT_YOURS,)
    found: list[Unmet] = []
    if facts.cameras != 1:
        found.append(_ONE_CAMERA)
    if not says_something(facts.purpose):
        found.append(_NO_PURPOSE)
    if not facts.in_use:
        found.append(_OUT_OF_USE)
    if not facts.no_vote:
        found.append(VOTE)
    if not facts.trial_open:
        found.append(ON_TRIAL)
    if not facts.declares and not facts.alarmed:
        found.append(_NO_CAUSE)
    if facts.looks >= MOST_IN_AN_HOUR:
        found.append(_TOO_OFTEN)
    return tuple(found)


_NOT_YOURS = Unmet(
    "S33.1",
    "既不负责该点位的管理维护，也没有在其系统值班",
    "you neither tend this camera nor stand duty at its system",
    "请由该点位的管理维护人员办理，或者开始值班后再查看",
    "ask those who tend it, or begin duty and look again",
)
_ONE_CAMERA = Unmet(
    "S33.1",
    "视场核对一次只能查看一个点位",
    "a view check shows one camera",
    "请逐个点位核对",
    "check one camera at a time",
)
_NO_PURPOSE = Unmet(
    "S33.1",
    "没有写明核对理由",
    "no reason is given for the check",
    "请如实填写核对理由",
    "state truthfully why the view is checked",
)
_OUT_OF_USE = Unmet(
    "S15",
    "该点位未接入或者已停用，没有可核对的视场",
    "the camera is not in use; there is no view to check",
    "请先接入点位",
    "connect the camera first",
)
_NO_CAUSE = Unmet(
    "S33.1",
    "该点位没有未消除的画面告警",
    "no alarm about this camera's picture is open",
    "日常查看请以值班监看进行",
    "watch it while on duty",
)
_TOO_OFTEN = Unmet(
    "S33.1",
    f"一小时内对该点位的核对已达{MOST_IN_AN_HOUR}次",
    f"{MOST_IN_AN_HOUR} looks at this camera within the hour",
    "请稍后再核对，需要连续观察的请以值班监看进行",
    "check later; to watch on, stand duty",
)


GROUND = GroundEntry(
    name=NAME,
    zh="视场核对",
    en="view check",
    clauses=CLAUSES,
    facts=ViewCheckFacts,
    unmet=unmet,
    never=NEVER,
    granted=("视场核对", "View check"),
)
