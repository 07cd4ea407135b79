"""A camera that is taken out of use, on what that rests, and what ends with it (S18, S34(6)).

Nobody stops a camera of an accepted system alone. It goes for good by a removal (`removal.case`), or until a day by a
`Retirement`: to be replaced or mended in place, or because an authority wants it. One person asks, a contractor's too; another, of
a unit that runs the system, approves (S31.2, N15.2). What is out past its day, or on no ground at all, is an alarm; what one person had
stopped while that was enough is none, and its page asks for what is owed (decision 0197).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.grounds.stating import says_something
from custodes.people.models import Person
from custodes.people.records import record_language
from custodes.places import deciding
from custodes.places.assignment import bump
from custodes.places.changes.gate import GUARDED
from custodes.places.deciding import RequestRefused, reaches
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import (
    Camera,
    CameraState,
    Decision,
    Doubt,
    DoubtState,
    Removal,
    RemovalState,
    Retirement,
    RetirementBasis,
)
from custodes.places.register import changed_fields, keep_edit, record_change
from custodes.places.scope import approvable_cameras, built_systems, editable_cameras
from custodes.places.signals import camera_retired
from custodes.places.sound import switch_off

REASON = 200
"""Characters of the reason."""
LONGEST = timedelta(days=90)
"""Of one replacement; a longer one is asked for anew, so that somebody looks again. An order's day is the authority's."""
FIELDS = ("camera", "basis", "issuer", "order_number", "until", "words")


def needs_another(camera: Camera) -> bool:
    """Whether it is stopped by two persons: it is connected, of a system that was accepted or is in use."""
    return camera.state == CameraState.CONNECTED and camera.system.state in GUARDED


def ask(row: Retirement, by: Person, at: datetime) -> Retirement:
    """Ask that a camera be taken out of use until a day. It is once another person has approved it.

    Raises:
        RequestRefused: the person does not tend it, one waits already, or the day, the reason or the order is missing.
    """
    if not reaches(editable_cameras(by, at), [row.camera]):
        raise RequestRefused(_("该点位没有接入，或者不由您单位管理、维护。"), ("S34(6)",))
    _check(row, at)
    with transaction.atomic():
        camera = Camera.objects.select_for_update(of=("self",)).select_related("system").get(pk=row.camera_id)
        if not needs_another(camera):
            raise RequestRefused(_("系统尚未验收，由建设单位在点位页上直接停用。"))
        if waiting_for(camera) is not None:
            raise RequestRefused(_("该点位已有一项停用申请等待批准。请先撤回，再重新申请。"))
        row.asked_by, row.asked_at, row.state = by, at, Decision.WAITING
        row.save()
        record_change(by, row._meta.label_lower, str(row.pk), changed_fields(None, row, FIELDS), at)
    return row


def _check(row: Retirement, at: datetime) -> None:
    today = timezone.localdate(at)
    if not says_something(row.words):
        raise RequestRefused(_("停用点位应当说明理由（第三十四条第六项）。请填写理由。"))
    if row.until < today:
        raise RequestRefused(_("恢复日期不能早于今天。请填写不迟于哪一天恢复。"), ("S34(6)",))
    if row.basis == RetirementBasis.ORDER:
        if not (says_something(row.issuer) and says_something(row.order_number)):
            raise RequestRefused(_("书面要求停用的，请写明作出要求的机关和文号。"), ("S34(6)",))
    elif row.until > today + LONGEST:
        said = _("更换、送修一次最长 %(days)s 日；不再恢复的，应当提前十五日报告拆除。") % {"days": LONGEST.days}
        raise RequestRefused(said, ("S18b",))


def _before_approval(row: Retirement, by: Person, at: datetime) -> None:
    """The approval takes it out of use."""
    camera = Camera.objects.select_for_update(of=("self",)).select_related("node", "system").get(pk=row.camera_id)
    if not needs_another(camera):
        raise RequestRefused(_("该点位已经停用，或者系统不再使用，无需批准。"))
    retire(camera, by, row.words, at)


RULES = deciding.DecisionRules("S34(6)", approvable_cameras, approvable_cameras, _before_approval)


def waiting_for(camera: Camera) -> Retirement | None:
    """What was asked for and is not decided yet."""
    return Retirement.objects.filter(camera=camera, state=Decision.WAITING).first()


def retirement_of(camera: Camera) -> Retirement | None:
    """By which it is out of use until a day."""
    return Retirement.objects.filter(camera=camera, state=Decision.APPROVED).first()


def awaiting(by: Person, at: datetime) -> list[Retirement]:
    """What waits for this person's decision, the soonest day first."""
    reach = approvable_cameras(by, at).filter(state=CameraState.CONNECTED).values("pk")
    rows = Retirement.objects.filter(state=Decision.WAITING, camera__in=reach, until__gte=timezone.localdate(at))
    return list(rows.exclude(asked_by=by).select_related("camera").order_by("until", "asked_at"))


def ends_with(camera: Camera, by: Person, at: datetime, words: str) -> None:
    """Close what is open about a camera that is back, or gone for good."""
    for row in Retirement.objects.filter(camera=camera, state__in=[Decision.WAITING, Decision.APPROVED]):
        deciding.close(row, by, at, words)


def on_connected(sender: Any, camera: Camera, by: Person, at: datetime, **_more: Any) -> None:
    """Receiver of `camera_connected`: it is back before its day, or behind it."""
    if (row := retirement_of(camera)) is not None:
        with record_language():
            words = _("已恢复接入")
        deciding.close(row, by, at, words)


def gone() -> Q:
    """Cameras that a removal took away; one that came back, and is out until a day, is none of them."""
    removed = Removal.objects.filter(cameras=OuterRef("pk"), state=RemovalState.REMOVED)
    standing = Retirement.objects.filter(camera=OuterRef("pk"), state=Decision.APPROVED)
    return Q(state=CameraState.RETIRED) & Q(Exists(removed)) & ~Q(Exists(standing))


def out_overdue(today: date) -> QuerySet[Camera]:
    """Cameras out of use in systems that were accepted or are in use whose day has passed, or that nothing lets be out.

    A removal lets them, that nothing may be installed where they stood, and that one person's word was enough when they were stopped.
    """
    mine = {"camera": OuterRef("pk")}
    standing = Retirement.objects.filter(**mine, state=Decision.APPROVED)
    removed = Removal.objects.filter(cameras=OuterRef("pk"), state=RemovalState.REMOVED)
    judged = Doubt.objects.filter(**mine, state=DoubtState.FORBIDDEN)
    rows = Camera.objects.filter(state=CameraState.RETIRED, system__state__in=GUARDED)
    ungrounded = Q(stopped_alone=False) & ~Exists(standing) & ~Exists(removed) & ~Exists(judged)
    return rows.filter(Exists(standing.filter(until__lt=today)) | Q(ungrounded))


def out_without_ground(camera: Camera) -> bool:
    """Whether it is out in a system that was accepted since, or before anybody asked for a ground: its page says what is owed now."""
    out = Camera.objects.filter(pk=camera.pk, stopped_alone=True, state=CameraState.RETIRED, system__state__in=GUARDED)
    return out.exclude(doubts__state=DoubtState.FORBIDDEN).exclude(gone()).exists()


def may_take_out(camera: Camera, by: Person, at: datetime) -> bool:
    """Whether this person stops it alone: who builds or runs a system that nobody has accepted yet, or takes down what may not be there."""
    if camera.state == CameraState.CONNECTED and camera.system.state in GUARDED:
        return False
    alone = camera.state in (CameraState.CONNECTED, CameraState.FORBIDDEN)
    return alone and built_systems(by, at).filter(pk=camera.system_id).exists()


def take_out(camera: Camera, by: Person, reason: str, at: datetime) -> Camera:
    """Take a camera out of use by one person's word: before acceptance, or because it may not be there at all (S10).

    Raises:
        StepRefused: it is not connected, another has to approve it, it is a contractor's word, or there is no reason.
    """
    with transaction.atomic():
        row = Camera.objects.select_for_update(of=("self",)).select_related("node", "system").get(pk=camera.pk)
        if row.state not in (CameraState.CONNECTED, CameraState.FORBIDDEN):
            raise StepRefused(_("该点位没有接入，无需停用。"), clause="S34(6)", remedy=_("不用办理。"))
        if not may_take_out(row, by, at):
            said = _(
                "在用点位不得由一人停用（第十八条、第三十四条第六项）。请办理拆除，或者写明依据和恢复日期申请停用。"
            )
            raise StepRefused(said, clause="S34(6)", remedy=_("请另一人批准后再停用。"))
        if not says_something(reason):
            said = _("停用点位应当说明理由（第三十四条第六项）。请填写理由后再停用。")
            raise StepRefused(said, clause="S34(6)", remedy=_("请写明理由。"))
        retire(row, by, reason, at, alone=True)
    return row


def retire(camera: Camera, by: Person, reason: str, at: datetime, *, alone: bool = False) -> None:
    """Take a camera out of use: the node stops taking it in; what was recorded stays to the end of its term (S32).

    Leave to record sound was for what stood there: a camera that comes back is asked for it anew. Whoever calls this has asked
    whether it may be.
    """
    with transaction.atomic():
        switch_off(camera, by, at)
        # Whoever read it as connected rests on what is no more (R8).
        camera.revision = Camera.objects.select_for_update(of=("self",)).get(pk=camera.pk).revision + 1
        before, camera.state = camera.state, CameraState.RETIRED
        camera.retired_at, camera.stopped_alone = at, alone
        camera.save(update_fields=["state", "retired_at", "stopped_alone", "revision"])
        keep_edit(camera, {"state": [before, CameraState.RETIRED.value]}, by, at)
        changes: dict[str, list[Any]] = {
            "state": [before, CameraState.RETIRED.value],
            "reason": [None, reason],
        }
        record_change(by, camera._meta.label_lower, str(camera.pk), changes, at)
        bump(camera.node)
        camera_retired.send(sender=Camera, camera=camera, at=at)
