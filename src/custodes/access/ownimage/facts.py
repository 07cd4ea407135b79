"""Whose requests a person sees: those to the units at which they are the caretaker, as of individuals (S33.1). The facts of a request as the
ground asks for them (`law.grounds.own_image`): before the answer, for a refusal, and in a session.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from custodes.access.individual.facts import posts_of
from custodes.access.models import (
    OwnException,
    OwnFound,
    OwnImageRequest,
    OwnImageState,
    OwnOutcome,
    Release,
    ReleaseState,
    SessionKind,
    SupervisedSession,
)
from custodes.access.models.release import ANSWERED as GIVEN
from custodes.law.grounds import own_image
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.own_image import OwnClaim, OwnImageFacts
from custodes.law.grounds.stating import StatedScope, says_something
from custodes.people.lawful import terms
from custodes.people.models import Account, Person, Post
from custodes.places.models import Camera


def handled_own_images(person: Person, at: datetime) -> QuerySet[OwnImageRequest]:
    """Requests to the units of their posts and to the sub-units."""
    query = Q(pk__in=[])
    for post in posts_of(person, at):
        query |= Q(unit__path__startswith=post.unit.path)
    return OwnImageRequest.objects.filter(query)


def facts_of(row: OwnImageRequest, cameras: list[Camera] | None = None, *, copy: bool = False) -> OwnImageFacts:
    """What the request and the holder's findings say.

    Args:
        cameras: that are about to be chosen, in place of the request's own.
        copy: whether a copy is to be given.
    """
    chosen = list(row.cameras.select_related("system__site")) if cameras is None else cameras
    return OwnImageFacts(
        claim=OwnClaim(row.claim),
        standing_shown=says_something(row.standing) and says_something(row.subject),
        identity_shown=says_something(row.document_number),
        shows_requester=row.found == OwnFound.YES,
        scope=StatedScope(len(chosen), row.span_from, row.span_to, timedelta(hours=terms().assumed.request_hours)),
        content=row.content,
        # What was entered as an exception and says nothing stays one that says nothing: the ground asks for its words.
        exception=(row.exception_law or "※") if row.exception == OwnException.APPLIES else "",
        exceptions_checked=row.exception == OwnException.NONE,
        copy=copy,
        others_masked=copy and ready(row).exists(),
        n9=bool(chosen) and all(camera.system.site.n9 for camera in chosen),
    )


def to_give(row: OwnImageRequest, cameras: list[Camera], at: datetime, *, copy: bool) -> tuple[Unmet, ...]:
    """What keeps the holder from giving a look, or a copy."""
    return own_image.unmet(facts_of(row, cameras, copy=copy), at)


def to_refuse(row: OwnImageRequest, cameras: list[Camera], at: datetime) -> tuple[Unmet, ...]:
    """The conditions of a look on which a refusal may rest: of who asks, of what was found, of a lawful exception.

    What the holder itself has not done yet is none of them: that it chose no camera, or has not looked.
    """
    facts = facts_of(row, cameras)
    scope = facts.scope
    if scope.cameras < 1 or scope.begin is None or scope.end is None:
        scope = replace(scope, cameras=1, begin=at - timedelta(hours=1), end=at)
    mine = replace(
        facts,
        scope=scope,
        exceptions_checked=True,
        shows_requester=row.found not in (OwnFound.NO, OwnFound.GONE),
    )
    found = NO_CAMERA if row.found == OwnFound.GONE and not cameras else _FOUND.get(row.found)
    return tuple(
        found if found is not None and one == own_image.NOT_FOUND else one for one in own_image.unmet(mine, at)
    )


def of_session(session: SupervisedSession, at: datetime, live: bool = False) -> tuple[OwnImageFacts, tuple[Unmet, ...]]:
    """The facts with who is at the screen, staff alone before the answer, the person beside staff after it; and what is unmet besides.

    Staff look whether it shows the person, at the place and time that were stated; that it does is what they look for (decision 0455).
    """
    row: OwnImageRequest = session.case
    facts = facts_of(row)
    if session.kind == SessionKind.PREVIEW:
        facts = replace(facts, shows_requester=True, exceptions_checked=facts.exceptions_checked or not row.exception)
    found = list(closed(session))
    if not is_there(session.officer, row, at):
        found.append(NOBODY_THERE)
    if session.kind == SessionKind.WITH_VIEWER and not (session.accepted and session.read_aloud):
        found.append(NOT_TOLD)
    if live:
        found.append(LIVE)
    return facts, tuple(found)


def closed(session: SupervisedSession) -> tuple[Unmet, ...]:
    """That it is not the time for a session of this kind."""
    row: OwnImageRequest = session.case
    if session.kind == SessionKind.PREVIEW:
        return () if row.state == OwnImageState.ASKED else (ANSWERED,)
    given = row.outcome in (OwnOutcome.LOOK, OwnOutcome.COPY) and session.kind == SessionKind.WITH_VIEWER
    return () if row.state == OwnImageState.ANSWERED and given else (NOT_OPEN,)


def is_there(officer: Person, row: OwnImageRequest, at: datetime) -> bool:
    """Whether the member of staff may still supervise: an open account, and a post at the unit."""
    return Account.objects.filter(person=officer, is_active=True).exists() and post_of(officer, row, at) is not None


def post_of(officer: Person, row: OwnImageRequest, at: datetime) -> Post | None:
    """The post at the managing unit in which they do."""
    return next((post for post in posts_of(officer, at) if row.unit.path.startswith(post.unit.path)), None)


def ready(row: OwnImageRequest) -> QuerySet[Release]:
    """Copies of pieces of the request's footage that another has approved."""
    rows = row.copies.filter(state=ReleaseState.APPROVED, camera__in=row.cameras.all())
    if row.span is None:
        return rows.none()
    return rows.filter(span_from__gte=row.span[0], span_to__lte=row.span[1]).order_by("number")


def given(row: OwnImageRequest) -> QuerySet[Release]:
    """Copies that the answer gave."""
    return row.copies.filter(state__in=GIVEN).order_by("number")


NOT_OPEN = Unmet(
    "PIPL45",
    "尚未答复同意提供，或者该件已经办结",
    "it was not answered in favour, or it is closed",
    "请在办理页面查看下一步",
    "see the request's page",
)
ANSWERED = Unmet(
    "PIPL45",
    "该件已经答复，不再核对画面",
    "it was answered already; nothing is to be found any more",
    "需要查阅的，请申请人到屏幕前查阅",
    "let the applicant look",
)
NOBODY_THERE = Unmet(
    "S33.1",
    "管理单位没有工作人员在场",
    "nobody of the managing unit is there",
    "请由本单位负责办理的人员打开画面",
    "the unit's own staff open the picture",
)
NOT_TOLD = Unmet(
    "S33.1",
    "尚未告知并取得不翻拍、不外传的承诺",
    "the viewer was not told, or has not undertaken anything",
    "请朗读告知内容并登记承诺方式",
    "read the words aloud and enter how the undertaking was given",
)
LIVE = Unmet("PIPL45", "只涉及已有录像", "recorded footage only", "请选择已有录像的时段", "choose a span of recordings")
NO_CAMERA = Unmet(
    "PIPL45",
    "所述地点没有本单位管理的点位",
    "the unit has no camera at the place stated",
    "请向管理该地点摄像头的单位申请；能够补充地点的，可以再次申请",
    "ask who manages the cameras there, or again with a nearer place",
)
_FOUND = {
    OwnFound.NO.value: Unmet(
        "PIPL45",
        "按所述地点、时间核对，画面中没有申请人本人",
        "checked at the place and time stated: it does not show the person",
        "能够补充地点、时间的，可以再次申请",
        "ask again with a nearer place and time",
    ),
    OwnFound.GONE.value: Unmet(
        "PIPL45",
        "所述时段没有录像，或者已经到期删除",
        "there is no footage of that span, or it was deleted when its term was over",
        "以后需要的，请在录像存储期限内申请",
        "another time ask while footage is still kept",
    ),
}
"""What the refusal says instead of the ground's own words, which are for the staff."""
NO_REASON = Unmet("PIPL50", "未写明理由", "the reason is missing", "请写明理由", "state it")
NOTHING_UNMET = Unmet(
    "PIPL45",
    "没有不予提供的依据：申请人的条件齐备，画面已找到或者尚未核对，也没有法定例外",
    "there is no ground to refuse: nothing is unmet of who asks or of what was found, and no exception applies",
    "请登记核对结果或者法定例外；都没有的，应当提供",
    "enter what was found or the exception; without either it is to be given",
)
COPY_READY = Unmet(
    "PIPL45",
    "遮蔽后的复制件已经审批，没有不提供的依据",
    "the masked copy is approved: there is no ground to leave it out",
    "请答复提供遮蔽后的复制件",
    "give it",
)
NOT_HANDED = Unmet(
    "PIPL45",
    "未登记复制件如何移交",
    "how the copy was handed over is not entered",
    "请写明移交的介质和签收情况",
    "enter medium and receipt",
)
