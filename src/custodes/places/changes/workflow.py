"""A change from the wish to the filed change, and from its discovery to its end (S34(7), N14, N23(2))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.grounds.stating import says_something
from custodes.people.models import Paper, Person
from custodes.places.changes.gate import GUARDED, held_of
from custodes.places.changes.gathering import facts_of
from custodes.places.changes.guards import GUARDS
from custodes.places.lifecycle.stepping import StepRefused, Taken, enter, move
from custodes.places.models import (
    Camera,
    ChangeCase,
    ChangedCamera,
    ChangeKind,
    ChangePicture,
    ChangeState,
    Moment,
    RemovalState,
    System,
)
from custodes.places.models.change import OF_CAMERAS, OPEN

CLAUSES = ("S34(7)", "N14")
BREACH = ("S34(7)", "N23(2)")
#: States in which a camera is being changed.
RUNNING = tuple(one for one in OPEN if one not in (ChangeState.DONE, ChangeState.FILING))
#: When pictures may be added: how it was until somebody decides, how it is until it is made or restored.
PICTURES = {
    Moment.BEFORE: (ChangeState.REQUESTED, ChangeState.FOUND),
    Moment.AFTER: (ChangeState.APPROVED, ChangeState.FOUND),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to change, or was changed: `cameras` for the kinds that are about cameras, `was` for the others."""

    kind: ChangeKind
    cameras: tuple[Camera, ...]
    wanted: str
    why: str
    was: str = ""
    planned: date | None = None


def request(system: System, wanted: Wanted, by: Person, at: datetime, via: str = "") -> ChangeCase:
    """Ask for leave to change what is in use.

    Args:
        via: by which program, in words.

    Raises:
        StepRefused: the system is not in use, something is not said, a camera is not its own or changes already, or the day has passed.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        row = _locked_system(system)
        _check(row, wanted)
        if wanted.planned is not None and wanted.planned < today:
            raise StepRefused(_("拟实施日期不能早于今天。已经改变的，请按擅自改变登记（第三十四条第七项）。"))
        case = _enter(row, wanted, by, at)
        enter(case, row, "request", Taken(by, at, today, wanted.why, via=via), CLAUSES)
    return case


def find(system: System, wanted: Wanted, taken: Taken) -> ChangeCase:
    """Enter what was changed without leave; `taken.on` is the day of it as far as it is known.

    Raises:
        StepRefused: as `request`; or the day is not past.
    """
    with transaction.atomic():
        row = _locked_system(system)
        _check(row, wanted, barring=(ChangeState.FOUND,))
        check_today(taken)
        case = _enter(row, wanted, taken.by, taken.at, unauthorised=True)
        case.done_on = taken.on
        case.save(update_fields=["done_on"])
        enter(case, row, "find", taken, BREACH)
    return case


def amend(case: ChangeCase, wanted: Wanted, revision: int, by: Person, at: datetime, via: str = "") -> ChangeCase:
    """Say it otherwise while nobody has decided. Pictures stay.

    Raises:
        StepRefused: it was decided, somebody else amended it meanwhile, or as `request`.
    """
    with transaction.atomic():
        row = _locked(case)
        if row.state != ChangeState.REQUESTED:
            raise StepRefused(_("现为“%(state)s”，不能再修改。") % {"state": row.get_state_display()})
        check_revision(row, revision)
        _check(row.system, wanted, but=row)
        if wanted.planned is not None and wanted.planned < timezone.localdate(at):
            raise StepRefused(_("拟实施日期不能早于今天。"))
        row.kind, row.was, row.wanted, row.why = wanted.kind, wanted.was, wanted.wanted, wanted.why
        row.planned, row.revision = wanted.planned, row.revision + 1
        row.asked_by, row.asked_at = by, at  # whose wish it is now: they do not decide about it
        row.save()
        kept = {one.pk for one in wanted.cameras}
        row.cameras.exclude(camera__in=kept).delete()
        _add_cameras(row, [one for one in wanted.cameras if not row.cameras.filter(camera=one).exists()])
        enter(row, row.system, "amend", Taken(by, at, timezone.localdate(at), wanted.why, via=via), CLAUSES)
    return row


def add_picture(
    case: ChangeCase, moment: Moment, paper: Paper, camera: Camera | None, by: Person, at: datetime, via: str = ""
) -> ChangePicture:
    """Keep a picture of how it was or how it is, on record with its SHA-256.

    Raises:
        StepRefused: it is not the time for it, or the camera is none of this change.
    """
    with transaction.atomic():
        row = _locked(case)
        if row.state not in PICTURES[moment]:
            raise StepRefused(
                _("现为“%(state)s”，不能再加入%(moment)s的画面。")
                % {"state": row.get_state_display(), "moment": moment.label}
            )
        if camera is not None and not row.cameras.filter(camera=camera).exists():
            raise StepRefused(_("该点位不在本次变更之内。"))
        picture = ChangePicture.objects.create(case=row, moment=moment, camera=camera, paper=paper, by=by, at=at)
        of = camera.name if camera is not None else row.system.name
        taken = Taken(by, at, timezone.localdate(at), f"{of}：{moment.label}", (paper,), via)
        enter(row, row.system, "picture", taken, CLAUSES)
    return picture


def decide(case: ChangeCase, event: str, revision: int, taken: Taken) -> ChangeCase:
    """Approve or refuse; whoever decides has read what stands there now (R8).

    Args:
        event: ``approve`` or ``refuse``.

    Raises:
        StepRefused: it was amended since, is one's own, something is unmet, a refusal has no words, or it was decided already.
    """
    if event == "refuse" and not says_something(taken.words):
        raise StepRefused(_("请写明不予批准的理由。"))
    with transaction.atomic():
        row = _locked(case)
        check_revision(row, revision)
        today = timezone.localdate(taken.at)
        taken = replace(taken, on=today)  # leave counts from when it is given
        _ask(row, event, taken)
        row.decided_by, row.decided_on, row.decided_at = taken.by, today, taken.at
        move(row, event, taken, row.system, clauses=CLAUSES)
    return row


def withdraw(case: ChangeCase, taken: Taken) -> ChangeCase:
    """It is not wanted any more.

    Raises:
        StepRefused: it was made or is over, or there is no reason.
    """
    if not says_something(taken.words):
        raise StepRefused(_("请写明撤回的理由。"))
    with transaction.atomic():
        row = _locked(case)
        check_today(taken)
        move(row, "withdraw", taken, row.system, clauses=CLAUSES)
    return row


def carry_out(case: ChangeCase, taken: Taken) -> ChangeCase:
    """Say that it was made on the day `taken.on`: the day from which its filing is counted (N14).

    Raises:
        StepRefused: it was not approved, or something is unmet.
    """
    with transaction.atomic():
        row = _locked(case)
        check_today(taken)
        _ask(row, "carry_out", taken)
        row.done_on = taken.on
        _keep_after(row)
        move(row, "carry_out", taken, row.system, clauses=CLAUSES)
    return row


def keep(case: ChangeCase, taken: Taken) -> ChangeCase:
    """Decide that what was made without leave stays. It is filed like any change, and stays an incident.

    Raises:
        StepRefused: one entered it oneself, something is unmet, or there are no words.
    """
    if not says_something(taken.words):
        raise StepRefused(_("请写明保留改变的理由。"))
    with transaction.atomic():
        row = _locked(case)
        check_today(taken)
        _ask(row, "keep", taken)
        row.decided_by, row.decided_on, row.decided_at = taken.by, taken.on, taken.at
        _keep_after(row)
        move(row, "keep", taken, row.system, clauses=BREACH)
    return row


def restore(case: ChangeCase, taken: Taken) -> ChangeCase:
    """Say that it is again as it was.

    Raises:
        StepRefused: something is unmet, or it was handled already.
    """
    with transaction.atomic():
        row = _locked(case)
        check_today(taken)
        _ask(row, "restore", taken)
        move(row, "restore", taken, row.system, clauses=BREACH)
    return row


def check_revision(case: ChangeCase, revision: int) -> None:
    """What was read is what stands there (R8).

    Raises:
        StepRefused: it was amended meanwhile.
    """
    if case.revision != revision:
        raise StepRefused(_("您打开本页后，申请单位修改了申请内容。请核对现在的内容后再办理。"))


def check_today(taken: Taken) -> None:
    """The legal day of a step is not in the future.

    Raises:
        StepRefused: it is.
    """
    if taken.on > timezone.localdate(taken.at):
        raise StepRefused(_("日期不能晚于今天。"))


def _ask(case: ChangeCase, event: str, taken: Taken) -> None:
    unmet = GUARDS[event](facts_of(case), taken.by.pk, taken.on)
    if unmet:
        raise StepRefused(_("还有 %(count)d 项条件没有满足。") % {"count": len(unmet)}, unmet)


def _check(
    system: System, wanted: Wanted, but: ChangeCase | None = None, barring: Sequence[ChangeState] = RUNNING
) -> None:
    """`barring`: states of another case of the same camera that stand in the way. No wish bars the entry of what was done without leave."""
    if system.state not in GUARDED:
        raise StepRefused(
            _("系统现为“%(state)s”，验收合格以前的改变不需要办理变更。") % {"state": system.get_state_display()}
        )
    if not says_something(wanted.why) or not says_something(wanted.wanted):
        raise StepRefused(_("请写明变更后的情况和变更原因。"))
    if wanted.kind in OF_CAMERAS and not wanted.cameras:
        raise StepRefused(_("请选择要变更的点位。"))
    others = ChangedCamera.objects.filter(case__state__in=[one.value for one in barring])
    if but is not None:
        others = others.exclude(case=but)
    for camera in wanted.cameras:
        removed = wanted.kind != ChangeKind.REMOVE and camera.removals.filter(state=RemovalState.REMOVED).exists()
        if camera.system_id != system.pk or removed:
            raise StepRefused(_("点位“%(name)s”不属于该系统，或者已经拆除。") % {"name": camera.name})
        if others.filter(camera=camera).exists():
            raise StepRefused(_("点位“%(name)s”已有正在办理的变更。") % {"name": camera.name})


def _enter(system: System, wanted: Wanted, by: Person, at: datetime, *, unauthorised: bool = False) -> ChangeCase:
    case = ChangeCase.objects.create(
        system=system,
        kind=wanted.kind,
        was=wanted.was,
        wanted=wanted.wanted,
        why=wanted.why,
        planned=wanted.planned,
        state=ChangeState.FOUND if unauthorised else ChangeState.REQUESTED,
        unauthorised=unauthorised,
        asked_by=by,
        asked_at=at,
    )
    _add_cameras(case, wanted.cameras)
    return case


def _add_cameras(case: ChangeCase, cameras: Sequence[Camera]) -> None:
    for camera in cameras:
        ChangedCamera.objects.create(case=case, camera=camera, revision=camera.revision, before=held_of(camera))


def _keep_after(case: ChangeCase) -> None:
    for row in case.cameras.select_related("camera"):
        row.after = held_of(row.camera)
        row.save(update_fields=["after"])


def _locked_system(system: System) -> System:
    return System.objects.select_for_update().get(pk=system.pk)


def _locked(case: ChangeCase) -> ChangeCase:
    return ChangeCase.objects.select_for_update(of=("self",)).select_related("system").get(pk=case.pk)
