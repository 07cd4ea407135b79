"""Requests of authorities to see, retrieve and copy footage as a kind of case: from the draft to what was given back (S27, S28, N16.2(3), N20).

What a step asks and does stands in `asking` and `deciding`; what goes with a sitting, a smaller scope, or a lowered number
takes its steps by `note`; what comes with time, by its moment (`Ripe`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.agency import asking, deciding, documents
from custodes.access.agency.facts import facts_of
from custodes.access.agency.reach import (
    above,
    approved_by,
    either,
    held_by,
    holders,
    intake_units,
    locked,
    own_requests,
    taken_by,
    visible_requests,
)
from custodes.access.forms.agency import ConfirmForm, ExtendForm, RefuseForm, RegisterForm, WordsForm
from custodes.access.models import AgencyRequest, AgencyState, AsksAs, Intake, Way
from custodes.access.models.agency import OPEN
from custodes.cases import records
from custodes.cases.forms import NoForm
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event, Print, Ripe
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import inside, take
from custodes.law.grounds import agency
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import StepRefused, terms
from custodes.people.models import Paper, Person, PostKind, Unit
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.settings import get_settings

_A, _P = AgencyState, Permission
BADGES: dict[str, str] = {
    _A.DRAFT: "neutral",
    _A.CHECKING: "attention",
    _A.REGISTERED: "attention",
    _A.GRANTED_URGENT: "danger",
    _A.GRANTED: "fine",
    _A.SERVED: "info",
    _A.CLOSED: "off",
    _A.REFUSED: "danger",
    _A.LAPSED: "off",
    _A.REVOKED: "danger",
}
OURS = ("S33.1",)
NARROWING = ("S28.1(3)", "N20")
NARROWS = (_A.REGISTERED, _A.GRANTED, _A.GRANTED_URGENT)
"""States in which what was registered may become smaller."""


def addressed(person: Person, at: datetime) -> QuerySet[Unit]:
    """To whom a request may go: at the counter the own units, online any that holds footage."""
    found = Q(pk__in=intake_units(person, at).values("pk"))
    if held_posts(person, at, {PostKind.AGENCY_OFFICER}):
        found |= Q(pk__in=holders().order_by().values("pk"))
    return Unit.objects.filter(found)


def filled_by(person: Person, at: datetime) -> QuerySet[AgencyRequest]:
    """Who fills it in and hands it in: online who asks, at the counter the desk."""
    online, counter = (one.value for one in (Intake.ONLINE, Intake.COUNTER))
    return either(own_requests(person, at).filter(intake=online), taken_by(person, at).filter(intake=counter))


def shown_papers(person: Person, at: datetime) -> QuerySet[AgencyRequest]:
    """Who adds papers: the desk, and online who fills in the draft."""
    return either(taken_by(person, at), filled_by(person, at).filter(state=_A.DRAFT))


_FILL = (_P.REQUEST_FOOTAGE, _P.TAKE_REQUESTS, _P.APPROVE_REQUESTS)
DESK = Actor((_P.TAKE_REQUESTS, _P.APPROVE_REQUESTS), taken_by)
ASKING = Actor((_P.REQUEST_FOOTAGE,), own_requests)
FILLING = Actor(_FILL, filled_by)
APPROVERS = Actor((_P.APPROVE_REQUESTS,), approved_by)
REFUSERS = Actor((_P.REFUSE_REQUESTS,), lambda person, at: held_by(person, at, _P.REFUSE_REQUESTS))
DECIDING = Actor(
    (_P.APPROVE_REQUESTS, _P.REFUSE_REQUESTS),
    lambda person, at: either(approved_by(person, at), held_by(person, at, _P.REFUSE_REQUESTS)),
)
ENDING = Actor(
    (_P.TAKE_REQUESTS, _P.APPROVE_REQUESTS), lambda person, at: either(taken_by(person, at), approved_by(person, at))
)


def subject(row: AgencyRequest, step: CaseStep, given: StepInput) -> dict[str, Any]:
    """Whose request, and of a refusal what was missing."""
    missing = row.missing if step.event == "refuse" else []
    unmet = [{"clause": one["clause"], "reason": one["reason_zh"]} for one in missing]
    return {"request": row.pk, "number": row.number, "holder": row.holder.uuid, "unit": row.unit_name, "unmet": unmet}


def content(row: AgencyRequest, given: StepInput) -> dict[str, Any]:
    """What belongs to it."""
    approvals = row.approvals.filter(void=False).values_list("by__uuid", flat=True)
    return {
        "officers": [[one.name, one.card, str(one.person_id or "")] for one in row.officers.all()],
        "cameras": sorted(str(pk) for pk in row.cameras.values_list("pk", flat=True)),
        "papers": sorted(row.papers.values_list("paper__sha256", flat=True)),
        "approvals": sorted(str(uuid) for uuid in approvals),
    }


def _said(name: str, story: Any, clauses: tuple[str, ...], sources: tuple[str, ...], **more: Any) -> Event:
    """A step that leaves the state, and has no form of its own on the request's page: it goes with something else, or comes with time."""
    more = {"actor": NOBODY, "verb": "", "said": "", "apart": True, **more}
    return Event(name=name, story=story, sources=sources, stays=True, clauses=clauses, **more)


def _decided(name: str, **more: Any) -> Event:
    """A step of the holder's, whose guard is asked of who takes it, with words."""
    return Event(name=name, **{"clauses": OURS, "form": WordsForm, "ask": deciding.ask(name), **more})


def lacking(row: AgencyRequest) -> tuple[Unmet, ...]:
    """What of it lies with whoever asks, now."""
    return agency.refusable(facts_of(row, registered=True), timezone.now())


def narrow(row: AgencyRequest, step: StepInput, terms: Any) -> None:
    """To the cameras and the span of what was agreed."""
    made = step.data["made"]
    row.cameras.set(made.cameras.all())
    row.span_from, row.span_to = made.span_from, made.span_to


def untouched(at: datetime) -> Q:
    """Drafts that nobody went on with; what lacks nothing of the requester's may be handed in at any time, and does not lapse."""
    return Q(touched_at__lte=at - timedelta(days=get_settings().agency_draft_days))


def put_above(row: AgencyRequest, at: datetime) -> str:
    """What is said of a request that was not checked or approved in time, which is never a refusal."""
    checks = row.state == _A.CHECKING
    if above(row.holder, at):
        if checks:
            return gettext("本单位核对逾时，提请上级单位办理；不作为拒绝理由")
        return gettext("本单位审批逾时，提请上级单位审批人办理；不作为拒绝理由")
    if checks:
        return gettext("本单位核对逾时，没有上级单位审批人可以提请，记录在案；不作为拒绝理由")
    return gettext("本单位审批逾时，没有上级单位审批人可以提请，记录在案；不作为拒绝理由")


def late(row: AgencyRequest, step: StepInput, terms: Any) -> None:
    """It is put to the unit above."""
    row.escalated_at = row.escalated_at or step.at


def overdue(row: AgencyRequest, step: StepInput, terms: Any) -> None:
    """Its review did not come: an incident, which is put to the unit above too."""
    row.overdue_at = step.at
    late(row, step, terms)


def need_fewer(row: AgencyRequest, step: StepInput, terms: Any) -> None:
    """It waits for this number of approvals."""
    row.approvals_needed = step.data["count"]


EVENTS = (
    Event(
        name="begin",
        verb=_("申请查阅、调取、复制"),
        story=pgettext_lazy("查阅调取", "开始填写"),
        said="",
        target=_A.DRAFT,
        actor=Actor((_P.TAKE_REQUESTS, _P.REQUEST_FOOTAGE), addressed),
        clauses=("S27",),
        make=asking.begin,
        apart=True,
    ),
    Event(
        name="submit",
        verb=_("提交申请"),
        story=pgettext_lazy("查阅调取", "提交申请"),
        said=_("已提交。持有单位核对后登记，或者告知缺少的条件。"),
        sources=(_A.DRAFT,),
        target=_A.CHECKING,
        actor=FILLING,
        clauses=("S27", "S28.1(3)"),
        form=NoForm,
        ask=asking.ask_letter,
        fill=asking.submit,
    ),
    Event(
        name="confirm",
        verb=_("确认共同申请"),
        story=pgettext_lazy("查阅调取", "第二名工作人员确认"),
        said=_("已确认。"),
        sources=(_A.DRAFT, _A.CHECKING),
        stays=True,
        actor=ASKING,
        clauses=("S28.1(1)", "S28.1(2)"),
        form=ConfirmForm,
        fill=asking.confirm,
    ),
    _said(
        "correct",
        pgettext_lazy("查阅调取", "核对时更正"),
        ("S28.1(3)",),
        (_A.CHECKING,),
        actor=DESK,
        ask=asking.ask_unchanged,
        fill=asking.state,
    ),
    _said(
        "paper",
        pgettext_lazy("查阅调取", "加入材料"),
        ("S28.1(2)",),
        tuple(one for one in _A if one not in (_A.LAPSED, _A.REFUSED)),
        actor=Actor(_FILL, shown_papers),
        fill=asking.add_paper,
        keeps=asking.paper_named,
    ),
    _decided(
        "give_back",
        verb=_("退回补充"),
        story=pgettext_lazy("查阅调取", "退回补充"),
        said=_("已退回补充。"),
        sources=(_A.CHECKING,),
        target=_A.DRAFT,
        actor=DESK,
        clauses=("S28.1(3)",),
        fill=deciding.give_back,
    ),
    Event(
        name="review_law",
        verb=_("条款已核对，确有该项职权"),
        story=pgettext_lazy("查阅调取", "核对法律条款"),
        said=_("已记录核对。"),
        sources=(_A.CHECKING,),
        stays=True,
        actor=DESK,
        clauses=("N20",),
        form=NoForm,
        ask=deciding.ask_not_their_own,
        fill=deciding.review_law,
        keeps=lambda row, step, terms: (row.law, ()),
    ),
    _decided(
        "register",
        verb=_("登记"),
        story=pgettext_lazy("查阅调取", "登记"),
        said=_("已登记，请审批人办理。"),
        sources=(_A.CHECKING,),
        target=_A.REGISTERED,
        actor=DESK,
        clauses=("S28.1(3)", "N16.2(3)"),
        form=RegisterForm,
        fill=deciding.register,
        keeps=deciding.registered_with,
    ),
    _decided(
        "refuse",
        verb=_("签署拒绝"),
        story=pgettext_lazy("查阅调取", "拒绝"),
        said=_("已拒绝。请打印拒绝告知单交给来访人员。"),
        sources=(_A.CHECKING,),
        target=_A.REFUSED,
        actor=REFUSERS,
        # Whoever is no organ of S27 is refused under S27 itself: S28.2 speaks of those who may ask.
        clauses=lambda row: ("S28.2",) if row.requester == AsksAs.ORGAN else ("S27",),
        form=RefuseForm,
        initial=lambda row, terms: {"words": deciding.refusal(lacking(row))},
        fill=deciding.refuse,
    ),
    _decided(
        "send_back",
        verb=_("退回核对"),
        story=pgettext_lazy("查阅调取", "退回核对"),
        said=_("已退回核对。"),
        sources=(_A.REGISTERED,),
        target=_A.CHECKING,
        actor=APPROVERS,
        fill=deciding.send_back,
    ),
    _decided(
        "approve",
        verb=_("批准"),
        story={
            "approved": pgettext_lazy("查阅调取", "审批同意"),
            "approve": pgettext_lazy("查阅调取", "审批同意，准予"),
        },
        said=dict.fromkeys(("approved", "approve"), _("已审批。")),
        sources=(_A.REGISTERED,),
        outcomes={"approved": _A.REGISTERED, "approve": _A.GRANTED},
        choose=deciding.one_of("approved", "approve"),
        actor=APPROVERS,
        fill=deciding.approve,
    ),
    _decided(
        "grant_urgent",
        verb=_("紧急准予"),
        story=pgettext_lazy("查阅调取", "紧急准予"),
        said=_("已紧急准予，请另一名审批人按时补审。"),
        sources=(_A.REGISTERED,),
        target=_A.GRANTED_URGENT,
        actor=DECIDING,
        fill=deciding.grant_urgent,
    ),
    _decided(
        "review",
        verb=_("补审同意"),
        story={"reviewed": pgettext_lazy("查阅调取", "补审同意"), "review": pgettext_lazy("查阅调取", "补审完成")},
        said=dict.fromkeys(("reviewed", "review"), _("已补审。")),
        sources=(_A.GRANTED_URGENT,),
        outcomes={"reviewed": _A.GRANTED_URGENT, "review": _A.GRANTED},
        choose=deciding.one_of("reviewed", "review"),
        actor=APPROVERS,
        fill=deciding.approve,
    ),
    _decided(
        "serve",
        verb=_("登记已提供"),
        story=pgettext_lazy("查阅调取", "登记已提供"),
        said=_("已登记提供。"),
        sources=(_A.GRANTED,),
        target=_A.SERVED,
        actor=DESK,
        clauses=("S27", "S28.1(4)"),
    ),
    Event(
        name="extend",
        verb=_("延长查看期限"),
        story=pgettext_lazy("查阅调取", "延长查看期限"),
        said=_("已延长。"),
        sources=(_A.GRANTED, _A.SERVED),
        stays=True,
        actor=APPROVERS,
        clauses=OURS,
        form=ExtendForm,
        ask=deciding.ask_not_their_own,
        fill=deciding.extend,
    ),
    _decided(
        "close",
        verb=_("办结"),
        story=pgettext_lazy("查阅调取", "办结"),
        said=_("已办结。"),
        sources=(_A.GRANTED, _A.SERVED),
        target=_A.CLOSED,
        actor=DESK,
        clauses=("S28.1(4)",),
        fill=deciding.close,
        after=deciding.closed,
    ),
    _decided(
        "take_back",
        verb=_("收回准予"),
        story=pgettext_lazy("查阅调取", "收回"),
        said=_("已收回，画面随即停止。"),
        sources=OPEN,
        target=_A.REVOKED,
        actor=ENDING,
        after=deciding.taken_back,
    ),
    Event(
        name="lapse",
        verb="",
        story=pgettext_lazy("查阅调取", "草稿失效"),
        said="",
        sources=(_A.DRAFT,),
        target=_A.LAPSED,
        actor=NOBODY,
        clauses=OURS,
        ripe=Ripe(untouched, lambda row, at: bool(agency.refusable(facts_of(row, registered=True), at))),
    ),
    _said(
        "escalate",
        pgettext_lazy("查阅调取", "提请上级单位"),
        OURS,
        (_A.CHECKING, _A.REGISTERED),
        ripe=Ripe(lambda at: Q(approve_due__lte=at, escalated_at__isnull=True)),
        keeps=lambda row, step, terms: (put_above(row, step.at), ()),
        fill=late,
    ),
    _said(
        "overdue",
        pgettext_lazy("查阅调取", "逾期未补审"),
        OURS,
        (_A.GRANTED_URGENT,),
        ripe=Ripe(lambda at: Q(review_due__lte=at, overdue_at__isnull=True)),
        keeps=lambda row, step, terms: (gettext("紧急准予逾期未补审，记为事件"), ()),
        fill=overdue,
    ),
    _said(
        "need_fewer",
        pgettext_lazy("查阅调取", "所需审批人数调低"),
        OURS,
        (_A.REGISTERED, _A.GRANTED_URGENT),
        fill=need_fewer,
    ),
    _said("sit", pgettext_lazy("查阅调取", "两名工作人员到场"), ("S28.1(1)", "S28.1(2)"), OPEN),
    _said("rise", pgettext_lazy("查阅调取", "结束窗口查阅"), ("S28.1(1)",), tuple(_A)),
    _said("narrow_ask", pgettext_lazy("查阅调取", "提议缩小范围"), NARROWING, NARROWS),
    _said("narrow_agree", pgettext_lazy("查阅调取", "同意缩小范围"), NARROWING, NARROWS),
    _said("narrow_decline", pgettext_lazy("查阅调取", "不同意缩小范围"), NARROWING, NARROWS),
    _said("narrow_withdraw", pgettext_lazy("查阅调取", "撤回缩小范围的提议"), NARROWING, tuple(_A)),
    _said("narrow", pgettext_lazy("查阅调取", "缩小范围"), NARROWING, NARROWS, fill=narrow),
)


def _copied(row: AgencyRequest) -> bool:
    """Whether copies of footage are handed over now."""
    return row.state in OPEN and not row.base_data and row.way != Way.CONSULT


AGENCY = CaseKind(
    model=AgencyRequest,
    name=_("查阅调取"),
    url="access:request",
    states=_A,
    badges=BADGES,
    events=EVENTS,
    facts=lambda row, today, terms: None,
    recorder=records.hashed("request.step", subject, content),
    unsaid=("id", "state", "revision", "touched_at", "escalated_at", "overdue_at"),
    view=_P.VIEW_REQUESTS,
    shown_to=visible_requests,
    related=("holder__division", "unit", "begun_by__unit", "refused_by__unit", "urgent_by", "earlier"),
    overlooked=(
        *("paper", "confirm", "approved", "reviewed", "escalate", "overdue", "need_fewer", "sit", "rise"),
        *("narrow_ask", "narrow_agree", "narrow_decline", "narrow_withdraw", "narrow"),
    ),
    revised=True,
    prints=(
        Print(label=_("登记表"), key="form", fill=lambda row, today, terms: documents.form_of(row)),
        Print(label=_("保密承诺书"), key="undertaking", fill=lambda row, today, terms: documents.undertaking_of(row)),
        Print(
            label=_("拒绝告知单"),
            key="refusal",
            fill=lambda row, today, terms: documents.refusal_of(row),
            there=lambda row: row.state == _A.REFUSED,
        ),
        Print(
            label=_("电子数据提取笔录与清单"),
            key="extraction",
            fill=lambda row, today, terms: documents.extraction_of(row),
            there=_copied,
        ),
        Print(
            label=_("复制件制作说明"),
            key="copy",
            fill=lambda row, today, terms: documents.copy_of(row),
            there=_copied,
        ),
    ),
)


def note(
    row: AgencyRequest,
    name: str,
    by: Person | None,
    at: datetime,
    words: str = "",
    papers: tuple[Paper, ...] = (),
    **data: Any,
) -> AgencyRequest:
    """Take a step that goes with something else, in its transaction; `by` None of what time alone brings."""
    step = StepInput(by, at, timezone.localdate(at), words, papers, data=data)
    done: AgencyRequest = inside(AGENCY, row, name, step, terms())
    return done


def state(row: AgencyRequest, by: Person, at: datetime, *, revision: int, **said: Any) -> AgencyRequest:
    """Go on with the draft, which is no step, or set right at the desk what is being checked; `asking.state` says what is said.

    Args:
        revision: of the row as the form was drawn with.

    Raises:
        StepRefused: it is past that, or somebody else changed it meanwhile.
    """
    step = StepInput(by, at, timezone.localdate(at), data={"revision": revision, "values": {}, **said})
    if row.state != _A.DRAFT:
        done: AgencyRequest = take(AGENCY, row, "correct", step, terms())
        return done
    with transaction.atomic():
        row = locked(row)
        if row.state != _A.DRAFT:
            raise StepRefused(gettext("现为“%(state)s”，不能修改。") % {"state": row.get_state_display()})
        asking.ask_unchanged(row, step, terms())
        asking.state(row, step, terms())
        row.revision += 1
        row.save()
    return row
