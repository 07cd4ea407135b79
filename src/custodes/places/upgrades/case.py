"""Orders to upgrade (限期升级改造) as a kind of case: from the notice to the recheck (S16.2c). One stops nothing: the system goes on recording.

Its term is counted by the law from delivery, the day of it not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases import records
from custodes.cases.kind import (
    Actor,
    CaseClock,
    CaseKind,
    CaseRows,
    Event,
    Fact,
    ListColumn,
    PaperRule,
    Print,
    Rows,
    StepDay,
    TermStanding,
    Wait,
)
from custodes.cases.models import CasePaper, CaseStep
from custodes.cases.step import StepInput
from custodes.law.bad_input import BadInput
from custodes.law.deadlines.counting import set_term
from custodes.law.duties.filing import UpgradeFacts, s16_2c_upgrade
from custodes.law.duties.finding import DutyFinding, LegalTerms
from custodes.people.lawful import StepRefused, finding_text
from custodes.people.models import Paper
from custodes.people.permissions import Permission
from custodes.places.documents import upgrade_notice
from custodes.places.forms.upgrade import RecheckForm, UpgradeForm
from custodes.places.models import USED, Shortfall, System, SystemState, UpgradeOrder, UpgradePaperSort, UpgradeState
from custodes.places.models.cases import OPEN_UPGRADES, WITH_UNIT
from custodes.places.scope import built_systems, handled_systems, papered_systems
from custodes.places.upgrades import guards


def due_of(order: UpgradeOrder, terms: LegalTerms) -> date:
    """The last day in time."""
    return set_term("upgrade", order.delivered, order.days, terms.calendar, terms.assumed).due


def finding_of(order: UpgradeOrder, today: date, terms: LegalTerms) -> DutyFinding | None:
    """How the unit's duty stands; None of an order that was revoked.

    What was reported in time and passed later is in time: the recheck's day is the police's, not the unit's.
    """
    if order.state == UpgradeState.REVOKED:
        return None
    passed = order.rechecked_on if order.state == UpgradeState.PASSED else None
    facts = UpgradeFacts(order.delivered, order.days, passed, _reported(order))
    return s16_2c_upgrade(facts, order.delivered, today, terms)


def late(order: UpgradeOrder, today: date) -> bool:
    """Whether the unit said after the term that it is done, or has not said so and the term is over."""
    if order.state == UpgradeState.REVOKED:
        return False
    done = _reported(order)
    if order.state == UpgradeState.PASSED:
        done = done or order.rechecked_on
    return bool((done or today) > order.due_on)


def standing(order: UpgradeOrder, today: date, terms: LegalTerms) -> TermStanding:
    """How the term stands, for the list and the page."""
    told = finding_words(order, terms, today)
    return TermStanding(order.due_on, late(order, today), told, order.state in OPEN_UPGRADES)


def finding_words(order: UpgradeOrder, terms: LegalTerms, today: date | None = None) -> str:
    """What the law makes of it; empty of an order that was revoked."""
    finding = finding_of(order, today or timezone.localdate(), terms)
    return finding_text(finding) if finding is not None else ""


def _reported(order: UpgradeOrder) -> date | None:
    """The day of the report; None too where police had found it done before the unit said so: then their day counts."""
    if order.state == UpgradeState.PASSED and order.reported_on and order.rechecked_on:
        return order.reported_on if order.reported_on <= order.rechecked_on else None
    return order.reported_on


_U, _P = UpgradeState, UpgradePaperSort
CLAUSES, CHECK = ("S16.2c",), ("S16.2c", "S36(3)")
ORDERABLE = (SystemState.ACCEPTED, *USED)


def _orders_of(systems: Rows) -> Rows:
    return lambda person, at: UpgradeOrder.objects.filter(system__in=systems(person, at).values("pk"))


UNIT = Actor((Permission.MANAGE_PLACES,), _orders_of(built_systems))
POLICE = Actor((Permission.HANDLE_FILINGS,), _orders_of(handled_systems))
visible_orders = _orders_of(papered_systems)
"""Orders for who may read a system's papers: they say what it lacks (S30.1)."""


def facts_of(order: UpgradeOrder, today: date, terms: LegalTerms) -> guards.UpgradeFacts:
    """What the guards ask about. After a recheck that failed the former papers show nothing new."""
    papers = CasePaper.objects.filter(case_id=order.pk)
    failed = CaseStep.objects.filter(case_id=order.pk, event="fail_recheck").order_by("seq").last()
    if failed is not None:
        papers = papers.exclude(sort__in=[_P.DONE, _P.RECHECK], at__lte=failed.at)
    return guards.UpgradeFacts(order.delivered, order.due_on, frozenset(papers.values_list("sort", flat=True)))


def make(system: System, step: StepInput, terms: LegalTerms) -> UpgradeOrder:
    """The order as the notice says it.

    Raises:
        StepRefused: the system is not in use or under an order already, nothing falls short, or a day or the term is wrong.
    """
    if system.state not in ORDERABLE:
        raise StepRefused(
            gettext("系统现为“%(state)s”，只对已验收和在用的系统限期升级改造。") % {"state": system.get_state_display()}
        )
    if system.upgrades.filter(state__in=OPEN_UPGRADES).exists():
        raise StepRefused(gettext("该系统已有正在办理的限期升级改造，请在其中办理。"))
    if not step.data["shortfalls"]:
        raise StepRefused(gettext("请至少写明一项不符合标准的情况。"))
    if not step.data["checked"] <= step.on <= timezone.localdate(step.at):
        raise StepRefused(gettext("核查应当在送达之前，送达日期不能晚于今天。"))
    fields = {name: step.data[name] for name in ("checked", "delivered", "days", "why", "guide", "guide_phone")}
    order = UpgradeOrder(system=system, issued_by=step.by, issued_at=step.at, **fields)
    try:
        due_of(order, terms)
    except BadInput as error:
        raise StepRefused(gettext("期限或者送达日期不对，请核对。")) from error
    return order


def keep_shortfalls(order: UpgradeOrder, step: StepInput, kept: CaseStep) -> None:
    """What falls short, line by line."""
    Shortfall.objects.bulk_create(Shortfall(order=order, **one) for one in step.data["shortfalls"])


def term_in_words(order: UpgradeOrder, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """The term that was set."""
    return gettext("期限 %(days)d 日，至 %(due)s") % {"days": order.days, "due": order.due_on}, step.papers


def recheck_in_words(order: UpgradeOrder, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Who looked at it again and what they found; with the records of rechecks."""
    told = gettext("复查人员：%(names)s。%(words)s") % {
        "names": gettext("、").join(step.data["checkers"]),
        "words": step.words,
    }
    held = CasePaper.objects.filter(case_id=order.pk, sort=_P.RECHECK).select_related("paper")
    return told[:500], tuple(one.paper for one in held)


def fill_recheck(order: UpgradeOrder, step: StepInput, terms: LegalTerms) -> None:
    """The day of the recheck; what was said to be done and was not is no longer reported."""
    order.rechecked_on = step.on
    if not step.data["passed"]:
        order.reported_on = None


SOON = timedelta(days=7)
"""Before the end of a term police see it too."""


def reported_line(order: UpgradeOrder) -> tuple[str, str]:
    """One to look at again."""
    note = gettext("%(unit)s 于 %(day)s 报完成") % {"unit": order.system.unit.name, "day": order.reported_on}
    return gettext("待复查的升级改造：%(system)s") % {"system": order.system}, note


def ending_line(order: UpgradeOrder) -> tuple[str, str]:
    """One whose term ends in a few days."""
    name = gettext("升级改造期限将满：%(system)s") % {"system": order.system}
    return name, f"{order.system.unit.name} · {order.get_state_display()}"


def _on(field: str) -> Callable[[UpgradeOrder, StepInput, LegalTerms], None]:
    return lambda order, step, terms: setattr(order, field, step.on)


def _day(field: str) -> Callable[[UpgradeOrder, LegalTerms], date | None]:
    def of(order: UpgradeOrder, terms: LegalTerms) -> date | None:
        day: date | None = getattr(order, field)
        return day

    return of


EVENTS = (
    Event(
        name="issue",
        verb=_("下达通知"),
        story=pgettext_lazy("经过", "通知限期升级改造"),
        said=_("已登记限期升级改造。请打印通知书，送达后由收件人签收。"),
        target=_U.ORDERED,
        actor=Actor((Permission.HANDLE_FILINGS,), handled_systems),
        clauses=CHECK,
        form=UpgradeForm,
        day="delivered",
        make=make,
        keeps=term_in_words,
        after=keep_shortfalls,
    ),
    Event(
        name="plan",
        verb=_("报改造方案"),
        story=pgettext_lazy("经过", "报升级改造方案"),
        said=_("改造方案已报。"),
        sources=(_U.ORDERED, _U.FAILED, _U.REFERRED),
        target=_U.PLANNED,
        actor=UNIT,
        clauses=CLAUSES,
        guard=guards.plan,
        day=StepDay.PAST,
    ),
    Event(
        name="report",
        verb=_("报完成"),
        story=pgettext_lazy("经过", "报升级改造完成"),
        said=_("已报完成，等待复查。"),
        sources=WITH_UNIT,
        target=_U.REPORTED,
        actor=UNIT,
        clauses=CLAUSES,
        guard=guards.report,
        day=StepDay.PAST,
        fill=_on("reported_on"),
    ),
    Event(
        name="recheck",
        verb=_("登记复查"),
        story={"pass_recheck": pgettext_lazy("经过", "复查合格"), "fail_recheck": pgettext_lazy("经过", "复查不合格")},
        said={"pass_recheck": _("复查合格，已办结。"), "fail_recheck": _("已登记复查不合格。")},
        sources=OPEN_UPGRADES,
        actor=POLICE,
        clauses=CHECK,
        guard=guards.recheck,
        check=guards.two_checkers,
        form=RecheckForm,
        day=StepDay.PAST,
        needs_words=_("复查不合格的，请写明仍不符合的情况。"),
        words_for=("fail_recheck",),
        outcomes={"pass_recheck": _U.PASSED, "fail_recheck": _U.FAILED},
        choose=lambda order, step: "pass_recheck" if step.data["passed"] else "fail_recheck",
        fill=fill_recheck,
        keeps=recheck_in_words,
    ),
    Event(
        name="refer",
        verb=_("转监督检查"),
        story=pgettext_lazy("经过", "逾期转监督检查"),
        said=_("已转监督检查。"),
        sources=(_U.ORDERED, _U.PLANNED, _U.REPORTED, _U.FAILED),
        target=_U.REFERRED,
        actor=POLICE,
        clauses=CHECK,
        guard=guards.refer,
        day=StepDay.PAST,
        fill=_on("referred_on"),
        hint=_("期限届满仍未完成的，登记后列入监督检查；改造的义务不因此免除。"),
        offered=lambda order, person, today, terms: today > order.due_on,
    ),
    Event(
        name="revoke",
        verb=_("撤销通知"),
        story=pgettext_lazy("经过", "撤销限期升级改造"),
        said=_("已撤销。"),
        sources=OPEN_UPGRADES,
        target=_U.REVOKED,
        actor=POLICE,
        clauses=CLAUSES,
        guard=guards.revoke,
        day=StepDay.PAST,
        needs_words=_("请写明撤销的理由。"),
        quiet=True,
    ),
)

UPGRADE = CaseKind(
    model=UpgradeOrder,
    name=_("限期升级改造"),
    url="places:upgrade",
    states=_U,
    badges={
        _U.ORDERED: "attention",
        _U.PLANNED: "info",
        _U.REPORTED: "attention",
        _U.FAILED: "danger",
        _U.REFERRED: "danger",
        _U.PASSED: "fine",
        _U.REVOKED: "off",
    },
    events=EVENTS,
    facts=facts_of,
    recorder=records.register,
    view=Permission.VIEW_PLACES,
    shown_to=visible_orders,
    about="system",
    locks=("system",),
    related=("system__site__division", "system__unit", "issued_by__unit"),
    papers=PaperRule(
        sorts=_P,
        states=OPEN_UPGRADES,
        adds=((UNIT, (_P.PLAN, _P.DONE)), (POLICE, (_P.CHECK, _P.RECHECK))),
        clauses=CLAUSES,
        story=pgettext_lazy("经过", "加入升级改造材料"),
    ),
    clock=CaseClock(
        what="upgrade",
        named=pgettext_lazy("期限", "升级改造到期"),
        supervised=True,
        column="due_on",
        due=due_of,
        running=WITH_UNIT,
        clause="S16.2c",
        title=_("限期完成升级改造"),
        standing=standing,
        doing=lambda order: gettext("报升级改造方案") if order.state == _U.ORDERED else gettext("完成升级改造"),
        note=lambda order: gettext("限期 %(days)d 日，送达于 %(day)s") % {"days": order.days, "day": order.delivered},
        page=_("改造期间系统正常运行，录像照常留存。"),
        page_late=_("逾期以后报完成仍会受理。"),
        reminders=lambda terms: (terms.assumed.expiry_warn_days, *terms.assumed.short_reminder_days),
    ),
    waits=(
        Wait(
            key="reported",
            what="case",
            permission=Permission.HANDLE_FILINGS,
            where=lambda asking: asking.handled() & Q(state=_U.REPORTED),
            order=("delivered", "pk"),
            told=reported_line,
        ),
        # One that is over stands with what is late in their area.
        Wait(
            key="ending",
            what="term",
            permission=Permission.HANDLE_FILINGS,
            where=lambda asking: (
                asking.handled()
                & Q(state__in=(_U.ORDERED, _U.PLANNED, _U.FAILED), due_on__range=(asking.today, asking.today + SOON))
            ),
            order=("due_on", "delivered", "pk"),
            told=ending_line,
            due="due_on",
        ),
    ),
    columns=(
        ListColumn(
            _("系统"), "system__name", lambda order: order.system.name, note=lambda order: order.system.unit.name
        ),
        ListColumn(_("所在县（区）"), "system__site__division__path", lambda order: order.system.site.division),
        ListColumn(_("送达日期"), "delivered"),
    ),
    order="-delivered",
    shown=(
        Fact(_("核查日期"), _day("checked")),
        Fact(_("送达日期"), _day("delivered")),
        Fact(
            _("期限"),
            lambda order, terms: (
                gettext("%(days)s 日，至 %(due)s") % {"days": order.days, "due": f"{order.due_on:%Y-%m-%d}"}
            ),
        ),
        Fact(_("指导单位（人员）"), lambda order, terms: f"{order.guide} {order.guide_phone}"),
        Fact(_("情况说明"), lambda order, terms: order.why),
        Fact(_("报完成日期"), _day("reported_on")),
        Fact(_("复查日期"), _day("rechecked_on")),
        Fact(_("转监督检查"), _day("referred_on"), clause="S36(3)"),
        Fact(_("是否按期"), finding_words),
    ),
    parts=(CaseRows(_("不符合标准的情况"), "shortfalls", ("standard", "found", "wanted")),),
    prints=(Print(label=_("打印限期升级改造通知书"), key="notice", fill=upgrade_notice),),
    empty=(_("没有限期升级改造"), _("不符合现行标准的系统，由所在县（区）公安机关在系统的“办理与经过”页面通知。")),
)
