"""The masked copy of a request: made in the room of releases from the request's own footage, given by the answer, then handed over.

Another masks and reviews than approves (`release.guards`); what the answer gives is what was approved, by its hash (decision 0455).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.models import (
    OwnFound,
    OwnImageRequest,
    OwnImageState,
    Release,
    ReleaseAim,
    ReleaseBasis,
    ReleaseState,
)
from custodes.access.models.release import WAITING
from custodes.access.ownimage.checked import unchecked
from custodes.access.ownimage.facts import given, ready
from custodes.access.release import desk
from custodes.access.release.case import RELEASE
from custodes.access.release.facts import locked as held_copy
from custodes.access.release.facts import was_fetched
from custodes.access.release.proposing import Proposal
from custodes.access.release.working import MaskingRefused
from custodes.access.supervised.rooms import locked
from custodes.cases.step import StepInput
from custodes.cases.taking import begin_inside, inside
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.own_image import NOT_MASKED
from custodes.people.lawful import StepRefused, terms
from custodes.people.models import Person
from custodes.places.models import Camera
from custodes.video.wire.masking import MaskRefusalReason

BASIS = "中华人民共和国个人信息保护法第四十五条"


def prepare(row: OwnImageRequest, camera: Camera, begin: datetime, end: datetime, taken: StepInput) -> Release:
    """Have a copy of a piece of the request's footage assessed, masked and approved.

    Raises:
        StepRefused: it is answered; nobody has found the person in the picture by a look on record; the piece is not of the request; or
            as `release.proposing.propose`.
    """
    with transaction.atomic():
        held: OwnImageRequest = locked(row)
        if held.state != OwnImageState.ASKED:
            raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": held.get_state_display()})
        cameras = list(held.cameras.all())
        unmet = list(unchecked(held, cameras, taken.at))
        if held.found != OwnFound.YES:
            unmet.append(NOT_FOUND_YET)
        if camera not in cameras or held.span is None or not held.span[0] <= begin < end <= held.span[1]:
            unmet.append(NOT_OF_IT)
        if unmet:
            raise StepRefused(_("还不能制作复制件。"), tuple(unmet))
        proposal = Proposal(
            title=f"本人影像复制件 {held.number}",
            camera=camera,
            span_from=begin,
            span_to=end,
            aim=ReleaseAim.OWN_IMAGE,
            purpose=f"答复本人影像申请 {held.number}",
            basis_kind=ReleaseBasis.RULE,
            basis=BASIS,
            channel="交申请人本人，不公开",
        )
        begun = replace(_alone(taken), data={"proposal": proposal, "own_image": held})
        copy: Release = begin_inside(RELEASE, "propose", held.unit, begun, terms())
        return copy


def there(copies: Iterable[Release], by: Person) -> frozenset[tuple[UUID, str]]:
    """Those that the node holds as they were approved, by key and hash. Asked before a transaction, never in it.

    Raises:
        Errors of `Desk`, but not that the node has no such copy.
    """
    return frozenset((one.pk, one.output) for one in copies if _at_node(one, by) == one.output)


def _at_node(copy: Release, by: Person) -> str | None:
    try:
        return desk.Desk(by, copy).standing().copy
    except MaskingRefused as refused:
        if refused.why != MaskRefusalReason.NO_JOB:
            raise
        return None


def give(row: OwnImageRequest, at_node: frozenset[tuple[UUID, str]], taken: StepInput) -> None:
    """In the transaction of the answer that gives them: from now on nobody changes them.

    Args:
        at_node: what the node holds (`there`).

    Raises:
        StepRefused: there is none (any more), or the node has lost one of them.
    """
    held = Release.objects.select_for_update(of=("self",)).filter(own_image=row).order_by("pk")
    list(held.values_list("pk", flat=True))  # who sends one back waits, or was first
    copies = list(ready(row))
    if not copies:
        raise StepRefused(_("还不能答复提供。"), (NOT_MASKED,))
    if any((one.pk, one.output) not in at_node for one in copies):
        raise StepRefused(_("还不能答复提供。"), (NOT_THERE,))
    for one in copies:
        inside(RELEASE, one, "give", _alone(taken), terms())


def take_back(row: OwnImageRequest, at_node: frozenset[tuple[UUID, str]], taken: StepInput) -> None:
    """In the transaction that has the request answered again: what was given waits for that.

    Raises:
        StepRefused: the node holds all of them, or none was given.
    """
    copies = [held_copy(one) for one in given(row)]
    if all((one.pk, one.output) in at_node for one in copies):
        raise StepRefused(_("不能重新办理。"), (STILL_THERE,))
    for one in copies:
        inside(RELEASE, one, "take_back", _alone(taken, taken.words), terms())


def drop(row: OwnImageRequest, taken: StepInput, why: str) -> None:
    """In the transaction of an answer that gives no more copies, or of a withdrawal: what is under way is not needed any more."""
    for one in row.copies.filter(state__in=WAITING):
        inside(RELEASE, one, "drop", _alone(taken, why), terms())


def not_fetched(row: OwnImageRequest) -> bool:
    """Whether a copy that the answer gave was never taken off the node to its end, so that nobody can have it."""
    return any(not was_fetched(one) for one in row.copies.filter(state=ReleaseState.GIVEN).defer("times", "leaks"))


def hand_over(row: OwnImageRequest, taken: StepInput) -> None:
    """In the transaction that closes the request: the person has them, nobody looks any more, and the node deletes its files."""
    for one in row.copies.filter(state=ReleaseState.GIVEN):
        inside(RELEASE, one, "hand_over", _alone(taken), terms())


def _alone(taken: StepInput, words: str = "") -> StepInput:
    """Who and when, of the copy's own step."""
    return StepInput(taken.by, taken.at, taken.on, words)


NOT_THERE = Unmet(
    "PIPL45",
    "媒体节点上已没有审批的复制件，无从提供",
    "the node has the approved copy no more: there is nothing to give",
    "请打开该复制件重新读取录像、遮蔽和审批；录像已不在的，不再办理该复制件",
    "open the copy and have it read, masked and approved again; where the footage is gone too, drop it",
)
STILL_THERE = Unmet(
    "PIPL45",
    "答复提供的复制件仍在媒体节点上",
    "the copy that was given is still at the node",
    "请下载后移交",
    "download it and hand it over",
)
NOT_FOUND_YET = Unmet(
    "PIPL45",
    "尚未登记画面中有本人",
    "it is not entered that the picture shows the person",
    "请先核对画面并登记核对结果",
    "check the picture and enter what was found",
)
NOT_OF_IT = Unmet(
    "PIPL45",
    "所选点位或者时段不在本申请核对过的范围内",
    "the camera or the piece is not of the request's footage that was checked",
    "请在申请的点位和时段内选择",
    "choose within the request's cameras and span",
)
NOT_FETCHED = Unmet(
    "PIPL45",
    "答复提供的复制件还没有完整下载，申请人不可能已经取得",
    "a copy that was given was never downloaded to its end, so that nobody can have it",
    "请先在本页下载复制件、核对校验值并当面移交；下载中断的，重新下载",
    "download it from this page, again where that broke off, compare its hash and hand it over",
)
