"""A removal from plan to end: reported at least fifteen days before, carried out on that day or later (S18, N23(2)).

Nobody permits it: police say that they have read the report, and nothing hangs on that. What is held or has not reached its term
stays: a camera that is removed leaves its footage behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.deadlines.answer import Beforehand
from custodes.law.deadlines.counting import removal_report
from custodes.law.deadlines.table import REMOVAL
from custodes.law.duties.filing import RemovalFacts, s18b_report
from custodes.law.duties.finding import Finding
from custodes.law.duties.terms import Terms
from custodes.people.models import Person
from custodes.places.lifecycle import said
from custodes.places.lifecycle.events import BY_NAME
from custodes.places.lifecycle.gathering import facts_of
from custodes.places.lifecycle.guards import GUARDS
from custodes.places.lifecycle.stepping import StepRefused, Taken, check_day, enter, move
from custodes.places.models import USED, Camera, CameraState, Removal, RemovalGround, System, SystemState
from custodes.places.models.removal import AHEAD
from custodes.places.retiring import retire

CLAUSES = ("S18b",)
REPORTABLE = (SystemState.ACCEPTED, *USED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a unit wants to remove, why and when. `cameras` is empty for the whole system."""

    cameras: tuple[Camera, ...]
    ground: RemovalGround
    why: str
    planned: date


def plan(system: System, wanted: Wanted, by: Person, at: datetime, via: str = "") -> Removal:
    """Enter a removal that is planned.

    Args:
        via: by which program, in words.

    Raises:
        StepRefused: the system is not one whose removal is reported, one of the cameras is not its own or goes already, or the
            planned day has passed.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        row = System.objects.select_for_update().get(pk=system.pk)
        check_reportable(row)
        if wanted.planned < today:
            raise StepRefused(_("拟拆除日期不能早于今天。已经拆除的，请向所在县（区）公安机关说明情况（第四十条）。"))
        check_cameras(row, wanted.cameras)
        removal = Removal.objects.create(
            system=row,
            whole=not wanted.cameras,
            ground=wanted.ground,
            why=wanted.why,
            planned=wanted.planned,
            drafted_by=by,
            drafted_at=at,
        )
        removal.cameras.set(wanted.cameras)
        enter(removal, row, "plan", Taken(by, at, today, wanted.why, via=via), CLAUSES)
    return removal


def put_off(removal: Removal, planned: date, by: Person, at: datetime, via: str = "") -> Removal:
    """Plan it for another day; a report that was made stays, its day counts.

    Raises:
        StepRefused: it is over, or the day has passed.
    """
    with transaction.atomic():
        row = _locked(removal)
        if row.state not in AHEAD:
            raise StepRefused(_("已经办结，不能再改期。"))
        if planned < timezone.localdate(at):
            raise StepRefused(_("拟拆除日期不能早于今天。"))
        before, row.planned = row.planned, planned
        row.save(update_fields=["planned"])
        words = _("由 %(before)s 改为 %(after)s") % {"before": before, "after": planned}
        taken = Taken(by, at, timezone.localdate(at), words, via=via)
        enter(row, row.system, "put_off", taken, CLAUSES)
    return row


def report(removal: Removal, taken: Taken) -> Removal:
    """Tell the county's police, now: a report has the day on which it is made, whatever day is named (R7).

    It is taken however late it is: the page says until when the removal has to wait.

    Raises:
        StepRefused: it was reported already, or is over.
    """
    with transaction.atomic():
        row = _locked(removal)
        taken = replace(taken, on=timezone.localdate(taken.at))
        row.reported_on = taken.on
        move(row, "report", taken, row.system, clauses=CLAUSES)
    return row


def acknowledge(removal: Removal, taken: Taken) -> Removal:
    """Police have read it.

    Raises:
        StepRefused: nothing is reported.
    """
    with transaction.atomic():
        row = _locked(removal)
        check_today(taken)
        row.acknowledged_on = taken.on
        move(row, "acknowledge", taken, row.system, clauses=CLAUSES)
    return row


def cancel(removal: Removal, taken: Taken) -> Removal:
    """It stays where it is.

    Raises:
        StepRefused: it is over, or there is no reason.
    """
    if not taken.words:
        raise StepRefused(_("请写明不再拆除的理由。"))
    with transaction.atomic():
        row = _locked(removal)
        move(row, "cancel", taken, row.system, clauses=CLAUSES)
    return row


def carry_out(removal: Removal, taken: Taken, terms: Terms) -> Removal:
    """Say that it was removed on the day `taken.on`; its cameras are out of use from now on.

    Raises:
        StepRefused: it was not reported, or not fifteen days before: the text names the first day.
    """
    with transaction.atomic():
        system = System.objects.select_for_update().get(pk=removal.system_id)
        row = _locked(removal)
        check_today(taken)
        first = first_day(row, terms)
        if first is None:
            said_first = _("尚未向所在县（区）公安机关报告，不能拆除（第十八条）。请先报告。")
            raise StepRefused(said_first, clause="S18b", remedy=_("请先报告；报告后满十五日方可拆除。"))
        if taken.on < first:
            raise StepRefused(
                _("报告后不足十五日，不能拆除（第十八条）。最早可以在 %(first)s 拆除。") % {"first": first},
                clause="S18b",
                remedy=_("请在 %(first)s 或者以后拆除并登记。") % {"first": first},
            )
        for camera in leaving(row).select_for_update():
            if camera.state == CameraState.RETIRED:
                continue
            retire(camera, taken.by, _("拆除：%(why)s") % {"why": row.why}, taken.at)
        row.removed_on = taken.on
        if row.whole:
            check_day(system, taken)
            unmet = GUARDS["remove"](
                facts_of(system, timezone.localdate(taken.at)), taken.on, timezone.localdate(taken.at), terms
            )
            if unmet:
                raise StepRefused(said.reason(unmet[0]), unmet)
            move(system, "remove", taken, system, clauses=BY_NAME["remove"].clauses)
        move(row, "carry_out", taken, system, clauses=("S18a", *CLAUSES))
    return row


def first_day(removal: Removal, terms: Terms) -> date | None:
    """The first day on which it may be removed: fifteen days after the report (S18); None while it is not reported."""
    return None if removal.reported_on is None else earliest(removal.reported_on, terms)


def earliest(reported: date, terms: Terms) -> date:
    """The first day on which something may be removed whose removal is reported on `reported` (S18)."""
    day = reported + timedelta(days=REMOVAL.days)
    while removal_report(day, terms.calendar, assumed=terms.assumed).latest < reported:
        day += timedelta(days=1)
    return day


def latest_report(removal: Removal, terms: Terms) -> Beforehand:
    """By when it has to be reported to be removed on the planned day."""
    return removal_report(removal.planned, terms.calendar, assumed=terms.assumed)


def finding_of(removal: Removal, today: date, terms: Terms) -> Finding:
    """How the duty to report stands (S18b)."""
    facts = RemovalFacts(removal.planned, removal.reported_on, removal.removed_on, removal.why)
    return s18b_report(facts, removal.planned, today, terms)


def leaving(removal: Removal) -> QuerySet[Camera]:
    """The cameras that go."""
    return Camera.objects.filter(system=removal.system) if removal.whole else removal.cameras.all()


def check_today(taken: Taken) -> None:
    """The legal day of a step is not in the future.

    Raises:
        StepRefused: it is.
    """
    if taken.on > timezone.localdate(taken.at):
        raise StepRefused(_("日期不能晚于今天。"))


def check_reportable(system: System) -> None:
    """Its removal is reported at all.

    Raises:
        StepRefused: it has not passed acceptance, or is gone.
    """
    if system.state not in REPORTABLE:
        raise StepRefused(_("系统现为“%(state)s”，尚未验收的不需要报告拆除。") % {"state": system.get_state_display()})


def check_cameras(system: System, cameras: Sequence[Camera]) -> None:
    """These cameras, or with none the whole system, are not being removed already.

    Raises:
        StepRefused: they are, or one of them is not the system's.
    """
    ahead = Removal.objects.filter(system=system, state__in=[one.value for one in AHEAD])
    if ahead.filter(whole=True).exists() or (not cameras and ahead.exists()):
        raise StepRefused(_("该系统已有正在办理的拆除，请在其中办理或者先撤销。"))
    for camera in cameras:
        if camera.system_id != system.pk or camera.state == CameraState.RETIRED:
            raise StepRefused(_("点位“%(name)s”不属于该系统，或者已经停用。") % {"name": camera.name})
        if ahead.filter(cameras=camera).exists():
            raise StepRefused(_("点位“%(name)s”已有正在办理的拆除。") % {"name": camera.name})


def _locked(removal: Removal) -> Removal:
    return Removal.objects.select_for_update(of=("self",)).select_related("system").get(pk=removal.pk)
