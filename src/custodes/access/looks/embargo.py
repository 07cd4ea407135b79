"""暂缓告知 as a kind of case: whoever asks for footage of a platform says why the units may not know yet, and until when; a second person
of the platform's approvers answers (N20, S28.1(4); decision 0287). It ends by itself: nothing has to happen for it to be over.

It stands on a page of its request (`views/embargo.py`), beside whatever else is asked of that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.agency.approvals import asks_for
from custodes.access.agency.reach import approved_by, own_requests, taken_by, visible_requests
from custodes.access.models import AgencyRequest, AgencyState, Embargo, EmbargoState, Grant, Intake
from custodes.access.models.agency import OPEN
from custodes.cases import records
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import inside
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.people.forms import PlainText
from custodes.people.independence import bound, why_not_independent
from custodes.people.lawful import StepRefused
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.settings import get_settings

_E, _P = EmbargoState, Permission
CLAUSES = ("N20", "S28.1(4)")
#: States of a request in which it may be asked for: handed in, and not over.
BEFORE = (AgencyState.CHECKING, AgencyState.REGISTERED, *OPEN)


class EmbargoForm(PlainText, forms.Form):
    """Why the units may not know yet, and until when."""

    reason = forms.CharField(
        label=_("暂缓理由"),
        max_length=300,
        help_text=_("为什么现在告知点位单位会妨碍办案，不写案情细节。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(label=_("暂缓至"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _(
            "含当日，自今日起不超过 %(most)d 日；次日零时起点位单位看到全部查看记录。"
        ) % {"most": get_settings().embargo_most_days}


class SaidForm(PlainText, forms.Form):
    """A word with a step."""

    words = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


def running(row: AgencyRequest, at: datetime) -> Embargo | None:
    """The one in force that ends last."""
    return Embargo.objects.running(at).filter(request=row).order_by("-ends_at").first()


def awaited(row: AgencyRequest, at: datetime) -> Embargo | None:
    """The one that waits for its answer."""
    return Embargo.objects.filter(request=row, state=EmbargoState.ASKED, ends_at__gt=at).first()


def holds_back(row: AgencyRequest, at: datetime) -> bool:
    """Whether no look may begin: a first one waits, and what is seen now can't be kept back afterwards."""
    return Embargo.objects.awaited(at).filter(request=row).exists()


def asked_by(person: Person, at: datetime) -> QuerySet[AgencyRequest]:
    """Requests for which the person may ask: of the officers those that came in online; at the counter the desk, in their name."""
    online = Q(intake=Intake.ONLINE, pk__in=own_requests(person, at).values("pk"))
    return AgencyRequest.objects.filter(online | ~Q(intake=Intake.ONLINE) & Q(pk__in=taken_by(person, at).values("pk")))


def asks(row: AgencyRequest, person: Person, at: datetime) -> bool:
    """Whether the person may ask."""
    return asked_by(person, at).filter(pk=row.pk).exists()


def mark_of(one: Embargo | None) -> str:
    """What a page sends back of the embargo that it showed, or that it showed none."""
    return one.mark if one is not None else ""


def answers(row: AgencyRequest, one: Embargo, person: Person, at: datetime) -> bool:
    """Whether the person is the second of two: an approver of the holder who neither asks for the footage nor entered the embargo."""
    if one.asked_by_id == person.pk or asks_for(row, person):
        return False
    return approved_by(person, at).filter(pk=row.pk).exists()


def ask(request: AgencyRequest, step: StepInput, terms: LegalTerms) -> Embargo:
    """One, or, while one is in force, one that makes it longer.

    Raises:
        StepRefused: not the time for it, a day that is past or too far, or another one is in force by now.
    """
    at, until = step.at, step.data["until"]
    if not request.holder.is_police:
        raise StepRefused(
            gettext(
                "该申请由本单位自行办理，本单位随时看得到查看记录，不能暂缓告知；只有经共享平台办理的申请可以提出（N20）。"
            )
        )
    if request.state not in BEFORE:
        raise StepRefused(gettext("现为“%(state)s”，不能提出暂缓告知。") % {"state": request.get_state_display()})
    earlier = running(request, at)
    _as_shown(earlier, step)
    if earlier is None and Grant.objects.not_failed().filter(request=request).exists():
        raise StepRefused(
            gettext("该申请已有查看记录，点位单位已经可以看到，不能再暂缓告知。暂缓告知应当在首次查看以前提出（N20）。")
        )
    _check(until, earlier, at)
    # One whose last day went by unanswered is over; it does not stand in the way of another.
    for dead in request.embargoes.filter(state=_E.ASKED, ends_at__lte=at):
        inside(EMBARGO, dead, "lapse", StepInput(None, at, step.on, "未获批准，所提的最后一日已过"), terms)
    return Embargo(
        request=request, reason=step.words.strip(), until=until, ends_at=Embargo.end_of(until), earlier=earlier,
        asked_by=step.person, asked_at=at,
    )  # fmt: skip


def ask_answer(row: Embargo, step: StepInput, terms: LegalTerms) -> None:
    """By the second of two, of what stood on the page."""
    _as_shown(row, step)
    person = step.person
    if row.asked_by_id == person.pk or asks_for(row.request, person):
        raise StepRefused(
            gettext("提出的人员和申请的工作人员不能批准本人的暂缓告知，请持有单位的另一名审批人办理（N20）。")
        )
    if why := why_not_independent(person, row.asked_by_id, step.at):
        raise StepRefused(why)
    if not answers(row.request, row, person, step.at):
        raise StepRefused(str(BY_APPROVERS))


def ask_approve(row: Embargo, step: StepInput, terms: LegalTerms) -> None:
    """Its day is not over, nor that of the one that it makes longer."""
    ask_answer(row, step, terms)
    if row.ends_at <= step.at:
        raise StepRefused(gettext("暂缓的最后一日已过，不能再批准。仍有需要的，请重新提出。"))
    if row.earlier is not None and running(row.request, step.at) is None:
        raise StepRefused(gettext("原暂缓告知已经届满或者解除，点位单位已经看到查看记录，不能再延长。"))
    _check(row.until, row.earlier, step.at)


def ask_shown(row: Embargo, step: StepInput, terms: LegalTerms) -> None:
    """It is the one that stood on the page."""
    _as_shown(row, step)


def ask_lift(row: Embargo, step: StepInput, terms: LegalTerms) -> None:
    """What is in force is what stood on the page."""
    _as_shown(running(row.request, step.at), step)


def no_officer_of_theirs(row: Embargo, person: Person, at: datetime) -> tuple[Unmet, ...]:
    """None of those who ask for the footage is of their making, nor they of theirs."""
    return bound(person, [officer.person_id for officer in row.request.officers.all()], at)


def decide(row: Embargo, step: StepInput, terms: LegalTerms) -> None:
    """The second of two said yes or no."""
    row.decided_by, row.decided_at = step.by, step.at


def lift(row: Embargo, step: StepInput, terms: LegalTerms) -> None:
    """The units may know from now on."""
    row.lifted_at = step.at


def lift_all(row: Embargo, step: StepInput, kept: CaseStep) -> None:
    """Nobody loses by it: all that is in force ends at once, and what waits is wanted no more."""
    rest = replace(step, data={})
    if other := running(row.request, step.at):
        inside(EMBARGO, other, "lift", rest, terms_now())
        return
    for one in row.request.embargoes.filter(state=_E.ASKED):
        inside(EMBARGO, one, "withdraw", rest, terms_now())


def _as_shown(one: Embargo | None, step: StepInput) -> None:
    mark = step.data.get("mark")
    if mark is not None and mark != mark_of(one):
        raise StepRefused(gettext("您打开本页以后，暂缓告知已经由他人办理。请核对现在的情况后重新办理。"))


def _check(until: date, earlier: Embargo | None, at: datetime) -> None:
    today, most = timezone.localdate(at), get_settings().embargo_most_days
    if until < today:
        raise StepRefused(gettext("暂缓的最后一日不能早于今日。请另选日期。"))
    if until > today + timedelta(days=most):
        raise StepRefused(
            gettext("暂缓自今日起不超过 %(most)d 日；届满以前仍有需要的，可以由两人再次延长。请另选日期。")
            % {"most": most}
        )
    if earlier is not None and until <= earlier.until:
        raise StepRefused(gettext("延长后的最后一日应当晚于原定的 %(day)s。") % {"day": earlier.until.isoformat()})


def _of(*requests: Any) -> Any:
    """Embargoes of requests that one of these reaches."""

    def rows(person: Person, at: datetime) -> QuerySet[Embargo]:
        return Embargo.objects.filter(reduce(or_, (Q(request__in=one(person, at).values("pk")) for one in requests)))

    return rows


def _subject(row: Embargo, step: CaseStep, given: StepInput) -> Mapping[str, Any]:
    return {
        "embargo": row.pk,
        "request": row.request_id,
        "number": row.request.number,
        "holder": row.request.holder.uuid,
        "until": row.until,
        "extends": str(row.earlier_id or ""),
    }


BY_APPROVERS = _("暂缓告知由持有单位的审批人批准。")
_ASK = (_P.REQUEST_FOOTAGE, _P.TAKE_REQUESTS, _P.APPROVE_REQUESTS)
ASKERS = Actor(_ASK, asked_by, otherwise=_("暂缓告知由申请的工作人员提出；窗口受理的，由受理人员代为登记（N20）。"))
WITHDRAWERS = Actor(_ASK, _of(asked_by), otherwise=_("暂缓告知由提出的一方撤回。"))
LIFTERS = Actor(_ASK, _of(asked_by, approved_by), otherwise=_("暂缓告知由申请的工作人员或者持有单位的审批人提前解除。"))
READERS = Actor(
    (*_ASK, _P.REFUSE_REQUESTS, _P.VIEW_REQUESTS), _of(visible_requests, approved_by), otherwise=BY_APPROVERS
)
"""Who of those that read the request is the second of two, `ask_answer` says in a sentence."""

EVENTS = (
    Event(
        name="ask",
        verb=_("提出暂缓告知"),
        story=pgettext_lazy("暂缓告知", "提出暂缓告知"),
        said=_("已提出，请持有单位的另一名审批人批准。批准以前不能查阅。"),
        target=_E.ASKED,
        actor=ASKERS,
        clauses=CLAUSES,
        form=EmbargoForm,
        needs_words=_("请写明暂缓告知的理由。"),
        make=ask,
        keeps=lambda row, step, terms: (row.reason, ()),
        clash=_("已有一项暂缓告知待批准，请先等待答复或者撤回。"),
    ),
    Event(
        name="approve",
        verb=_("批准暂缓告知"),
        story=pgettext_lazy("暂缓告知", "批准暂缓告知"),
        said=_("已批准暂缓告知。"),
        sources=(_E.ASKED,),
        target=_E.APPROVED,
        actor=READERS,
        clauses=CLAUSES,
        form=SaidForm,
        ask=ask_approve,
        binds=no_officer_of_theirs,
        fill=decide,
    ),
    Event(
        name="decline",
        verb=_("不予批准"),
        story=pgettext_lazy("暂缓告知", "不予批准"),
        said=_("已记录不予批准。"),
        sources=(_E.ASKED,),
        target=_E.DECLINED,
        actor=READERS,
        clauses=CLAUSES,
        form=SaidForm,
        needs_words=_("请写明不予批准的理由。"),
        ask=ask_answer,
        binds=no_officer_of_theirs,
        fill=decide,
    ),
    Event(
        name="withdraw",
        verb=_("撤回暂缓告知"),
        story=pgettext_lazy("暂缓告知", "撤回"),
        said=_("已撤回。"),
        sources=(_E.ASKED,),
        target=_E.WITHDRAWN,
        actor=WITHDRAWERS,
        clauses=CLAUSES,
        form=SaidForm,
        ask=ask_shown,
    ),
    Event(
        name="lapse",
        verb="",
        story=pgettext_lazy("暂缓告知", "未批准届满"),
        said="",
        sources=(_E.ASKED,),
        target=_E.LAPSED,
        actor=NOBODY,
        clauses=CLAUSES,
    ),
    Event(
        name="lift",
        verb=_("提前解除"),
        story=pgettext_lazy("暂缓告知", "提前解除"),
        said=_("已提前解除，点位单位即可看到全部查看记录。"),
        sources=(_E.APPROVED,),
        target=_E.LIFTED,
        actor=LIFTERS,
        clauses=CLAUSES,
        form=SaidForm,
        needs_words=_("请写明提前解除的理由。"),
        ask=ask_lift,
        fill=lift,
        after=lift_all,
        danger=True,
    ),
)

EMBARGO = CaseKind(
    model=Embargo,
    name=_("暂缓告知"),
    url="access:embargo",
    states=_E,
    badges={
        _E.ASKED: "attention",
        _E.APPROVED: "info",
        _E.DECLINED: "off",
        _E.WITHDRAWN: "off",
        _E.LAPSED: "off",
        _E.LIFTED: "off",
    },
    events=EVENTS,
    facts=lambda row, today, terms: None,
    recorder=records.hashed("embargo.step", _subject, lambda row, given: {}),
    unsaid=("id", "state", "revision"),
    view=_P.VIEW_REQUESTS,
    shown_to=_of(visible_requests),
    locks=("request",),
    revised=True,
)
