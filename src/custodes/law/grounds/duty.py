"""Ground *duty monitoring* (值班监看, S34(1)): whoever is on duty at a system watches its cameras.

Live and a short window back need nothing more. Anything older opens only after 事由 and 内容 are stated (N16.2(3)), for
named cameras and a bounded span (S33.1: access is limited to what is authorised).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from custodes.law.grounds.ground import NO_SEARCH, ON_TRIAL, VOTE, GroundEntry, Never, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import LONGEST_DUTY_SPAN, LONGEST_WINDOW, says_something

NAME = "duty"
CLAUSES = ("S34(1)",)
CLAUSES_WITH_REASON = ("S34(1)", "N16.2(3)")
NEVER = (
    Never(Yield.COPY, "S33.1", "值班监看不产生复制件", "watching on duty yields no copy"),
    Never(Yield.EXPORT, "S33.1", "值班监看不导出文件", "watching on duty exports nothing"),
    NO_SEARCH,
)


@dataclass(frozen=True, slots=True)
class DutyPost:
    """A post that watches systems.

    Attributes:
        systems: the systems that the post watches.
        since, until: its validity, UTC; `until` None means open-ended; the end itself is no longer valid.
    """

    systems: frozenset[UUID]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DutySession:
    """One person's time on duty.

    Attributes:
        post: the post in which the person is on duty.
        begun, ends: UTC; the end itself is no longer on duty.
    """

    post: DutyPost
    begun: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class DutyCamera:
    """A camera that is asked for, with the system that it belongs to.

    Attributes:
        in_use: it still gives a picture.
        no_vote: no vote is held before it now; during one nothing may be taken in (S10(3)).
        trial_open: its system does not run on trial, or the person is of who builds or accepts it (S16.1).
    """

    id: UUID
    system: UUID
    in_use: bool
    no_vote: bool
    trial_open: bool


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """All that the ground needs to know.

    Attributes:
        posts: every duty post of the person, valid or not.
        session: the running duty session, or None.
        cameras: what is asked for.
        live: the live picture (with the window back) is asked for.
        span: ``(from, to)`` in UTC that is asked for besides, or None.
        purpose, content: 事由 and 内容 as stated, empty when not stated.
        window: how far back one may look without stating them; more than `widest.LONGEST_WINDOW` counts as that.
        longest_span: longest span that a stated reason opens at once; more than `widest.LONGEST_DUTY_SPAN` counts as that.
        asked_at: when the span was asked for, UTC: a look that goes on is measured from its beginning, which lies in the running
            session; from an earlier day it would open that day's window.
        n9: all cameras that are asked for are of systems of N9's places: what N9 takes off is not asked, or under the city's regulation.
    """

    posts: tuple[DutyPost, ...]
    session: DutySession | None
    cameras: tuple[DutyCamera, ...]
    live: bool
    span: tuple[datetime, datetime] | None
    purpose: str
    content: str
    window: timedelta
    longest_span: timedelta
    asked_at: datetime
    n9: bool = False


@resting_on("S34(1)")
def unmet(facts: DutyFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions of duty monitoring that are not met at `at`."""
    return (*_person(facts, at), *_cameras(facts, at), *_span(facts, at))


def needs_reason(span: tuple[datetime, datetime], window: timedelta, asked_at: datetime) -> bool:
    """Whether `span` reaches further back than duty monitoring may look without 事由 and 内容 (N16.2(3))."""
    return span[0] < asked_at - min(window, LONGEST_WINDOW)


def _valid(post: DutyPost, at: datetime) -> bool:
    return post.since <= at and (post.until is None or at < post.until)


def _person(facts: DutyFacts, at: datetime) -> tuple[Unmet, ...]:
    if not any(_valid(post, at) for post in facts.posts):
        return (_NO_POST,)
    session = facts.session
    if session is None or not session.begun <= at < session.ends:
        return (_NOT_ON_DUTY,)
    if not _valid(session.post, at):
        return (_POST_ENDED,)
    if session.post not in facts.posts:
        return (_NOT_ON_DUTY,)
    if not session.begun <= facts.asked_at <= at:
        return (_ASKED_OUTSIDE,)
    return ()


def _cameras(facts: DutyFacts, at: datetime) -> tuple[Unmet, ...]:
    if not facts.cameras:
        return (_NO_CAMERA,)
    found: list[Unmet] = []
    session = facts.session
    if session is not None and any(camera.system not in session.post.systems for camera in facts.cameras):
        found.append(_OTHER_SYSTEM)
    if any(not camera.trial_open for camera in facts.cameras):
        found.append(ON_TRIAL)
    if facts.live and any(not camera.in_use for camera in facts.cameras):
        found.append(_OUT_OF_USE)
    if facts.live and any(not camera.no_vote for camera in facts.cameras):
        found.append(VOTE)
    return tuple(found)


def _span(facts: DutyFacts, at: datetime) -> tuple[Unmet, ...]:
    if facts.span is None:
        return () if facts.live else (_NOTHING_ASKED,)
    begin, end = facts.span
    if begin >= end:
        return (_EMPTY_SPAN,)
    if end > min(facts.asked_at, at):
        return (_FUTURE_SPAN,)
    longest = min(facts.longest_span, LONGEST_DUTY_SPAN)
    if not needs_reason(facts.span, facts.window, facts.asked_at):
        return ()
    found: list[Unmet] = []
    if not says_something(facts.purpose):
        found.append(_NO_PURPOSE)
    if not says_something(facts.content):
        found.append(_NO_CONTENT)
    if end - begin > longest:
        found.append(_too_long(longest))
    return tuple(found)


_NO_POST = Unmet(
    "S34(1)",
    "没有有效的值班监看岗位",
    "no valid duty post",
    "请由本单位管理人员任命值班监看岗位",
    "ask your unit's administrator to appoint you to a duty post",
)
_NOT_ON_DUTY = Unmet(
    "S34(1)",
    "当前不在值班时间内",
    "you are not on duty",
    "请在工作台点击“开始值班”",
    "press “Begin duty” on your desk",
)
_POST_ENDED = Unmet(
    "S34(1)",
    "值班所依据的岗位已到期或者已撤销",
    "the post of this duty session has ended",
    "请结束本次值班，用有效的岗位重新开始",
    "end this session and begin again in a valid post",
)
_ASKED_OUTSIDE = Unmet(
    "S34(1)",
    "查看申请不是在本次值班期间提出的",
    "the look was not asked for in this duty session",
    "请重新提出查看",
    "ask for the look again",
)
_NO_CAMERA = Unmet(
    "S33.1",
    "没有指明要查看的点位",
    "no camera is named",
    "请选择点位",
    "choose the cameras",
)
_OTHER_SYSTEM = Unmet(
    "S34(1)",
    "所选点位不属于本岗位值守的系统",
    "a camera belongs to a system that this post does not watch",
    "请只选择本岗位值守系统的点位，或者以值守该系统的岗位开始值班",
    "choose cameras of the systems of this post, or go on duty in a post that watches them",
)
_OUT_OF_USE = Unmet(
    "S34(1)",
    "所选点位未接入或者已停用，没有实时画面",
    "a camera is not in use and has no live picture",
    "请去掉该点位；停用前的录像请说明事由后查看",
    "leave the camera out; state a reason to see what was recorded before",
)
_NOTHING_ASKED = Unmet(
    "S33.1",
    "没有指明要查看实时画面还是某一时段的录像",
    "neither the live picture nor a span is asked for",
    "请选择实时，或者填写起止时间",
    "choose live, or give a span",
)
_EMPTY_SPAN = Unmet(
    "S33.1",
    "结束时间应当晚于开始时间",
    "the span ends before it begins",
    "请重新填写起止时间",
    "give the span again",
)
_FUTURE_SPAN = Unmet(
    "S33.1",
    "结束时间不能晚于当前时间",
    "the span ends in the future",
    "请重新填写结束时间",
    "give an earlier end",
)
_NO_PURPOSE = Unmet(
    "N16.2(3)",
    "查看较早的录像应当登记事由",
    "older footage needs a stated purpose",
    "请如实填写事由",
    "state the purpose truthfully",
    otherwise="S33.1",
)
_NO_CONTENT = Unmet(
    "N16.2(3)",
    "查看较早的录像应当登记内容",
    "older footage needs a statement of what is looked for",
    "请如实填写要查看的内容",
    "state what you are looking for truthfully",
    otherwise="S33.1",
)


def _too_long(longest: timedelta) -> Unmet:
    hours = round(longest.total_seconds() / 3600)
    return Unmet(
        "S33.1",
        f"一次查看的时段不得超过{hours}小时",
        f"one look may span no more than {hours} hours",
        "请缩短时段，或者分次登记",
        "shorten the span, or register several looks",
    )


GROUND = GroundEntry(
    name=NAME,
    zh="值班监看",
    en="duty monitoring",
    clauses=CLAUSES,
    facts=DutyFacts,
    unmet=unmet,
    never=NEVER,
    granted=("值班监看", "Duty monitoring"),
)
