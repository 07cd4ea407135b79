"""A look under a request: the ground's facts, with who is there now, and what the grant reaches: cameras × span × person, never live."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from custodes.access.agency import presence
from custodes.access.agency.facts import facts_of
from custodes.access.agency.reach import held_by, own_requests
from custodes.access.ask import Ask, Granted, Refused
from custodes.access.models import AgencyOfficer, AgencyRequest, AgencyState, Embargo
from custodes.access.models.agency import OPEN
from custodes.law.grounds import agency
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.trial import ON_TRIAL
from custodes.people.models import Account, Person
from custodes.people.permissions import Permission
from custodes.places.lifecycle.trial import closed_trials


def decide(person: Person, ask: Ask, at: datetime) -> Granted | Refused:
    """Whether this person may look at this under the request that `ask` names, at this moment."""
    assert ask.request is not None
    row = AgencyRequest.objects.select_related("holder", "unit").get(pk=ask.request.pk)
    beside = _looking(row, person, at)
    found: list[Unmet] = []
    if beside is None:
        found.append(_NOT_OF_IT)
    facts = facts_of(row, there=frozenset(one.pk for one in beside or ()))
    found += agency.unmet(facts, at)
    found += agency.awaiting(facts)
    found += _reach(row, ask, at)
    if closed_trials(person, ask.cameras, at, ask.span):
        found.append(ON_TRIAL)
    if found:
        return Refused(agency.NAME, tuple(found))
    assert beside is not None
    return Granted(
        ground=agency.NAME,
        clauses=_clauses(row),
        post=None,
        session=None,
        back_seconds=0,
        beside=tuple(one.name for one in beside if one.person_id != person.pk),
    )


def _looking(row: AgencyRequest, person: Person, at: datetime) -> tuple[AgencyOfficer, ...] | None:
    """The officers who are there: with the person, one of them; or beside the person, who is of the holder's staff."""
    if not Account.objects.filter(person=person, is_active=True).exists():
        return None
    if own_requests(person, at).filter(pk=row.pk).exists():
        seen: frozenset[UUID] = presence.there(row, at)
        found = tuple(one for one in row.officers.all() if one.pk in seen)
        # Whoever only began it is no officer of it, and two others who are there open nothing for one who is not.
        return found if any(one.person_id == person.pk for one in found) else ()
    if held_by(person, at, Permission.TAKE_REQUESTS).filter(pk=row.pk).exists():
        sitting = presence.sitting_of(row, person)
        return () if sitting is None else tuple(sitting.officers.all())
    return None


def _reach(row: AgencyRequest, ask: Ask, at: datetime) -> list[Unmet]:
    found: list[Unmet] = []
    if row.state not in OPEN:
        found.append(_NOT_GRANTED)
    elif row.expires_at is None or at >= row.expires_at:
        found.append(_EXPIRED)
    if presence.overdue(row, at):
        found.append(_OVERDUE)
    if Embargo.objects.awaited(at).filter(request=row).exists():
        found.append(_EMBARGO_WAITS)
    granted = set(row.cameras.values_list("pk", flat=True))
    if row.base_data or not {camera.pk for camera in ask.cameras} <= granted:
        found.append(_OTHER_CAMERA)
    if ask.live:
        found.append(_NO_LIVE)
    span = row.span
    if ask.span is None or span is None or not span[0] <= ask.span[0] < ask.span[1] <= span[1]:
        found.append(_OTHER_SPAN)
    return found


def handing_unmet(row: AgencyRequest) -> tuple[Unmet, ...]:
    """What stands against handing anything out under this request, besides what a look needs: granted in a hurry, it is looked at alone."""
    return (_NOT_REVIEWED,) if row.state == AgencyState.GRANTED_URGENT else ()


def _clauses(row: AgencyRequest) -> tuple[str, ...]:
    first = "N20" if row.basis == "named_law" else "S27"
    return (first, "S28.1(1)", "S28.1(2)", "S28.1(3)", "S28.1(4)", "N16.2(3)")


_NOT_OF_IT = Unmet(
    "S28.1(1)",
    "您不是该申请的工作人员，也没有在窗口陪同查阅",
    "you are neither an officer of the request nor beside its officers at the counter",
    "请由申请的工作人员查阅；在窗口查阅的，先登记两名工作人员到场",
    "its officers look; at the counter enter first that both are there",
)
_NOT_GRANTED = Unmet(
    "S33.1", "该申请尚未准予，或者已经收回、办结", "the request is not granted, or was taken back or closed",
    "请在申请页面查看办理情况", "see the request's page",
)  # fmt: skip
_EXPIRED = Unmet(
    "S33.1", "准予查看的期限已过", "the time for which it was granted is over", "请持有单位延长后再查阅",
    "the holder can extend it",
)  # fmt: skip
_OVERDUE = Unmet(
    "S33.1", "紧急准予逾期未补审", "it was granted in a hurry and the review is overdue", "补审后可以继续查阅",
    "it goes on once it was reviewed",
)  # fmt: skip
_EMBARGO_WAITS = Unmet(
    "N20", "暂缓告知尚待批准", "an embargo waits for its answer", "请持有单位的审批人答复，或者撤回后再查阅",
    "the holder's approver answers it, or it is withdrawn",
)  # fmt: skip
_NOT_REVIEWED = Unmet(
    "S33.1", "紧急准予尚未补审，只能查阅，不能制作、交付", "granted in a hurry: it is looked at alone until it was reviewed",
    "请另一名审批人补审后再制作、交付", "an approver reviews it first",
)  # fmt: skip
_OTHER_CAMERA = Unmet(
    "S28.1(3)", "所选点位不在准予的范围内", "the camera is not among those granted", "请只查阅准予的点位；需要其他点位的，另行申请",
    "look at those granted; ask anew for others",
)  # fmt: skip
_OTHER_SPAN = Unmet(
    "S28.1(3)", "所选时段不在准予的范围内", "the span is not within the one granted", "请只查阅准予的时段；需要其他时段的，另行申请",
    "look at the one granted; ask anew for another",
)  # fmt: skip
_NO_LIVE = Unmet(
    "S27", "查阅不提供实时画面", "a request opens no live picture", "实时监看依值班岗位", "that takes a duty post"
)
