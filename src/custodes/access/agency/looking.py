"""A look under a request, and handing out under it: the ground's facts, with who is there now, and what the grant reaches:
cameras × span × person, never live.

What is handed out needs what a look needs, and more: it was asked for (S27's 调取, 复制); the holder's staff make it, in a sitting of
theirs with both officers (S28.1(1)); and what was granted in a hurry was reviewed, since a copy can't be taken back as a look can.
"""

from __future__ import annotations

from datetime import datetime
from itertools import combinations
from uuid import UUID

from django.db.models import Exists, OuterRef

from custodes.access.agency import presence
from custodes.access.agency.facts import RequestRows, facts_of
from custodes.access.agency.reach import held_by, own_requests
from custodes.access.ask import Ask, Granted
from custodes.access.decision import GatheredFacts, gathers
from custodes.access.models import AgencyOfficer, AgencyRequest, AgencyState, Embargo, Way
from custodes.access.models.agency import OPEN
from custodes.law.grounds import agency
from custodes.law.grounds.ground import ON_TRIAL, Unmet
from custodes.people.independence import BOUND, independent
from custodes.people.models import Account, Person
from custodes.people.permissions import Permission
from custodes.places.lifecycle.trial import closed_trials


def gather(person: Person, ask: Ask, at: datetime) -> GatheredFacts:
    """The facts of the request that `ask` names, read anew: a step that closes it counts at once."""
    assert ask.request is not None
    this = OuterRef("pk")
    row = AgencyRequest.objects.annotate(
        asks=Exists(own_requests(person, at).filter(pk=this)),
        open_account=Exists(Account.objects.filter(person=person, is_active=True)),
        embargo_waits=Exists(Embargo.objects.awaited(at).filter(request=this)),
    ).get(pk=ask.request.pk)
    rows = RequestRows.of(row)
    beside = _looking(row, rows, person, at, asks=row.asks) if row.open_account else None
    before: tuple[Unmet, ...] = ()
    if beside is None:
        before = (_NOT_OF_IT,)
    elif len(beside) > 1 and not _are_two(beside, at):
        before = (BOUND,)
    after = _reach(row, rows, ask, at, embargo_waits=row.embargo_waits)
    if closed_trials(person, ask.cameras, at, ask.span):
        after.append(ON_TRIAL)
    if ask.handover:
        after += _handing(row, person)

    def granted() -> Granted:
        names = tuple(one.name for one in beside or () if one.person_id != person.pk)
        return Granted(agency.NAME, _clauses(row), None, None, 0, beside=names)

    facts = facts_of(row, rows=rows, there=frozenset(one.pk for one in beside or ()))
    return GatheredFacts(facts, granted, before, tuple(after))


def ask_for(row: AgencyRequest, at: datetime, *, handover: bool = False) -> Ask:
    """All that the request names; `decide` says whether it may be."""
    cameras = tuple(row.cameras.select_related("node", "system__site").order_by("number"))
    return Ask(cameras, False, row.span, row.purpose, row.content, at, row, handover=handover)


def _looking(
    row: AgencyRequest, rows: RequestRows, person: Person, at: datetime, *, asks: bool
) -> tuple[AgencyOfficer, ...] | None:
    """The officers who are there: with the person, one of them who `asks`; or beside the person, who is of the holder's staff."""
    if asks:
        seen: frozenset[UUID] = presence.heard(rows.officers, at)
        found = tuple(one for one in rows.officers if one.pk in seen)
        # Whoever only began it is no officer of it, and two others who are there open nothing for one who is not.
        return found if any(one.person_id == person.pk for one in found) else ()
    if held_by(person, at, Permission.TAKE_REQUESTS).filter(pk=row.pk).exists():
        sitting = presence.sitting_of(row, person)
        return () if sitting is None else tuple(sitting.officers.all())
    return None


def _are_two(beside: tuple[AgencyOfficer, ...], at: datetime) -> bool:
    """Whether two of them are independent people: one of two was handed the other's password, and could be there as both."""
    return any(independent(one.person_id, other.person_id, at) for one, other in combinations(beside, 2))


def _reach(row: AgencyRequest, rows: RequestRows, ask: Ask, at: datetime, *, embargo_waits: bool) -> list[Unmet]:
    found: list[Unmet] = []
    if row.state not in OPEN:
        found.append(_NOT_GRANTED)
    elif row.expires_at is None or at >= row.expires_at:
        found.append(_EXPIRED)
    if presence.overdue(row, at):
        found.append(_OVERDUE)
    if embargo_waits:
        found.append(_EMBARGO_WAITS)
    granted = {camera.pk for camera in rows.cameras}
    if row.base_data or not {camera.pk for camera in ask.cameras} <= granted:
        found.append(_OTHER_CAMERA)
    if ask.live:
        found.append(_NO_LIVE)
    span = row.span
    if ask.span is None or span is None or not span[0] <= ask.span[0] < ask.span[1] <= span[1]:
        found.append(_OTHER_SPAN)
    return found


def _handing(row: AgencyRequest, person: Person) -> list[Unmet]:
    found: list[Unmet] = []
    if presence.sitting_of(row, person) is None or row.officers.filter(person=person).exists():
        found.append(_NO_SITTING)
    if row.state == AgencyState.GRANTED_URGENT:
        found.append(_NO_COPY_YET)
    if row.way == Way.CONSULT:
        found.append(_ONLY_TO_CONSULT)
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
_NO_SITTING = Unmet(
    "S28.1(1)",
    "复制件由持有单位的人员在窗口制作，两名工作人员同时在场；现在没有您登记的到场",
    "a copy is made by the holder's staff at the counter while both officers are there; no sitting of yours is open",
    "请持有单位的人员先登记两名工作人员到场，再制作",
    "the holder's staff enter first that both officers are there",
)
_NO_COPY_YET = Unmet(
    "S33.1",
    "紧急准予尚未补审，不能提供复制件",
    "what was granted in a hurry was not reviewed yet: no copy is handed out",
    "请先由另一人补审；补审前可以继续查阅",
    "another person reviews it first; looking goes on meanwhile",
)
_ONLY_TO_CONSULT = Unmet(
    "S27",
    "该申请只为查阅，没有申请调取或者复制",
    "the request is to consult alone, not to retrieve or copy",
    "需要调取、复制的，请另行申请",
    "ask anew to retrieve or copy",
)


gathers(agency.NAME, gather)
