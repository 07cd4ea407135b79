"""Removals as a kind of case: reported at least fifteen days before, carried out on that day or later (S18, N23(2)); or found, when it was done without a report.

Nobody permits it: police say that they have read the report, and nothing hangs on that. What is held or has not reached its term
stays: a camera that is removed leaves its footage behind.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases import records
from custodes.cases.forms import NoForm
from custodes.cases.kind import Actor, CaseKind, Event, Print, Rows, StepDay
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import inside
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.stating import says_something
from custodes.people.independence import CLAUSE, why_not_independent
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Person
from custodes.people.permissions import Permission
from custodes.people.records import record_language
from custodes.places.assignment import bump
from custodes.places.changes.reach import findable_systems
from custodes.places.documents import removal_report
from custodes.places.forms.removal import FoundRemovalForm, PutOffForm, ReasonForm
from custodes.places.lifecycle import said
from custodes.places.lifecycle.case import LIFE, ask_day
from custodes.places.lifecycle.gathering import facts_of
from custodes.places.lifecycle.guards import GUARDS
from custodes.places.models import CameraState, Removal, RemovalGround, RemovalState, Remover, System
from custodes.places.models.cases import AHEAD
from custodes.places.removal.rules import (
    check_cameras,
    check_found,
    check_reportable,
    first_day,
    latest_report,
    leaving,
    papered_removals,
    visible_removals,
)
from custodes.places.retiring import ends_with, gone, retire
from custodes.places.scope import built_systems, decided_systems, handled_systems

_R = RemovalState
CLAUSES = ("S18b",)
BREACH = ("S18a", "N23(2)")
BADGES: dict[str, str] = {
    _R.PLANNED: "neutral",
    _R.REPORTED: "attention",
    _R.ACKNOWLEDGED: "info",
    _R.REMOVED: "fine",
    _R.CANCELLED: "off",
    _R.FOUND: "danger",
    _R.RESTORED: "off",
}
_P = Permission


def settled_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems of whose found removals the person says that they stay: who decides for the unit, or supervises it; no contractor."""
    decided, handled = decided_systems(person, at), handled_systems(person, at)
    return System.objects.filter(Q(pk__in=decided.values("pk")) | Q(pk__in=handled.values("pk")))


def _removals_of(systems: Rows) -> Rows:
    return lambda person, at: Removal.objects.filter(system__in=systems(person, at).values("pk"))


UNIT = Actor((_P.MANAGE_PLACES,), _removals_of(built_systems))
POLICE = Actor((_P.HANDLE_FILINGS,), _removals_of(handled_systems))
FINDERS = Actor((_P.MANAGE_PLACES, _P.HANDLE_FILINGS), _removals_of(findable_systems))
DECIDERS = Actor((_P.APPROVE_CHANGES, _P.HANDLE_FILINGS), _removals_of(settled_systems))


def plan(system: System, step: StepInput, terms: LegalTerms) -> Removal:
    """A removal that is planned; without cameras it is the whole system's.

    Raises:
        StepRefused: the system is not one whose removal is reported, one of the cameras is not its own or goes already, or the
            planned day has passed.
    """
    check_reportable(system)
    if step.data["planned"] < timezone.localdate(step.at):
        raise StepRefused(gettext("拟拆除日期不能早于今天。已经拆除的，请按擅自拆除登记（第十八条、第四十条）。"))
    check_cameras(system, step.data["cameras"])
    return Removal(
        system=system,
        whole=not step.data["cameras"],
        ground=step.data["ground"],
        why=step.words,
        planned=step.data["planned"],
        drafted_by=step.by,
        drafted_at=step.at,
    )


def find(system: System, step: StepInput, terms: LegalTerms) -> Removal:
    """What was removed without a report (擅自拆除). Its cameras go on as they stand until it is settled: what is missing is owed.

    Raises:
        StepRefused: the system is not one that is reported, a camera is not its own or was removed, this is entered already, or what,
            when or by whom is not said.
    """
    check_reportable(system)
    told = step.data
    if not says_something(told["why"]) or not says_something(told["found_by"]):
        raise StepRefused(gettext("请写明发现的情况和发现人（第十八条）。"), clause="S18a")
    on, gone_on = told["found_on"], told.get("gone_on")
    if on > timezone.localdate(step.at) or (gone_on is not None and gone_on > on):
        raise StepRefused(gettext("发现日期不能晚于今天，拆除日期不能晚于发现日期。"), clause="S18a")
    check_found(system, tuple(told["cameras"]))
    return Removal(
        system=system,
        whole=not told["cameras"],
        ground=RemovalGround.OTHER,
        why=told["why"],
        planned=gone_on or on,
        unauthorised=True,
        found_on=on,
        found_by=told["found_by"],
        gone_on=gone_on,
        remover=told.get("remover") or Remover.UNKNOWN,
        removed_by=told.get("removed_by", ""),
        grave=told.get("grave", False),
        drafted_by=step.by,
        drafted_at=step.at,
    )


def keep_cameras(removal: Removal, step: StepInput, kept: CaseStep) -> None:
    """Which go."""
    removal.cameras.set(step.data["cameras"])


def found_in_words(removal: Removal, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """What was found."""
    return removal.why, step.papers


def put_off(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """Another day; a report that was made stays, its day counts."""
    removal.planned = step.data["planned"]


def ask_put_off(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """A day that is still to come."""
    if step.data["planned"] < timezone.localdate(step.at):
        raise StepRefused(gettext("拟拆除日期不能早于今天。"))


def put_off_in_words(removal: Removal, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """From which day to which."""
    return gettext("由 %(before)s 改为 %(after)s") % {
        "before": removal.planned,
        "after": step.data["planned"],
    }, step.papers


def report(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """It is taken however late it is: the page says until when the removal has to wait."""
    removal.reported_on = step.on


def acknowledge(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """Police have read it."""
    removal.acknowledged_on = step.on


def ask_carry_out(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """Reported, and fifteen days before: the text names the first day."""
    first = first_day(removal, terms)
    if first is None:
        told = gettext("尚未向所在县（区）公安机关报告，不能拆除（第十八条）。请先报告。")
        raise StepRefused(told, clause="S18b", remedy=gettext("请先报告；报告后满十五日方可拆除。"))
    if step.on < first:
        raise StepRefused(
            gettext("报告后不足十五日，不能拆除（第十八条）。最早可以在 %(first)s 拆除。") % {"first": first},
            clause="S18b",
            remedy=gettext("请在 %(first)s 或者以后拆除并登记。") % {"first": first},
        )


def carry_out(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """Its cameras are out of use from now on; with the last of them the system is."""
    _take_away(removal, step)
    removal.removed_on = step.on
    if removal.whole:
        system = System.objects.get(pk=removal.system_id)
        ask_day(system, step, terms)
        today = timezone.localdate(step.at)
        if unmet := GUARDS["remove"](facts_of(system, today), step.on, today, terms):
            raise StepRefused(said.reason(unmet[0]), unmet)
        inside(LIFE, system, "remove", step, terms)


def ask_settled(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """Not before it was found."""
    if removal.found_on is not None and step.on < removal.found_on:
        raise StepRefused(gettext("日期不能早于发现之日（%(day)s）。") % {"day": removal.found_on}, clause="S18a")


def ask_confirm(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """By another than who entered it."""
    if removal.drafted_by_id == step.person.pk:
        told = gettext("登记人不能认定自己登记的擅自拆除，请运行单位的另一名审批人办理。")
        raise StepRefused(told, clause="S18a")
    if why := why_not_independent(step.by, removal.drafted_by_id, step.at):
        raise StepRefused(why, clause=CLAUSE)
    ask_settled(removal, step, terms)


def confirm(removal: Removal, step: StepInput, terms: LegalTerms) -> None:
    """What was removed without a report stays away: its cameras are out of use from now on, and its change is to be filed."""
    _take_away(removal, step)
    removal.removed_on = removal.gone_on or removal.found_on
    removal.decided_by = step.by
    if removal.whole:
        system = System.objects.get(pk=removal.system_id)
        inside(LIFE, system, "remove", step, terms, clauses=BREACH)


def _take_away(removal: Removal, step: StepInput) -> None:
    """The cameras that go are out of use; what was out until a day is out for good."""
    cameras = list(
        leaving(removal).exclude(gone()).order_by("pk").select_for_update(of=("self",)).select_related("node")
    )
    bump(*(camera.node for camera in cameras))  # all at once: taken one after another they would be in no order
    with record_language():
        reason, ended = gettext("拆除：%(why)s") % {"why": removal.why}, gettext("已拆除")
    for camera in cameras:
        if camera.state != CameraState.RETIRED:
            retire(camera, step.person, reason, step.at)
        ends_with(camera, step.person, step.at, ended)


EVENTS = (
    Event(
        name="plan",
        verb=_("登记拆除计划"),
        story=pgettext_lazy("经过", "拟拆除"),
        said=_("已登记。"),
        target=_R.PLANNED,
        actor=Actor((_P.MANAGE_PLACES,), built_systems),
        clauses=CLAUSES,
        make=plan,
        after=keep_cameras,
    ),
    Event(
        name="find",
        verb=_("登记擅自拆除"),
        title=_("登记擅自拆除"),
        story=pgettext_lazy("经过", "登记擅自拆除"),
        said=_("已登记擅自拆除，须恢复原状，或者由另一人认定不再恢复并办理变更备案。"),
        target=_R.FOUND,
        actor=Actor((_P.MANAGE_PLACES, _P.HANDLE_FILINGS), findable_systems),
        clauses=BREACH,
        form=FoundRemovalForm,
        day="found_on",
        make=find,
        keeps=found_in_words,
        after=keep_cameras,
    ),
    Event(
        name="report",
        verb=_("报告拆除"),
        title=_("向所在县（区）公安机关报告"),
        hint=lambda removal: (
            gettext("报告对象：%(division)s公安机关。报告不是申请许可，无须等待批准。")
            % {"division": removal.system.site.division}
        ),
        story=pgettext_lazy("经过", "报告拆除"),
        said=_("已向所在县（区）公安机关报告。"),
        sources=(_R.PLANNED,),
        target=_R.REPORTED,
        actor=UNIT,
        clauses=CLAUSES,
        form=NoForm,
        fill=report,
    ),
    Event(
        name="carry_out",
        verb=_("登记已拆除"),
        hint=_("点位随即停用，正在进行的查看停止；已有录像保留至存储期限届满，被保全的继续保全。"),
        story=pgettext_lazy("经过", "登记已拆除"),
        said=_("已登记拆除；录像保留至存储期限届满。"),
        sources=AHEAD,
        target=_R.REMOVED,
        actor=UNIT,
        clauses=("S18a", *CLAUSES),
        day=StepDay.PAST,
        ask=ask_carry_out,
        fill=carry_out,
        danger=True,
        offered=lambda removal, person, today, terms: (first_day(removal, terms) or date.max) <= today,
    ),
    Event(
        name="restore",
        verb=_("登记恢复原状"),
        title=_("已恢复原状"),
        story=pgettext_lazy("经过", "擅自拆除的恢复原状"),
        said=_("已登记恢复原状。"),
        sources=(_R.FOUND,),
        target=_R.RESTORED,
        actor=FINDERS,
        clauses=BREACH,
        day=StepDay.PAST,
        needs_words=_("请写明恢复原状的情况。"),
        ask=ask_settled,
    ),
    Event(
        name="confirm",
        verb=_("认定不再恢复"),
        title=_("不再恢复"),
        hint=_("点位随即停用；已有录像保留至存储期限届满。擅自拆除的事实不变。"),
        story=pgettext_lazy("经过", "认定擅自拆除的不再恢复"),
        said=_("已认定不再恢复，点位停用；录像保留至存储期限届满。"),
        sources=(_R.FOUND,),
        target=_R.REMOVED,
        actor=DECIDERS,
        clauses=BREACH,
        day=StepDay.PAST,
        needs_words=_("请写明不再恢复的理由。"),
        ask=ask_confirm,
        fill=confirm,
        danger=True,
        offered=lambda removal, person, today, terms: removal.drafted_by_id != person.pk,
    ),
    Event(
        name="acknowledge",
        verb=_("登记收悉"),
        title=_("收悉报告"),
        story=pgettext_lazy("经过", "公安机关收悉拆除报告"),
        said=_("已登记收悉。"),
        sources=(_R.REPORTED,),
        target=_R.ACKNOWLEDGED,
        actor=POLICE,
        clauses=CLAUSES,
        day=StepDay.PAST,
        fill=acknowledge,
    ),
    Event(
        name="put_off",
        verb=_("改期"),
        story=pgettext_lazy("经过", "拆除改期"),
        said=_("已改期。"),
        sources=AHEAD,
        actor=UNIT,
        clauses=CLAUSES,
        form=PutOffForm,
        initial=lambda removal, terms: {"planned": first_day(removal, terms) or latest_report(removal, terms).event},
        ask=ask_put_off,
        fill=put_off,
        keeps=put_off_in_words,
        noted=True,
        aside=True,
    ),
    Event(
        name="cancel",
        verb=_("不再拆除"),
        story=pgettext_lazy("经过", "不再拆除"),
        said=_("已登记不再拆除。"),
        sources=AHEAD,
        target=_R.CANCELLED,
        actor=UNIT,
        clauses=CLAUSES,
        form=ReasonForm,
        needs_words=_("请写明不再拆除的理由。"),
        quiet=True,
    ),
)

REMOVAL = CaseKind(
    model=Removal,
    name=_("拆除"),
    url="places:removal",
    states=_R,
    badges=BADGES,
    events=EVENTS,
    facts=lambda removal, today, terms: None,
    recorder=records.register,
    view=_P.VIEW_PLACES,
    shown_to=visible_removals,
    about="system",
    locks=("system",),
    related=("system__site__division", "system__unit"),
    prints=(
        Print(
            label=_("打印拆除报告"),
            key="report",
            fill=removal_report,
            there=lambda removal: not removal.unauthorised,
            rows=papered_removals,
        ),
    ),
)
