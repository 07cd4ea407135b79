"""An upgrade order from its notice to the recheck (S16.2c). It stops nothing: the system goes on recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.bad_input import BadInput
from custodes.law.duties.terms import Terms
from custodes.law.grounds.stating import says_something
from custodes.people.models import Paper, Person
from custodes.places.lifecycle.stepping import StepRefused, Taken, enter, move
from custodes.places.models import (
    USED,
    Shortfall,
    System,
    SystemState,
    UpgradeOrder,
    UpgradePaper,
    UpgradePaperKind,
)
from custodes.places.models.upgrade import OPEN
from custodes.places.upgrades.clock import due_of
from custodes.places.upgrades.gathering import facts_of
from custodes.places.upgrades.guards import GUARDS

CLAUSES = ("S16.2c",)
CHECK = ("S16.2c", "S36(3)")
ORDERABLE = (SystemState.ACCEPTED, *USED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: each shortfall as ``(standard, found, wanted)``, the day of the check, delivery and the term in days."""

    shortfalls: Sequence[tuple[str, str, str]]
    checked: date
    delivered: date
    days: int
    guide: str
    guide_phone: str
    why: str = ""


def issue(system: System, wanted: Wanted, taken: Taken, terms: Terms) -> UpgradeOrder:
    """Set a term.

    Raises:
        StepRefused: the system is not in use, is under an order already, nothing falls short, or a day is wrong.
    """
    today = timezone.localdate(taken.at)
    with transaction.atomic():
        row = System.objects.select_for_update().get(pk=system.pk)
        if row.state not in ORDERABLE:
            raise StepRefused(
                _("系统现为“%(state)s”，只对已验收和在用的系统限期升级改造。") % {"state": row.get_state_display()}
            )
        if row.upgrades.filter(state__in=[one.value for one in OPEN]).exists():
            raise StepRefused(_("该系统已有正在办理的限期升级改造，请在其中办理。"))
        if not wanted.shortfalls:
            raise StepRefused(_("请至少写明一项不符合标准的情况。"))
        if not wanted.checked <= wanted.delivered <= today:
            raise StepRefused(_("核查应当在送达之前，送达日期不能晚于今天。"))
        order = UpgradeOrder(
            system=row,
            checked=wanted.checked,
            delivered=wanted.delivered,
            days=wanted.days,
            why=wanted.why,
            guide=wanted.guide,
            guide_phone=wanted.guide_phone,
            issued_by=taken.by,
            issued_at=taken.at,
        )
        try:
            due = due_of(order, terms)
        except BadInput as error:
            raise StepRefused(_("期限或者送达日期不对，请核对。")) from error
        order.save()
        Shortfall.objects.bulk_create(
            Shortfall(order=order, standard=standard, found=found, wanted=asked)
            for standard, found, asked in wanted.shortfalls
        )
        told = _("期限 %(days)d 日，至 %(due)s") % {"days": wanted.days, "due": due}
        taken = Taken(taken.by, taken.at, wanted.delivered, told, taken.papers)
        enter(order, row, "issue", taken, CHECK)
    return order


def add_paper(
    order: UpgradeOrder, kind: UpgradePaperKind, paper: Paper, by: Person, at: datetime, via: str = ""
) -> UpgradePaper:
    """Keep a paper of the order, on record with its SHA-256.

    Raises:
        StepRefused: the order is over.
    """
    with transaction.atomic():
        row = _locked(order)
        if row.state not in OPEN:
            raise StepRefused(_("已经办结，不能再加入材料。"))
        held = UpgradePaper.objects.create(order=row, kind=kind, paper=paper, by=by, at=at)
        enter(row, row.system, "paper", Taken(by, at, timezone.localdate(at), str(kind.label), (paper,), via), CLAUSES)
    return held


def answer(order: UpgradeOrder, event: str, taken: Taken, terms: Terms) -> UpgradeOrder:
    """The unit says how it will be done, or that it is done. Late is taken as well.

    Args:
        event: ``plan`` or ``report``.

    Raises:
        StepRefused: it is not the time, or something is unmet.
    """
    with transaction.atomic():
        row = _locked(order)
        _ask(row, event, taken, terms)
        if event == "report":
            row.reported_on = taken.on
        move(row, event, taken, row.system, clauses=CLAUSES)
    return row


def recheck(order: UpgradeOrder, *, passed: bool, checkers: Sequence[str], taken: Taken, terms: Terms) -> UpgradeOrder:
    """Police looked at it again on the spot.

    Raises:
        StepRefused: it is over, something is unmet, or a failure has no words.
    """
    if not passed and not says_something(taken.words):
        raise StepRefused(_("复查不合格的，请写明仍不符合的情况。"))
    event = "pass_recheck" if passed else "fail_recheck"
    with transaction.atomic():
        row = _locked(order)
        _ask(row, event, taken, terms, tuple(checkers))
        row.rechecked_on = taken.on
        if not passed:
            row.reported_on = None  # what was said to be done was not
        told = _("复查人员：%(names)s。%(words)s") % {"names": _("、").join(checkers), "words": taken.words}
        papers = tuple(held.paper for held in row.papers.filter(kind=UpgradePaperKind.RECHECK).select_related("paper"))
        move(row, event, Taken(taken.by, taken.at, taken.on, told[:500], papers), row.system, clauses=CHECK)
    return row


def refer(order: UpgradeOrder, taken: Taken, terms: Terms) -> UpgradeOrder:
    """The term is over: note it for inspection. The unit still has to upgrade.

    Raises:
        StepRefused: the term is not over, or the order is.
    """
    with transaction.atomic():
        row = _locked(order)
        _ask(row, "refer", taken, terms)
        row.referred_on = taken.on
        move(row, "refer", taken, row.system, clauses=CHECK)
    return row


def revoke(order: UpgradeOrder, taken: Taken, terms: Terms) -> UpgradeOrder:
    """Take the order back.

    Raises:
        StepRefused: it is over, or there is no reason.
    """
    if not says_something(taken.words):
        raise StepRefused(_("请写明撤销的理由。"))
    with transaction.atomic():
        row = _locked(order)
        _ask(row, "revoke", taken, terms)
        move(row, "revoke", taken, row.system, clauses=CLAUSES)
    return row


def _ask(order: UpgradeOrder, event: str, taken: Taken, terms: Terms, checkers: tuple[str, ...] = ()) -> None:
    facts = facts_of(order, terms, checkers)
    unmet = GUARDS[event](facts, taken.on, timezone.localdate(taken.at))
    if unmet:
        raise StepRefused(_("还有 %(count)d 项条件没有满足。") % {"count": len(unmet)}, unmet)


def _locked(order: UpgradeOrder) -> UpgradeOrder:
    return UpgradeOrder.objects.select_for_update(of=("self",)).select_related("system").get(pk=order.pk)
