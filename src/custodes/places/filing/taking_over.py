"""The receipt of a system that was filed elsewhere before it was entered here: taken over, it counts as filed (S16.2b)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.clauses.norms import LHASA
from custodes.people.models import Paper
from custodes.places.filing.workflow import CLAUSES
from custodes.places.lifecycle.stepping import StepRefused, Taken, enter, move
from custodes.places.models import Filing, FilingKind, FilingState, System, SystemState
from custodes.places.models.filing import OPEN


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it lies there.

    Attributes:
        number: of the receipt.
        authority: who gave it.
        on: its day; what was filed counts from it, as nobody here knows the day of the handing-in.
    """

    number: str
    authority: str
    on: date


class ReceiptRefused(StepRefused):
    """It can't be taken over; `field` is the one of the receipt that is wrong, empty for none."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def tidy(words: str) -> str:
    """One way of writing: no full-width letters, one space between words, so that the same number is the same."""
    return " ".join(unicodedata.normalize("NFKC", words).split())


def may_take_over(system: System) -> bool:
    """It was built before the regulation, and is neither filed nor on its way."""
    first = Q(state=FilingState.FILED) & ~Q(kind=FilingKind.CHANGE)
    on_its_way = Q(state__in=[one.value for one in OPEN])
    return system.state == SystemState.LEGACY and not system.filings.filter(first | on_its_way).exists()


def take_over(system: System, receipt: Receipt, paper: Paper, taken: Taken, *, on_behalf: bool = False) -> Filing:
    """Enter the receipt; the system counts as filed from its day.

    Args:
        taken: who and when; the step's day is the receipt's.
        on_behalf: counter staff enter it for a unit that came with it.

    Raises:
        ReceiptRefused: the system is not from before, is filed or being filed, or the receipt does not hold.
    """
    number, authority = tidy(receipt.number).upper(), tidy(receipt.authority)
    if not number:
        raise ReceiptRefused(_("请填写回执编号。"), "number")
    if not authority:
        raise ReceiptRefused(_("请填写原备案机关。"), "authority")
    try:
        with transaction.atomic():
            row = System.objects.select_for_update().get(pk=system.pk)
            if not may_take_over(row):
                raise ReceiptRefused(
                    _("只有施行前建成、尚未备案、也没有正在办理的备案的系统可以转入原回执（第十六条）。")
                )
            _check_day(row, receipt.on, timezone.localdate(taken.at))
            if Filing.objects.filter(authority=authority, receipt=number).exclude(state=FilingState.WITHDRAWN).exists():
                raise ReceiptRefused(_twice(number, authority), "number")
            filing = Filing.objects.create(
                system=row,
                kind=FilingKind.LEGACY,
                state=FilingState.FILED,
                drafted_by=taken.by,
                drafted_at=taken.at,
                on_behalf=on_behalf,
                submitted_on=receipt.on,
                submitted_by=taken.by,
                filed_on=receipt.on,
                receipt=number,
                authority=authority,
                receipt_paper=paper,
            )
            step = Taken(taken.by, taken.at, receipt.on, f"{authority} {number}", (paper,))
            enter(filing, row, "take_over", step, CLAUSES[FilingKind.LEGACY])
    except IntegrityError as error:  # somebody entered the same at the same moment
        raise ReceiptRefused(_twice(number, authority), "number") from error
    return filing


def revoke(filing: Filing, taken: Taken) -> Filing:
    """A receipt that was taken over wrongly counts no more; the row and its paper stay.

    Raises:
        StepRefused: without words, or it was given here.
    """
    if not taken.words:
        raise StepRefused(_("请写明撤销的理由。"))
    with transaction.atomic():
        row = Filing.objects.select_for_update(of=("self",)).select_related("system").get(pk=filing.pk)
        if not row.elsewhere:
            raise StepRefused(_("本机出具的回执不能撤销。"))
        move(row, "revoke", taken, row.system, clauses=CLAUSES[FilingKind.LEGACY])
    return row


def _check_day(system: System, on: date, today: date) -> None:
    built = min(system.built_on or LHASA.in_force, LHASA.in_force)
    if on > today:
        raise ReceiptRefused(_("日期不能晚于今天。"), "on")
    if on < built:
        raise ReceiptRefused(_("回执日期不能早于系统建成之日（%(day)s）。") % {"day": built}, "on")


def _twice(number: str, authority: str) -> str:
    said = {"authority": authority, "number": number}
    return _("%(authority)s的回执编号“%(number)s”已经登记过。请核对编号和原备案机关。") % said
