"""Change (变更) as a kind of case: from the wish to the filed change, and from what was found changed to its end (S34(7), N14, N23(2))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases import records
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event, Print, StepDay
from custodes.cases.models import WORDS, CaseStep
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.independence import bound
from custodes.people.lawful import StepRefused
from custodes.people.models import Entrustment, Paper, Person
from custodes.people.permissions import Permission
from custodes.people.two_persons import MARK, declaration_for, done_alone
from custodes.places.changes import guards
from custodes.places.changes.gate import GUARDED, held_of
from custodes.places.changes.gathering import facts_of
from custodes.places.changes.reach import asked_changes, decided_changes, findable_systems, visible_changes
from custodes.places.documents import change_form
from custodes.places.forms.change import ChangeForm, DecideForm, DoneForm, FoundForm, RefuseForm, WordsForm
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
from custodes.places.models.change import OF_CAMERAS, OF_RECORDING, OPEN, PICTURES
from custodes.places.scope import built_systems

_C, _P = ChangeState, Permission
CLAUSES = ("S34(7)", "N14")
BREACH = ("S34(7)", "N23(2)")
BADGES: dict[str, str] = {
    _C.REQUESTED: "attention",
    _C.APPROVED: "info",
    _C.REFUSED: "off",
    _C.FOUND: "danger",
    _C.DONE: "attention",
    _C.FILING: "info",
    _C.CLOSED: "fine",
    _C.RESTORED: "fine",
    _C.WITHDRAWN: "off",
}
#: States in which a camera is being changed.
RUNNING = tuple(one for one in OPEN if one not in (_C.DONE, _C.FILING))
UNIT = Actor((_P.MANAGE_PLACES,), asked_changes)
DECIDERS = Actor((_P.APPROVE_CHANGES,), decided_changes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to change, or was changed: `cameras` for the kinds that are about cameras, `was` for the others."""

    kind: ChangeKind
    cameras: tuple[Camera, ...]
    wanted: str
    why: str
    was: str = ""
    planned: date | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Wanted:
        """As a form says it."""
        kind = ChangeKind(said["kind"])
        cameras = tuple(said["cameras"]) if kind in OF_CAMERAS else ()
        return cls(kind, cameras, said["wanted"], said["why"], said["was"], said.get("planned"))

    def said(self) -> dict[str, Any]:
        """As a form would say it."""
        return {name: getattr(self, name) for name in self.__slots__}


def request(system: System, step: StepInput, terms: LegalTerms) -> ChangeCase:
    """Leave is asked for to change what is in use.

    Raises:
        StepRefused: the system is not in use, something is not said, a camera is not its own or changes already, or the day has passed.
    """
    wanted = Wanted.of(step.data)
    _check(system, wanted)
    if wanted.planned is not None and wanted.planned < timezone.localdate(step.at):
        raise StepRefused(gettext("拟实施日期不能早于今天。已经改变的，请按擅自改变登记（第三十四条第七项）。"))
    return _begun(system, wanted, step)


def find(system: System, step: StepInput, terms: LegalTerms) -> ChangeCase:
    """What was changed without leave; the step's day is that of the change as far as it is known.

    Raises:
        StepRefused: as `request`.
    """
    wanted = Wanted.of(step.data)
    _check(system, wanted, barring=(_C.FOUND,))
    case = _begun(system, wanted, step)
    case.unauthorised, case.done_on = True, step.on
    return case


def _begun(system: System, wanted: Wanted, step: StepInput) -> ChangeCase:
    return ChangeCase(
        system=system,
        kind=wanted.kind,
        was=wanted.was,
        wanted=wanted.wanted,
        why=wanted.why,
        planned=wanted.planned,
        asked_by=step.person,
        asked_at=step.at,
    )


def keep_cameras(case: ChangeCase, step: StepInput, kept: CaseStep) -> None:
    """Those that it is about, as the register has them now; of a request that was amended the others go."""
    cameras = Wanted.of(step.data).cameras
    case.cameras.exclude(camera__in=[one.pk for one in cameras]).delete()
    there = set(case.cameras.values_list("camera", flat=True))
    for camera in cameras:
        if camera.pk not in there:
            ChangedCamera.objects.create(case=case, camera=camera, revision=camera.revision, before=held_of(camera))


def why_in_words(case: ChangeCase, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Why; of what was found, how."""
    return step.words or Wanted.of(step.data).why, step.papers


def ask_amend(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """Whoever amends it has read what stands there now."""
    ask_revision(case, step, terms)
    wanted = Wanted.of(step.data)
    _check(case.system, wanted, but=case)
    if wanted.planned is not None and wanted.planned < timezone.localdate(step.at):
        raise StepRefused(gettext("拟实施日期不能早于今天。"))


def amend(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """It is said otherwise; pictures stay. Whose wish it is now does not decide about it."""
    wanted = Wanted.of(step.data)
    case.kind, case.was, case.wanted, case.why = wanted.kind, wanted.was, wanted.wanted, wanted.why
    case.planned, case.revision = wanted.planned, case.revision + 1
    case.asked_by, case.asked_at = step.person, step.at


def ask_revision(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """What was read is what stands there (R8); a picture more does not change it."""
    if step.data.get("revision") != case.revision:
        raise StepRefused(gettext("您打开本页后，申请单位修改了申请内容。请核对现在的内容后再办理。"))


def ask_picture(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """Of how it was until somebody decides, of how it is until it is made or restored."""
    moment, camera = Moment(step.data["moment"]), step.data.get("camera")
    if case.state not in PICTURES[moment]:
        raise StepRefused(
            gettext("现为“%(state)s”，不能再加入%(moment)s的画面。")
            % {"state": case.get_state_display(), "moment": moment.label}
        )
    if camera is not None and not case.cameras.filter(camera=camera).exists():
        raise StepRefused(gettext("该点位不在本次变更之内。"))


def keep_picture(case: ChangeCase, step: StepInput, kept: CaseStep) -> None:
    """Never replaced, never taken out."""
    (paper,), camera = step.papers, step.data.get("camera")
    ChangePicture.objects.create(
        case=case, moment=Moment(step.data["moment"]), camera=camera, paper=paper, by=step.person, at=step.at
    )


def picture_in_words(case: ChangeCase, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Of what, and when."""
    camera = step.data.get("camera")
    of = camera.name if camera is not None else case.system.name
    return f"{of}：{Moment(step.data['moment']).label}", step.papers


def binds(case: ChangeCase, person: Person, at: datetime) -> tuple[Unmet, ...]:
    """Who asked for it or entered it, and who is no other person than they, does not decide about it; but on a declaration that the unit has
    no second."""
    return () if _declared(case, person, at) is not None else _bound(case, person, at)


def _bound(case: ChangeCase, person: Person, at: datetime) -> tuple[Unmet, ...]:
    own = (guards.ASKED_IT,) if person.pk == case.asked_by_id else ()
    return (*own, *bound(person, [case.asked_by_id], at))


def _declared(case: ChangeCase, person: Person, at: datetime) -> Entrustment | None:
    if not _bound(case, person, at):
        return None
    step = "change_recorded" if case.kind in OF_RECORDING else "change"
    return declaration_for(step, person, case.system.unit, at)


def decided_alone(case: ChangeCase, person: Person, at: datetime) -> bool:
    """Whether this person decides it as the only one, on their declaration."""
    return _declared(case, person, at) is not None


def decide(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """Whose decision it is; leave counts from when it is given."""
    declared = _declared(case, step.person, step.at)
    if declared is not None:
        about = f"{case.system.name} · {case.get_kind_display()}"
        done_alone(declared, "change", case, about, by=step.person, at=step.at)
        case.alone = True
    case.decided_by, case.decided_on, case.decided_at = step.person, step.on, step.at


def decided_in_words(case: ChangeCase, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Marked where one person takes it that two have to."""
    mark = MARK if decided_alone(case, step.person, step.at) else ""
    return f"{mark}{step.words}"[:WORDS], step.papers


def carry_out(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """The day from which its filing is counted (N14)."""
    case.done_on = step.on
    _keep_after(case)


def keep(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """What was made without leave stays, and stays an incident; it is filed like any change."""
    decide(case, step, terms)
    _keep_after(case)


def _keep_after(case: ChangeCase) -> None:
    for row in case.cameras.select_related("camera"):
        row.after = held_of(row.camera)
        row.save(update_fields=["after"])


def hand_in(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """With the filing that says it; the first day on which one was handed in counts."""
    case.filing, case.filed_on = step.data["filing"], case.filed_on or step.on


def take_back(case: ChangeCase, step: StepInput, terms: LegalTerms) -> None:
    """That filing was taken back: the change is not filed."""
    case.filing, case.filed_on = None, None


def _check(
    system: System, wanted: Wanted, but: ChangeCase | None = None, barring: Sequence[ChangeState] = RUNNING
) -> None:
    """`barring`: states of another case of the same camera that stand in the way. No wish bars the entry of what was done without leave."""
    if system.state not in GUARDED:
        raise StepRefused(
            gettext("系统现为“%(state)s”，验收合格以前的改变不需要办理变更。") % {"state": system.get_state_display()}
        )
    if not says_something(wanted.why) or not says_something(wanted.wanted):
        raise StepRefused(gettext("请写明变更后的情况和变更原因。"))
    if wanted.kind in OF_CAMERAS and not wanted.cameras:
        raise StepRefused(gettext("请选择要变更的点位。"))
    others = ChangedCamera.objects.filter(case__state__in=[one.value for one in barring])
    if but is not None:
        others = others.exclude(case=but)
    for camera in wanted.cameras:
        removed = wanted.kind != ChangeKind.REMOVE and camera.removals.filter(state=RemovalState.REMOVED).exists()
        if camera.system_id != system.pk or removed:
            raise StepRefused(gettext("点位“%(name)s”不属于该系统，或者已经拆除。") % {"name": camera.name})
        if others.filter(camera=camera).exists():
            raise StepRefused(gettext("点位“%(name)s”已有正在办理的变更。") % {"name": camera.name})


EVENTS = (
    Event(
        name="request",
        verb=_("申请变更"),
        title=_("申请变更"),
        story=pgettext_lazy("经过", "申请变更"),
        said=_("变更已申请。请上传变更前的画面，由本单位审批人审批。"),
        target=_C.REQUESTED,
        actor=Actor((_P.MANAGE_PLACES,), built_systems),
        clauses=CLAUSES,
        form=ChangeForm,
        make=request,
        keeps=why_in_words,
        after=keep_cameras,
    ),
    Event(
        name="find",
        verb=_("登记擅自改变"),
        title=_("登记擅自改变"),
        story=pgettext_lazy("经过", "登记擅自改变"),
        said=_("已登记擅自改变，须恢复原状，或者由审批人决定保留并办理变更备案。"),
        target=_C.FOUND,
        actor=Actor((_P.MANAGE_PLACES, _P.HANDLE_FILINGS), findable_systems),
        clauses=BREACH,
        form=FoundForm,
        day="on",
        make=find,
        keeps=why_in_words,
        after=keep_cameras,
    ),
    Event(
        name="amend",
        verb=_("保存申请"),
        story=pgettext_lazy("经过", "修改变更申请"),
        said=_("申请已修改。"),
        sources=(_C.REQUESTED,),
        actor=UNIT,
        clauses=CLAUSES,
        ask=ask_amend,
        fill=amend,
        keeps=why_in_words,
        after=keep_cameras,
        noted=True,
        apart=True,
    ),
    Event(
        name="picture",
        verb=_("加入"),
        story=pgettext_lazy("经过", "加入变更画面"),
        said=_("已加入。"),
        sources=tuple(dict.fromkeys(state for states in PICTURES.values() for state in states)),
        actor=UNIT,
        clauses=CLAUSES,
        ask=ask_picture,
        keeps=picture_in_words,
        after=keep_picture,
        noted=True,
        apart=True,
    ),
    Event(
        name="approve",
        verb=_("批准变更"),
        title=_("审批"),
        story=pgettext_lazy("经过", "批准变更"),
        said=_("变更已批准。"),
        sources=(_C.REQUESTED,),
        target=_C.APPROVED,
        actor=DECIDERS,
        clauses=CLAUSES,
        form=DecideForm,
        initial=lambda case, terms: {"revision": case.revision},
        binds=binds,
        guard=guards.approve,
        ask=ask_revision,
        fill=decide,
        keeps=decided_in_words,
        hint=_("批准后方可实施。"),
    ),
    Event(
        name="refuse",
        verb=_("不予批准"),
        story=pgettext_lazy("经过", "不予批准变更"),
        said=_("已不予批准。"),
        sources=(_C.REQUESTED,),
        target=_C.REFUSED,
        actor=DECIDERS,
        clauses=CLAUSES,
        form=RefuseForm,
        initial=lambda case, terms: {"revision": case.revision},
        needs_words=_("请写明不予批准的理由。"),
        binds=binds,
        ask=ask_revision,
        fill=decide,
        keeps=decided_in_words,
    ),
    Event(
        name="withdraw",
        verb=_("撤回"),
        title=_("撤回申请"),
        story=pgettext_lazy("经过", "撤回变更"),
        said=_("已撤回。"),
        sources=(_C.REQUESTED, _C.APPROVED),
        target=_C.WITHDRAWN,
        actor=UNIT,
        clauses=CLAUSES,
        form=WordsForm,
        needs_words=_("请写明撤回的理由。"),
        quiet=True,
    ),
    Event(
        name="carry_out",
        verb=_("登记已实施"),
        story=pgettext_lazy("经过", "登记变更已实施"),
        said=_("已登记实施，请及时办理变更备案。"),
        sources=(_C.APPROVED,),
        target=_C.DONE,
        actor=UNIT,
        clauses=CLAUSES,
        form=DoneForm,
        day=StepDay.PAST,
        guard=guards.carry_out,
        fill=carry_out,
    ),
    Event(
        name="restore",
        verb=_("登记恢复原状"),
        title=_("恢复原状"),
        story=pgettext_lazy("经过", "登记恢复原状"),
        said=_("已登记恢复原状。"),
        sources=(_C.FOUND,),
        target=_C.RESTORED,
        actor=UNIT,
        clauses=BREACH,
        form=DoneForm,
        day=StepDay.PAST,
        guard=guards.restore,
    ),
    Event(
        name="keep",
        verb=_("决定保留"),
        story=pgettext_lazy("经过", "决定保留擅自改变"),
        said=_("已决定保留，请办理变更备案。"),
        sources=(_C.FOUND,),
        target=_C.DONE,
        actor=DECIDERS,
        clauses=BREACH,
        form=WordsForm,
        needs_words=_("请写明保留改变的理由。"),
        binds=binds,
        guard=guards.keep,
        fill=keep,
        keeps=decided_in_words,
        hint=_("保留以后应当办理变更备案；事先未经批准的记录不因此消除。"),
    ),
    Event(
        name="hand_in",
        verb=pgettext_lazy("经过", "提交变更备案"),
        story=pgettext_lazy("经过", "提交变更备案"),
        said="",
        sources=(_C.DONE,),
        target=_C.FILING,
        actor=NOBODY,
        day=StepDay.PAST,
        clauses=CLAUSES,
        fill=hand_in,
    ),
    Event(
        name="take_back",
        verb=_("撤回备案"),
        story=pgettext_lazy("经过", "变更备案撤回"),
        said="",
        sources=(_C.FILING,),
        target=_C.DONE,
        actor=NOBODY,
        day=StepDay.PAST,
        clauses=CLAUSES,
        fill=take_back,
    ),
    Event(
        name="close",
        verb=_("办结"),
        story=pgettext_lazy("经过", "变更备案办结"),
        said="",
        sources=(_C.FILING,),
        target=_C.CLOSED,
        actor=NOBODY,
        day=StepDay.PAST,
        clauses=CLAUSES,
    ),
)

CHANGE = CaseKind(
    model=ChangeCase,
    name=pgettext_lazy("变更", "变更"),
    url="places:change",
    states=_C,
    badges=BADGES,
    events=EVENTS,
    facts=lambda case, today, terms: facts_of(case),
    recorder=records.register,
    view=_P.VIEW_PLACES,
    shown_to=visible_changes,
    about="system",
    locks=("system",),
    related=("system__site__division", "system__unit", "asked_by__unit", "decided_by__unit", "filing"),
    overlooked=("picture", "amend"),
    prints=(Print(label=_("打印变更表"), key="form", fill=change_form),),
)
