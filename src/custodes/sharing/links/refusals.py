"""Whether a link may be served a camera: pure, deny by default; each condition that is not met with its clause (S20 to S22, S28.1, S33.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from custodes.law.calendar.days import ZONE, day_of
from custodes.law.grounds.ground import Unmet

LIVE, STEER, SOUND, UNKNOWN = "live", "steer", "sound", "unknown"

NO_LINK = Unmet(
    "S22",
    "没有已启用的上级平台联网",
    "there is no link with an upper platform in force",
    "请先办理并启用联网",
    "ask for the link and put it in force first",
)
NOT_SHOWN = Unmet(
    "S33.1",
    "点位不在向该平台共享的目录中",
    "the camera is not in the tree that this platform is shown",
    "请由公安机关放入共享目录",
    "the office puts it there",
)

ELSEWHERE = Unmet(
    "S33.1",
    "画面的接收地址不在已登记的范围内",
    "the pictures would go to an address that was not entered for this platform",
    "请核对联网平台登记的媒体接收网段和信令地址",
    "check the media networks and addresses that are entered for the platform",
)


SILENCED = Unmet(
    "S33.1",
    "声音不再随画面提供",
    "the sound is given with the pictures no more",
    "请重新请求，只提供画面",
    "ask again; the pictures are given without it",
)


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """One approved grant of the camera's place in the tree: its days (both included), its hours of the day, None for all of them.

    `covers`: the camera hung there when it was approved. Else the grant reaches it not: nobody approved of this camera.
    """

    verb: str
    from_on: date
    until_on: date
    hours: tuple[time, time] | None = None
    covers: bool = True


@dataclass(frozen=True, slots=True)
class ServeFacts:
    """One question of an upper at one moment.

    Attributes:
        in_force: the link is.
        upper: it leads upwards.
        shown: the camera hangs in the link's tree.
        closed: its system is classified, or of state security.
        watched: its system is accepted or in use, and it is connected.
        vote: a vote is held before it now.
        grants: those approved of its place in the tree, also those that do not cover it.
        custodes: the upper can say who asks and why.
        stated: the officer's own statement came with the question.
    """

    in_force: bool
    upper: bool
    shown: bool
    closed: bool
    watched: bool
    vote: bool
    grants: tuple[GrantFacts, ...]
    custodes: bool
    stated: bool


def unmet(facts: ServeFacts, verb: str, at: datetime) -> tuple[Unmet, ...]:
    """What is in the way; empty where the camera may be served. S20 stands first: it closes whatever else is there."""
    found = []
    if facts.closed:
        found.append(
            Unmet("S20", "该点位不得对外提供", "this camera is never given to anybody", "不予提供", "it is not served")
        )
    if not facts.upper or not facts.in_force:
        found.append(NO_LINK)
    if not facts.shown:
        found.append(NOT_SHOWN)
    if not facts.watched:
        found.append(
            Unmet(
                "S16.1",
                "点位没有接入，或者系统未经验收投入使用",
                "the camera is not connected, or its system is not accepted and in use",
                "投入使用后再提供",
                "once it is in use",
            )
        )
    if facts.vote:
        found.append(
            Unmet(
                "S10(3)",
                "点位前正在投票、选举",
                "a vote is held before the camera",
                "投票结束后再提供",
                "once it is over",
            )
        )
    found += _granted(facts, verb, at)
    found += _stated(facts, verb, at)
    return tuple(found)


def counts(grant: GrantFacts, at: datetime) -> bool:
    """Whether a grant counts for the camera at this moment."""
    return grant.covers and _in_days(grant, at) and _within(grant.hours, at.astimezone(ZONE).time())


def window_end(grant: GrantFacts, at: datetime) -> datetime:
    """When a grant that counts at `at` counts no more: behind its last day, or with its hours of that day."""
    over = datetime.combine(grant.until_on + timedelta(days=1), time(), tzinfo=ZONE)
    if grant.hours is None:
        return over
    begin, end = grant.hours
    local = at.astimezone(ZONE)
    tomorrow = begin >= end and local.time() >= begin
    return min(over, datetime.combine(local.date() + timedelta(days=int(tomorrow)), end, tzinfo=ZONE))


def _in_days(grant: GrantFacts, at: datetime) -> bool:
    return grant.from_on <= day_of(at) <= grant.until_on


def _within(hours: tuple[time, time] | None, now: time) -> bool:
    if hours is None:
        return True
    begin, end = hours
    return begin <= now < end if begin < end else now >= begin or now < end


def _granted(facts: ServeFacts, verb: str, at: datetime) -> list[Unmet]:
    mine = [one for one in facts.grants if one.verb == verb]
    if any(counts(one, at) for one in mine):
        return []
    in_days = [one for one in mine if _in_days(one, at)]
    if in_days and not any(one.covers for one in in_days):
        return [
            Unmet(
                "S33.1",
                "点位是在授权批准以后放入共享目录或者移动的，授权不包括它",
                "the camera was put into the tree or moved after the grant was approved, which does not cover it",
                "请重新提出授权，由另一人批准",
                "propose the grant anew and let another person approve it",
            )
        ]
    if in_days:
        return [
            Unmet(
                "S33.1",
                "现在不在授权的时段内",
                "it is outside the hours that are granted",
                "请在授权时段内请求",
                "ask within these hours",
            )
        ]
    if mine:
        return [
            Unmet(
                "S33.1",
                "授权尚未开始或者已经到期",
                "the grant has not begun, or has run out",
                "请由公安机关重新授权",
                "the office grants it anew",
            )
        ]
    return [
        Unmet(
            "S33.1",
            "没有对该点位的这项操作授权",
            "nothing grants this for the camera",
            "请由公安机关授权",
            "the office grants it",
        )
    ]


def _stated(facts: ServeFacts, verb: str, at: datetime) -> list[Unmet]:
    if verb == LIVE or facts.stated:
        return []
    if facts.custodes:
        return [
            Unmet(
                "S33.1"
                if verb == STEER
                else "S28.1(3)",  # S28 is of looking up and copying; moving a camera is use of the system
                "没有办案人员的单位、姓名和事由",
                "who asks, of which unit and why was not stated",
                "请由上级平台的办案人员说明后再请求",
                "the upper's officer states it and asks again",
            )
        ]
    if any(one.verb == UNKNOWN and counts(one, at) for one in facts.grants):
        return []
    return [
        Unmet(
            "S33.1" if verb == STEER else "N16.2(3)",
            "请求的人员和事由没有如实登记，也没有相应决定",
            "who asks and why is not truly registered, and no decision lets that pass",
            "请补登记后再办理",
            "register it first, then ask again",
        )
    ]
