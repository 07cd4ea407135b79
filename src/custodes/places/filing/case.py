"""Filing (备案) as a kind of case: from draft to receipt, or a receipt that was given elsewhere taken over (S16.2, N14).

It is a notice: taken however late, returned only for what has to be there.

Here too: which filings a person sees, which they may fill in, and which they take.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases import records, taking
from custodes.cases.kind import Actor, CaseKind, Event, Print, StepDay
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.law.clauses.norms import LHASA
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused
from custodes.people.models import Division, Paper, Person
from custodes.people.permissions import Permission
from custodes.places.changes import covering
from custodes.places.documents import filing_form, filing_receipt
from custodes.places.filing.fields import CLAUSES, check_fileable, kind_for, latest_papers, unmet_of
from custodes.places.filing.spots import content_of
from custodes.places.forms.filing import NationalForm, ReceiptForm, RevokeForm, SendBackForm, WithdrawForm
from custodes.places.models import DraftKind, Filing, FilingKind, FilingState, System, SystemState
from custodes.places.models.cases import OPEN_FILINGS
from custodes.places.scope import built_systems, handled_systems, papered_systems


def visible_filings(person: Person, at: datetime) -> QuerySet[Filing]:
    """Handed-in filings for who may read a system's papers (S30.1, S33.1): they list its cameras. Drafts are their unit's own."""
    seen = papered_systems(person, at).values("pk")
    return Filing.objects.filter(_editable(person, at) | Q(system__in=seen, submitted_on__isnull=False))


def editable_filings(person: Person, at: datetime) -> QuerySet[Filing]:
    """Filings that one's unit makes, and those that one entered at the counter for a unit."""
    return Filing.objects.filter(_editable(person, at))


def _editable(person: Person, at: datetime) -> Q:
    own = built_systems(person, at).values("pk")
    handled = handled_systems(person, at).values("pk")
    return Q(system__in=own) | Q(on_behalf=True, system__in=handled)


def handled_filings(person: Person, at: datetime) -> QuerySet[Filing]:
    """Handed-in filings that one takes for the police."""
    return Filing.objects.filter(system__in=handled_systems(person, at).values("pk"), submitted_on__isnull=False)


_F, _P = FilingState, Permission
BADGES: dict[str, str] = {
    _F.DRAFT: "neutral",
    _F.SUBMITTED: "attention",
    _F.RETURNED: "danger",
    _F.FILED: "fine",
    _F.WITHDRAWN: "off",
}


def fileable_by(person: Person, at: datetime) -> QuerySet[System]:
    """Systems that the person files: their own unit's, and at the counter of the police those of who came with papers."""
    return built_systems(person, at) | handled_systems(person, at)


def revocable(person: Person, at: datetime) -> QuerySet[Filing]:
    """Filings whose receipt was taken over, of who filed them or takes them for the police."""
    own, handled = editable_filings(person, at).values("pk"), handled_filings(person, at).values("pk")
    return Filing.objects.filter(Q(pk__in=own) | Q(pk__in=handled)).exclude(authority="")


CLASH = _("他人同时登记了同样的回执或者备案，请核对后再办理。")
FILERS = Actor((_P.MANAGE_PLACES, _P.HANDLE_FILINGS), editable_filings)
POLICE = Actor((_P.HANDLE_FILINGS,), handled_filings)
BEGINNERS = Actor((_P.MANAGE_PLACES, _P.HANDLE_FILINGS), fileable_by)
REVOKERS = Actor((_P.MANAGE_PLACES, _P.HANDLE_FILINGS), revocable)


def laws(filing: Filing) -> tuple[str, ...]:
    """On which it rests, by what is filed."""
    return CLAUSES[FilingKind(filing.kind)]


def draw_up(system: System, step: StepInput, terms: LegalTerms) -> Filing:
    """The filing that is on its way, or a new draft with what the register knows. In the caller's transaction.

    Raises:
        StepRefused: the system has not passed acceptance, or is gone; or the unit fills it in itself.
    """
    row = System.objects.select_for_update().get(pk=system.pk)
    # Before what is on its way: what came back of a system that is gone is not gone on with.
    check_fileable(row)
    former = row.filings.filter(state__in=[one.value for one in OPEN_FILINGS]).first()
    if former is None:
        begun: Filing = taking.begin(FILING, "draft", row, step, terms)
        return begun
    if step.data.get("on_behalf") and not former.on_behalf:
        raise StepRefused(gettext("该单位正在自行填写备案，请由其提交后接收。"))
    return former


def make_draft(system: System, step: StepInput, terms: LegalTerms) -> Filing:
    """With what the register knows; `on_behalf` where counter staff enter it for a unit that came with papers."""
    check_fileable(system)
    return Filing(
        system=system,
        kind=kind_for(system),
        content=content_of(system),
        drafted_by=step.by,
        drafted_at=step.at,
        on_behalf=step.data.get("on_behalf", False),
    )


def keep_papers(filing: Filing, step: StepInput, kept: CaseStep) -> None:
    """Those of the system's file that usually go with it."""
    filing.items.set(latest_papers(filing.system))


def ask_submit(filing: Filing, step: StepInput, terms: LegalTerms) -> None:
    """What came back of a system that was removed meanwhile is not handed in again; what has to be there is there."""
    check_fileable(filing.system)
    if unmet := unmet_of(filing):
        raise StepRefused(gettext("还有 %(count)d 项没有填写。") % {"count": len(unmet)}, unmet)


def submit(filing: Filing, step: StepInput, terms: LegalTerms) -> None:
    """The first day on which it was handed in counts, whatever was asked for afterwards."""
    filing.submitted_on = filing.submitted_on or step.on
    filing.submitted_by, filing.returned_words = step.by, ""


def submitted_with(filing: Filing, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """With the papers that were chosen for it."""
    return step.words, tuple(item.paper for item in filing.items.select_related("paper"))


def send_back(filing: Filing, step: StepInput, terms: LegalTerms) -> None:
    """The unit reads what is missing."""
    filing.returned_words = step.words[:300]


def ask_receive(filing: Filing, step: StepInput, terms: LegalTerms) -> None:
    """From the day on which it was handed in."""
    if step.on < (filing.submitted_on or step.on):
        raise StepRefused(gettext("接收日期应当在提交之日和今天之间。"), field="on")


def receive(filing: Filing, step: StepInput, terms: LegalTerms) -> None:
    """With the number of its receipt."""
    filing.receipt = next_number(filing, step.on)
    filing.filed_on, filing.filed_by = step.on, step.by


def next_number(filing: Filing, on: date) -> str:
    """The next number of this county and year: ``540102-2026-0007``; a county's are given one after another, under its lock."""
    division = Division.objects.select_for_update(no_key=True).get(pk=filing.system.site.division_id)
    prefix = f"{division.code}-{on.year}-"
    given = Filing.objects.filter(receipt__startswith=prefix, authority="").order_by(
        Length("receipt").desc(), "-receipt"
    )
    last = given.values_list("receipt", flat=True).first()
    return f"{prefix}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def keep_national(filing: Filing, step: StepInput, terms: LegalTerms) -> None:
    """The number under which the national platform has it."""
    filing.national_number = step.data["number"]


def numbered(filing: Filing, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """The number."""
    return step.data["number"], step.papers


def tidy(words: str) -> str:
    """One way of writing: no full-width letters, one space between words, so that the same number is the same."""
    return " ".join(unicodedata.normalize("NFKC", words).split())


def may_take_over(system: System) -> bool:
    """It was built before the regulation, and is neither filed nor on its way."""
    first = Q(state=_F.FILED) & ~Q(kind=FilingKind.CHANGE)
    on_its_way = Q(state__in=[one.value for one in OPEN_FILINGS])
    brought = system.drafts.filter(kind=DraftKind.FILING, imported=True)  # a table said that it is to be filed
    legacy = system.state == SystemState.LEGACY
    return legacy and not system.filings.filter(first | on_its_way).exists() and not brought.exists()


def take_over(system: System, step: StepInput, terms: LegalTerms) -> Filing:
    """A receipt that was given elsewhere before the system was entered here: it counts as filed from the receipt's day, as nobody here
    knows the day of the handing-in (S16.2b).

    Raises:
        StepRefused: the system is not from before, is filed or being filed, or the receipt does not hold.
    """
    number, authority, on = tidy(step.data["number"]).upper(), tidy(step.data["authority"]), step.on
    if not number:
        raise StepRefused(gettext("请填写回执编号。"), field="number")
    if not authority:
        raise StepRefused(gettext("请填写原备案机关。"), field="authority")
    if not may_take_over(system):
        raise StepRefused(gettext("只有施行前建成、尚未备案、也没有正在办理的备案的系统可以转入原回执（第十六条）。"))
    _check_day(system, on, timezone.localdate(step.at))
    if Filing.objects.filter(authority=authority, receipt=number).exclude(state=_F.WITHDRAWN).exists():
        told = gettext("%(authority)s的回执编号“%(number)s”已经登记过。请核对编号和原备案机关。")
        raise StepRefused(told % {"authority": authority, "number": number}, field="number")
    return Filing(
        system=system,
        kind=FilingKind.LEGACY,
        drafted_by=step.by,
        drafted_at=step.at,
        on_behalf=not built_systems(step.person, step.at).filter(pk=system.pk).exists(),
        submitted_on=on,
        submitted_by=step.by,
        filed_on=on,
        receipt=number,
        authority=authority,
        receipt_paper=step.papers[0],
    )


def _check_day(system: System, on: date, today: date) -> None:
    built = min(system.built_on or LHASA.in_force, LHASA.in_force)
    if on > today:
        raise StepRefused(gettext("日期不能晚于今天。"), field="on")
    if on < built:
        told = gettext("回执日期不能早于系统建成之日（%(day)s）。") % {"day": built}
        raise StepRefused(told, field="on")


def taken_over_in_words(filing: Filing, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Whose receipt, and its number."""
    return f"{filing.authority} {filing.receipt}", step.papers


FILING = CaseKind(
    model=Filing,
    name=_("备案"),
    url="places:filing",
    states=_F,
    badges=BADGES,
    events=(
        Event(
            name="draft",
            verb=_("办理备案"),
            story=pgettext_lazy("经过", "起草备案"),
            said="",
            target=_F.DRAFT,
            actor=BEGINNERS,
            clauses=laws,
            make=make_draft,
            after=keep_papers,
            clash=CLASH,
            apart=True,
        ),
        Event(
            name="submit",
            verb=_("提交备案"),
            story=pgettext_lazy("经过", "提交备案"),
            said=_("备案已提交。"),
            sources=(_F.DRAFT, _F.RETURNED),
            target=_F.SUBMITTED,
            actor=FILERS,
            clauses=laws,
            ask=ask_submit,
            fill=submit,
            keeps=submitted_with,
            after=lambda filing, step, kept: covering.hand_in(filing, step),
            apart=True,
        ),
        Event(
            name="receive",
            verb=_("出具备案回执"),
            title=_("接收备案"),
            story=pgettext_lazy("经过", "出具备案回执"),
            said=_("已备案，回执编号已生成。"),
            sources=(_F.SUBMITTED,),
            target=_F.FILED,
            actor=POLICE,
            clauses=laws,
            day=StepDay.PAST,
            ask=ask_receive,
            fill=receive,
            clash=CLASH,
            after=lambda filing, step, kept: covering.receive(filing, step),
        ),
        Event(
            name="send_back",
            verb=_("退回补正"),
            story=pgettext_lazy("经过", "备案退回补正"),
            said=_("已退回补正。"),
            sources=(_F.SUBMITTED,),
            target=_F.RETURNED,
            actor=POLICE,
            clauses=laws,
            form=SendBackForm,
            day=StepDay.PAST,
            needs_words=_("请写明需要补正的内容。"),
            fill=send_back,
        ),
        Event(
            name="national",
            verb=_("登记回执号"),
            title=_("全国备案平台"),
            story=pgettext_lazy("经过", "登记全国平台回执号"),
            said=_("已登记全国备案平台回执号。"),
            sources=(_F.FILED,),
            actor=POLICE,
            clauses=("N14",),
            form=NationalForm,
            initial=lambda filing, terms: {"number": filing.national_number},
            fill=keep_national,
            keeps=numbered,
            noted=True,
        ),
        Event(
            name="take_over",
            verb=_("转入回执"),
            title=_("转入原备案回执"),
            story=pgettext_lazy("经过", "转入原备案回执"),
            said=_("原备案回执已转入，系统按已备案管理。"),
            target=_F.FILED,
            actor=BEGINNERS,
            clauses=CLAUSES[FilingKind.LEGACY],
            form=ReceiptForm,
            paper="paper",
            day="on",
            make=take_over,
            keeps=taken_over_in_words,
            clash=CLASH,
        ),
        Event(
            name="revoke",
            verb=_("撤销转入的回执"),
            story=pgettext_lazy("经过", "撤销转入的回执"),
            said=_("已撤销，系统不再按已备案管理。"),
            sources=(_F.FILED,),
            target=_F.WITHDRAWN,
            actor=REVOKERS,
            clauses=CLAUSES[FilingKind.LEGACY],
            form=RevokeForm,
            needs_words=_("请写明撤销的理由。"),
            hint=_("仅用于登记有误。撤销后系统按未备案管理，登记和撤销经过仍保留。"),
            quiet=True,
        ),
        Event(
            name="withdraw",
            verb=_("撤回备案"),
            story=pgettext_lazy("经过", "撤回备案"),
            said=_("备案已撤回。"),
            sources=OPEN_FILINGS,
            target=_F.WITHDRAWN,
            actor=FILERS,
            clauses=laws,
            form=WithdrawForm,
            after=lambda filing, step, kept: covering.take_back(filing, step),
            quiet=True,
        ),
    ),
    facts=lambda filing, today, terms: None,
    recorder=records.register,
    view=_P.VIEW_PLACES,
    shown_to=visible_filings,
    about="system",
    locks=("system",),
    related=("system__site__division", "system__unit", "drafted_by__unit"),
    prints=(
        Print(label=_("备案表"), key="form", fill=filing_form, there=lambda filing: not filing.authority),
        Print(
            label=_("备案回执"),
            key="receipt",
            fill=filing_receipt,
            there=lambda filing: filing.state == _F.FILED and not filing.authority,
        ),
    ),
)
