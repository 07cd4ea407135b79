"""An individual's request as a kind of case (个人查阅, N21): asked for, answered by the managing unit, looked at, closed (Q10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.individual.documents import notice_of
from custodes.access.individual.facts import choosable, desks, handled_requests, to_consent
from custodes.access.individual.forms import DecideForm
from custodes.access.models import AsksAsPerson, IndividualRequest, IndividualState, MissingCase, Protects
from custodes.access.numbering import next_number
from custodes.access.supervised.page import cameras_of, joined, lines, moment, span_of
from custodes.access.supervised.rooms import RECORDER, UNSAID, sittings
from custodes.access.supervised.sessions import end_all
from custodes.cases.forms import NoForm
from custodes.cases.kind import Actor, CaseKind, Event, Fact, ListColumn, Print
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import begin_inside
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds import individual
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.lawful import StepRefused
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Paper, Person, Unit
from custodes.people.permissions import Permission

_I = IndividualState
CLAUSES = ("N21", "N16.2(3)")
CLOSED = gettext_noop("该件已经办结")
MOST_CAMERAS = 8
"""Of one request: which camera and when is one of its three questions."""
NO_REASON = Unmet("N21", "未写明不同意的理由", "the reason of the refusal is missing", "请写明理由", "state it")


CARETAKER = Actor((Permission.HANDLE_INDIVIDUAL,), handled_requests)


def ask(unit: Unit, step: StepInput, terms: LegalTerms) -> IndividualRequest:
    """What somebody asks of this unit, under the next number of its register."""
    number = next_number(IndividualRequest.objects.filter(unit=unit), "个查", step.at)
    return IndividualRequest(**step.data, unit=unit, number=number, taken_by=step.person, asked_at=step.at)


def turn(case: MissingCase, unit: Unit, step: StepInput) -> IndividualRequest:
    """Put a missing person's case to the unit whose cameras are not on the platform, with the same facts (law.md §2.7 no. 5).

    Raises:
        StepRefused: that unit was asked already and hasn't answered.
    """
    kin = AsksAsPerson.CUSTODY if case.relation == "guardian" else AsksAsPerson.NEAR_RELATIVE
    said = {
        "claim": AsksAsPerson.OTHER if case.relation in ("", "other") else kin,
        "name": case.applicant,
        "document": case.document or "none",
        "document_number": case.document_number,
        "phone": case.phone,
        "interest": Protects.LIFE_OR_HEALTH,
        "purpose": f"寻找走失人员{case.lost_name}（{case.number}，接警编号 {case.report_number}）"[:200],
        "content": "　".join(part for part in (case.looks, case.last_seen) if part)[:500],
        "span_from": case.span_from,
        "span_to": case.span_to,
        "turned_from": case,
    }
    with transaction.atomic():
        held = Unit.objects.select_for_update().get(pk=unit.pk)
        if case.turned.filter(unit=held, state=_I.ASKED).exists():
            raise StepRefused(gettext("已向该单位提出，等待答复。"))
        row: IndividualRequest = begin_inside(INDIVIDUAL, "ask", held, replace(step, data=said), terms_now())
    return row


def decide(row: IndividualRequest, step: StepInput, terms: LegalTerms) -> None:
    """Consent or refuse.

    Raises:
        StepRefused: the law's own conditions of a consent that are not met; or a refusal without its reason.
    """
    said = step.data
    row.decided_by, row.decided_at = step.person, step.at
    if said["answer"] == "refuse":
        if not says_something(said["refusal"]):
            raise StepRefused(gettext("未写明不同意的理由。"), (NO_REASON,))
        row.refusal = refusal_of(said)
        return
    cameras = list(said["cameras"])
    if len(cameras) > MOST_CAMERAS:
        raise StepRefused(gettext("一件最多选 %(most)d 个点位。") % {"most": MOST_CAMERAS})
    row.span_from, row.span_to = said["span_from"], said["span_to"]
    unmet = to_consent(row, cameras, step.person.name, step.at)
    if unmet:
        raise StepRefused(gettext("还不能同意。"), unmet)
    row.cameras.set(cameras)


def refusal_of(said: Any) -> str:
    """Why the unit does not agree, as it is kept."""
    return str(said["refusal"]).strip()[:300]


def kept_of_decision(row: IndividualRequest, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """A refusal says why; a consent nothing."""
    return refusal_of(step.data) if step.data["answer"] == "refuse" else "", ()


def choose_cameras(form: Any, row: IndividualRequest, person: Person, at: datetime) -> None:
    """Of the unit's own."""
    form.fields["cameras"].queryset = choosable(person, at).order_by("number")


def stop_pictures(row: IndividualRequest, step: StepInput, kept: CaseStep) -> None:
    """It was looked at, or isn't wanted any more."""
    end_all(row.sessions.all(), step.by, step.at, CLOSED, "N21")
    row.refresh_from_db()


INDIVIDUAL = CaseKind(
    model=IndividualRequest,
    name=pgettext_lazy("个人查阅", "个人查阅"),
    url="access:individual",
    states=_I,
    badges={_I.ASKED: "attention", _I.CONSENTED: "info", _I.REFUSED: "off", _I.CLOSED: "fine"},
    events=(
        Event(
            name="ask",
            verb=_("登记并答复"),
            story=pgettext_lazy("个人查阅", "登记申请"),
            said=_("已登记申请，等待答复。"),
            target=_I.ASKED,
            actor=Actor((Permission.HANDLE_INDIVIDUAL,), desks),
            clauses=CLAUSES,
            make=ask,
        ),
        Event(
            name="decide",
            verb=_("答复"),
            story={"consent": pgettext_lazy("个人查阅", "同意查阅"), "refuse": pgettext_lazy("个人查阅", "不同意")},
            said={
                "consent": _("已同意。请打印告知书，请申请人到屏幕前查阅。"),
                "refuse": _("已登记不同意。请打印告知书交申请人。"),
            },
            sources=(_I.ASKED,),
            outcomes={"consent": _I.CONSENTED, "refuse": _I.REFUSED},
            choose=lambda row, step: str(step.data["answer"]),
            actor=CARETAKER,
            clauses=CLAUSES,
            form=DecideForm,
            initial=lambda row, terms: {"span_from": row.span_from, "span_to": row.span_to},
            choices=choose_cameras,
            fill=decide,
            keeps=kept_of_decision,
        ),
        *sittings(
            (pgettext_lazy("走失人员", "开始查看"), pgettext_lazy("走失人员", "结束查看")),
            individual.CLAUSES,
            (_I.CONSENTED,),
            tuple(_I.values),
        ),
        Event(
            name="close",
            verb=_("办结"),
            story=pgettext_lazy("个人查阅", "办结"),
            said=_("已办结。"),
            sources=(_I.CONSENTED,),
            target=_I.CLOSED,
            actor=CARETAKER,
            clauses=CLAUSES,
            form=NoForm,
            offered=lambda row, person, today, terms: not row.sessions.filter(ended_at__isnull=True).exists(),
            fill=lambda row, step, terms: setattr(row, "closed_at", step.at),
            after=stop_pictures,
            aside=True,
        ),
    ),
    facts=lambda row, today, terms: None,
    recorder=RECORDER,
    unsaid=UNSAID,
    view=Permission.HANDLE_INDIVIDUAL,
    shown_to=handled_requests,
    related=("unit", "taken_by__unit", "decided_by__unit", "turned_from"),
    overlooked=("session", "session_end"),
    revised=True,
    columns=(
        ListColumn(_("编号"), "number"),
        ListColumn(_("申请人"), "name"),
        ListColumn(_("事由"), "purpose"),
        ListColumn(_("申请时间"), "asked_at", lambda row: moment(row.asked_at)),
    ),
    order="-asked_at",
    search=("name", "number", "purpose"),
    searched=_("姓名、编号或者事由"),
    shown=(
        Fact(_("申请人"), lambda row, terms: joined(row.name, row.get_claim_display(), row.phone)),
        Fact(_("证件"), lambda row, terms: f"{row.get_document_display()} {row.document_number}"),
        Fact(_("需要保护的权益"), lambda row, terms: row.get_interest_display()),
        Fact(_("事由"), lambda row, terms: row.purpose),
        Fact(_("内容"), lambda row, terms: row.content),
        Fact(_("时段"), lambda row, terms: span_of(row)),
        Fact(_("点位"), lambda row, terms: cameras_of(row)),
        Fact(
            _("答复"),
            lambda row, terms: (
                lines(joined(row.decided_by.name, moment(row.decided_at)), row.refusal) if row.decided_by else ""
            ),
        ),
    ),
    empty=(
        _("没有个人查阅申请"),
        _("自行车被盗、孩子受伤，本人、近亲属或者负有照看责任的人经管理单位同意可以查阅。"),
    ),
    prints=(Print(label=_("打印告知书"), key="notice", fill=notice_of, there=lambda row: row.state != _I.ASKED),),
)
