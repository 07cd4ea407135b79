"""Findings about looks as a kind of case (查看复核): found by the house, explained by whoever looked, judged by another, settled (S7, N25).

Whoever looked reads and answers without a post, and of nobody else's look; who judges is shown, and has in the log of their step, no
look that is kept from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.looks.review.showing import openable, shown
from custodes.access.models import FINDING_JUDGED_FROM, FindingKind, FindingState, LookFinding
from custodes.access.models.look import MISMATCHES
from custodes.cases import records
from custodes.cases.forms import StepForm
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event
from custodes.cases.models import WORDS, CaseStep
from custodes.cases.step import StepInput
from custodes.law.clauses.registry import UnknownClause, find
from custodes.law.duties.finding import LegalTerms
from custodes.people.independence import why_not_independent
from custodes.people.lawful import StepRefused
from custodes.people.models import Person

_S, _K = FindingState, FindingKind
OPENERS = Actor((), openable, rows_alone=True)
"""Who judges and whoever looked; which of them takes a step, the step asks in a sentence."""
_UNSTATED = (_K.UNSTATED, _K.BEYOND, _K.OFF_MATTER)


class FindingForm(StepForm):
    """A word with a step of a finding, of what stood on the page."""

    on: Any = None
    words = forms.CharField(label=_("说明"), max_length=WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.IntegerField(
        min_value=0,
        max_value=1 << 31,
        widget=forms.HiddenInput,
        error_messages={"required": _("请重新打开页面，核对现在的情况后再办理。")},
    )


class IncidentForm(FindingForm):
    """What was not kept."""

    clause = forms.CharField(
        label=_("违反的条款"), max_length=20, initial="S7", help_text=_("例如 S7、S35(2)、N16.2(3)。")
    )


def found(_parent: None, step: StepInput, terms: LegalTerms) -> LookFinding:
    """As the rule or the comparison of the log told it; two accounts that differ are an incident from the start."""
    state = _S.INCIDENT if step.data["kind"] in MISMATCHES else _S.WAITING
    return LookFinding(**step.data, state=state, found_at=step.at)


def found_on(row: LookFinding) -> tuple[str, ...]:
    """The clauses on which it rests that it was found."""
    if row.clause:
        return (row.clause,)
    return ("N16.2(3)", "S7") if row.kind in _UNSTATED else ("S7",)


def ask_judge(row: LookFinding, step: StepInput, terms: LegalTerms) -> None:
    """Never by whoever looked, nor by somebody of theirs."""
    if row.person_id == step.person.pk:
        raise StepRefused(gettext("查看的本人不能判定自己的查看（第七条）。请由另一名复核人员办理。"))
    if why := why_not_independent(step.person, row.person_id, step.at):
        raise StepRefused(why)


def ask_ask(row: LookFinding, step: StepInput, terms: LegalTerms) -> None:
    """There is somebody to ask."""
    ask_judge(row, step, terms)
    if row.person is None:
        raise StepRefused(gettext("现为“%(state)s”，不能要求说明。") % {"state": row.get_state_display()})


def ask_explain(row: LookFinding, step: StepInput, terms: LegalTerms) -> None:
    """By nobody else."""
    if row.person_id != step.person.pk:
        raise StepRefused(gettext("由查看的本人说明。"))


def ask_incident(row: LookFinding, step: StepInput, terms: LegalTerms) -> None:
    """A clause that is in the book was not kept."""
    ask_judge(row, step, terms)
    clause = step.data["clause"].strip()
    try:
        find(clause)
    except UnknownClause:
        raise StepRefused(
            gettext("“%(clause)s”不是本系统收录的条款。请填写例如 S7、S35(2)、N16.2(3)。") % {"clause": clause[:20]}
        ) from None


def explain(row: LookFinding, step: StepInput, terms: LegalTerms) -> None:
    """In the words of whoever looked."""
    row.explanation = step.words


def judge(row: LookFinding, step: StepInput, terms: LegalTerms) -> None:
    """By whom, and which clause was not kept, of an incident."""
    row.judged_by, row.judged_at = step.by, step.at
    clause = step.data.get("clause", "").strip()
    row.clause = find(clause).id if clause else ""


def broken(row: LookFinding) -> tuple[str, ...]:
    """The clause that was not kept."""
    return (row.clause or "S7",)


def _judges(row: LookFinding, person: Person, today: date, terms: LegalTerms) -> bool:
    return row.person_id != person.pk


def _subject(row: LookFinding, step: CaseStep, given: StepInput) -> Mapping[str, Any]:
    """Whoever reads the log of this person reads of no look that the person did not see."""
    leaves = row.facts.get("leaves", ()) if given.by is None else shown([row], given.by, given.at)[0].leaves
    about = row.person.uuid if row.person else ""
    return {"finding": row.pk, "kind": row.kind, "day": row.day, "about": about, "leaves": list(leaves)}


WHY = _("请写明判定的理由。")
EVENTS = (
    Event(
        name="found",
        verb="",
        story=pgettext_lazy("查看复核", "系统发现"),
        said="",
        begins_in=(_S.WAITING, _S.INCIDENT),
        actor=NOBODY,
        clauses=found_on,
        make=found,
        keeps=lambda row, step, terms: (str(row.get_kind_display()), ()),
    ),
    Event(
        name="explain",
        verb=_("提交说明"),
        hint=_("请说明当时为什么查看。说明由另一名复核人员判定，留存在日志中。"),
        story=pgettext_lazy("查看复核", "本人说明"),
        said=_("已提交说明。"),
        sources=(_S.WAITING, _S.ASKED),
        target=_S.EXPLAINED,
        actor=OPENERS,
        clauses=("S7",),
        form=FindingForm,
        needs_words=_("请写明为什么查看。"),
        ask=ask_explain,
        fill=explain,
        offered=lambda row, person, today, terms: row.person_id == person.pk,
    ),
    Event(
        name="ask",
        verb=_("要求本人说明"),
        story=pgettext_lazy("查看复核", "要求本人说明"),
        said=_("已要求本人说明。"),
        sources=(_S.WAITING, _S.EXPLAINED),
        target=_S.ASKED,
        actor=OPENERS,
        clauses=("S7",),
        form=FindingForm,
        ask=ask_ask,
        offered=lambda row, person, today, terms: row.person_id not in (None, person.pk),
        aside=lambda row: row.state == _S.EXPLAINED,
    ),
    Event(
        name="in_order",
        verb=_("判定情况正常"),
        story=pgettext_lazy("查看复核", "判定情况正常"),
        said=_("已判定情况正常。"),
        sources=FINDING_JUDGED_FROM,
        target=_S.IN_ORDER,
        actor=OPENERS,
        clauses=("S7",),
        form=FindingForm,
        needs_words=WHY,
        ask=ask_judge,
        fill=judge,
        offered=_judges,
        aside=True,
    ),
    Event(
        name="incident",
        verb=_("记为事件"),
        title=_("判定记为事件"),
        story=pgettext_lazy("查看复核", "判定记为事件"),
        said=_("已记为事件。"),
        sources=FINDING_JUDGED_FROM,
        target=_S.INCIDENT,
        actor=OPENERS,
        clauses=broken,
        form=IncidentForm,
        needs_words=WHY,
        ask=ask_incident,
        fill=judge,
        offered=_judges,
        danger=True,
    ),
    Event(
        name="settle",
        verb=_("登记处置"),
        hint=_("请按安全事件核实处置，处置完毕后登记。"),
        story=pgettext_lazy("查看复核", "登记处置"),
        said=_("已登记处置。"),
        sources=(_S.INCIDENT,),
        target=_S.SETTLED,
        actor=OPENERS,
        clauses=broken,
        form=FindingForm,
        needs_words=_("请写明如何处置。"),
        ask=ask_judge,
        offered=_judges,
    ),
)

FINDING = CaseKind(
    model=LookFinding,
    name=_("查看复核"),
    url="access:finding",
    states=_S,
    badges={
        _S.WAITING: "attention",
        _S.ASKED: "attention",
        _S.EXPLAINED: "attention",
        _S.IN_ORDER: "fine",
        _S.INCIDENT: "danger",
        _S.SETTLED: "off",
    },
    events=EVENTS,
    facts=lambda row, today, terms: None,
    recorder=records.hashed("finding.step", _subject, lambda row, given: {}),
    unsaid=("id", "state", "revision"),
    view=None,
    shown_to=openable,
    related=("person__unit", "unit", "grant", "judged_by__unit"),
    revised=True,
)
