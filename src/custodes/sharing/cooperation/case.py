"""Requests to cooperate as a kind of case (S24): asked with its need, reminded, answered, closed or asked again.

It has no term of the law: S24 sets none, the day is the office's. What waits of it is told with all that waits in sharing, by one question
(`upkeep.dates.waits.sharing`).
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.numbering import next_number
from custodes.cases import records
from custodes.cases.kind import Actor, CaseKind, Event, Print
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.stating import says_something
from custodes.people.lawful import StepRefused
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.settings import get_settings
from custodes.sharing.directory.added import clause_of
from custodes.sharing.forms.cooperation import (
    AgainForm,
    AnswerForm,
    CloseForm,
    CooperationForm,
    DeclineForm,
    RemindForm,
    WithdrawForm,
)
from custodes.sharing.letters.documents import cooperation_request, cooperation_urging
from custodes.sharing.letters.issued import asked_step, urging_step
from custodes.sharing.links.gathering import is_closed
from custodes.sharing.models import Cooperation, CooperationState
from custodes.sharing.offices import offices

_S = CooperationState
CLAUSES = ("S24",)
ANSWERED = (_S.AGREED, _S.DECLINED)
OFFICE = Actor((Permission.MANAGE_SHARING,), Cooperation.handled_by)
UNIT = Actor((Permission.ANSWER_SHARING,), Cooperation.answerable_by)


def due_from(day: date) -> date:
    """The usual last day for an answer: S24 sets none, the days are this installation's."""
    return day + timedelta(days=get_settings().cooperation_days)


def make(office: Unit, step: StepInput, terms: LegalTerms) -> Cooperation:
    """A unit is asked to have its system joined. The office is locked: its numbers are counted.

    Raises:
        StepRefused: S24 does not reach the unit, the system is not its own or is closed (S20), or need, what is asked for or a day to come
            is missing.
    """
    unit, system, due = step.data["unit"], step.data["system"], step.data["due"]
    if not says_something(step.data["need"]):
        told = gettext("公共安全需要：请写明为了维护公共安全的何种需要（第二十四条）。")
        raise StepRefused(told, clause="S24")
    if not says_something(step.data["wanted"]):
        raise StepRefused(gettext("请求配合的内容：请写明请该单位做什么。"))
    _lies_ahead(due, step)
    if clause_of(unit, office).clause != "S24":
        raise StepRefused(
            gettext(
                "被请求单位：第二十四条适用于企业事业单位和其他组织。部门的系统依照第二十三条接入，请在“应当接入的部门和系统”中办理。"
            ),
            clause="S24",
        )
    if not unit.division.path.startswith(office.division.path):
        raise StepRefused(gettext("被请求单位：不在本辖区。"))
    if system is not None and system.unit_id != unit.pk:
        raise StepRefused(gettext("系统：不是该单位的系统，请重新选择。"))
    if system is not None and is_closed(system):
        raise StepRefused(gettext("系统：该系统不得接入联网共享平台。"), clause="S20")
    return Cooperation(
        office=office,
        number=next_number(Cooperation.objects.filter(office=office), "配", step.at),
        unit=unit,
        system=system,
        need=step.data["need"],
        wanted=step.data["wanted"],
        due=due,
        asked_by=step.by,
        asked_at=step.at,
    )


def ask_remind(row: Cooperation, step: StepInput, terms: LegalTerms) -> None:
    """Once a day."""
    if row.steps.filter(event="remind", on=step.on).exists():
        raise StepRefused(gettext("今天已经催办过。"))


def remind(row: Cooperation, step: StepInput, terms: LegalTerms) -> None:
    """One more."""
    row.reminders += 1


def ask_agree(row: Cooperation, step: StepInput, terms: LegalTerms) -> None:
    """A promise lies ahead."""
    promised = step.data["promised_on"]
    if promised is not None and promised < step.on:
        raise StepRefused(gettext("计划接入日期：不能早于今天。"))


def answer(row: Cooperation, step: StepInput, terms: LegalTerms) -> None:
    """What the unit says. What follows where it declines the office decides; S24 has no fine of its own."""
    row.answer, row.promised_on = step.words, step.data.get("promised_on")
    row.answered_by, row.answered_on = step.by, step.on


def ask_ask_again(row: Cooperation, step: StepInput, terms: LegalTerms) -> None:
    """Until a day to come."""
    _lies_ahead(step.data["due"], step)


def ask_again(row: Cooperation, step: StepInput, terms: LegalTerms) -> None:
    """The answer does not do, or was not kept. The former one stays in the story."""
    row.due, row.answer, row.promised_on = step.data["due"], "", None
    row.answered_by, row.answered_on = None, None


def _lies_ahead(due: date, step: StepInput) -> None:
    if due <= step.on:
        raise StepRefused(gettext("答复期限：应当晚于今天。"))


EVENTS = (
    Event(
        name="ask",
        verb=_("发出请求"),
        story=pgettext_lazy("配合联网", "请求配合"),
        said=_("已请求配合，列入对方的待办。"),
        target=_S.ASKED,
        actor=Actor((Permission.MANAGE_SHARING,), offices),
        clauses=CLAUSES,
        form=CooperationForm,
        make=make,
        stays=True,
    ),
    Event(
        name="agree",
        verb=_("同意配合"),
        title=_("下一步：答复"),
        story=pgettext_lazy("配合联网", "同意配合"),
        said=_("已答复：同意配合。"),
        sources=(_S.ASKED,),
        target=_S.AGREED,
        actor=UNIT,
        clauses=CLAUSES,
        form=AnswerForm,
        needs_words=_("答复：请写明。不予配合的，写明理由。"),
        ask=ask_agree,
        fill=answer,
    ),
    Event(
        name="decline",
        verb=_("不予配合"),
        story=pgettext_lazy("配合联网", "不予配合"),
        said=_("已答复：不予配合。"),
        sources=(_S.ASKED,),
        target=_S.DECLINED,
        actor=UNIT,
        clauses=CLAUSES,
        form=DeclineForm,
        needs_words=_("答复：请写明。不予配合的，写明理由。"),
        fill=answer,
    ),
    Event(
        name="remind",
        verb=_("催办"),
        title=_("等待答复"),
        story=pgettext_lazy("配合联网", "催办"),
        said=_("已催办，列入对方的待办。"),
        sources=(_S.ASKED,),
        actor=OFFICE,
        clauses=CLAUSES,
        form=RemindForm,
        ask=ask_remind,
        fill=remind,
        stays=True,
    ),
    Event(
        name="withdraw",
        verb=_("撤回请求"),
        story=pgettext_lazy("配合联网", "撤回"),
        said=_("已撤回。"),
        sources=(_S.ASKED,),
        target=_S.WITHDRAWN,
        actor=OFFICE,
        clauses=CLAUSES,
        form=WithdrawForm,
        needs_words=_("说明：请写明办理结果或者原因。"),
        quiet=True,
    ),
    Event(
        name="close",
        verb=_("办结"),
        title=_("下一步：办结"),
        story=pgettext_lazy("配合联网", "办结"),
        said=_("已办结。"),
        sources=ANSWERED,
        target=_S.CLOSED,
        actor=OFFICE,
        clauses=CLAUSES,
        form=CloseForm,
        needs_words=_("说明：请写明办理结果或者原因。"),
    ),
    Event(
        name="ask_again",
        verb=_("再次请求"),
        story=pgettext_lazy("配合联网", "再次请求"),
        said=_("已再次请求。"),
        sources=ANSWERED,
        target=_S.ASKED,
        actor=OFFICE,
        clauses=CLAUSES,
        form=AgainForm,
        initial=lambda row, terms: {"due": due_from(timezone.localdate())},
        needs_words=_("说明：请写明为什么再次请求。"),
        ask=ask_ask_again,
        fill=ask_again,
        quiet=True,
    ),
)

COOPERATION = CaseKind(
    model=Cooperation,
    name=_("配合联网请求"),
    url="sharing:cooperation",
    states=_S,
    badges={
        _S.ASKED: "attention",
        _S.AGREED: "fine",
        _S.DECLINED: "danger",
        _S.CLOSED: "off",
        _S.WITHDRAWN: "off",
    },
    events=EVENTS,
    facts=lambda row, today, terms: None,
    recorder=records.hashed(
        "sharing.step",
        lambda row, step, given: {
            "kind": "cooperation",
            "case": row.pk,
            "number": row.number,
            "unit": row.office.uuid,
        },
        lambda row, given: {},
    ),
    unsaid=("id", "state", "revision"),
    view=Permission.VIEW_SHARING,
    shown_to=Cooperation.visible_to,
    related=("office", "unit", "system", "asked_by__unit", "answered_by__unit"),
    revised=True,
    step_papers=(Permission.VIEW_SHARING,),
    prints=(
        Print(label=_("配合联网请求书"), key="request", fill=cooperation_request, behind=asked_step),
        Print(
            label=_("配合联网催告书"),
            key="urging",
            fill=cooperation_urging,
            there=lambda row: urging_step(row) is not None,
            behind=urging_step,
        ),
    ),
)
