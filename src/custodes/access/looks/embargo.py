"""暂缓告知: whoever asks for footage of a platform says why the units may not know yet, and until when; a second person of the platform's
approvers answers (N20, S28.1(4); decision 0287). It ends by itself: nothing has to happen for it to be over.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access.agency.approvals import asks_for
from custodes.access.agency.reach import approved_by, own_requests, taken_by
from custodes.access.agency.stepping import locked
from custodes.access.looks.stepping import Taken, keep_embargo, move_embargo
from custodes.access.models import AgencyRequest, AgencyState, Embargo, EmbargoState, Grant, Intake
from custodes.access.models.agency import OPEN
from custodes.law.grounds.stating import says_something
from custodes.people.models import Person
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings

CLAUSES = ("N20", "S28.1(4)")
#: States of a request in which it may be asked for: handed in, and not over.
BEFORE = (AgencyState.CHECKING, AgencyState.REGISTERED, *OPEN)


def running(row: AgencyRequest, at: datetime) -> Embargo | None:
    """The one in force that ends last."""
    return Embargo.objects.running(at).filter(request=row).order_by("-ends_at").first()


def awaited(row: AgencyRequest, at: datetime) -> Embargo | None:
    """The one that waits for its answer."""
    return Embargo.objects.filter(request=row, state=EmbargoState.ASKED, ends_at__gt=at).first()


def holds_back(row: AgencyRequest, at: datetime) -> bool:
    """Whether no look may begin: a first one waits, and what is seen now can't be kept back afterwards."""
    return Embargo.objects.awaited(at).filter(request=row).exists()


def asks(row: AgencyRequest, person: Person, at: datetime) -> bool:
    """Who may ask: the officers of a request that came in online; at the counter the desk, in their name."""
    if row.intake == Intake.ONLINE:
        return own_requests(person, at).filter(pk=row.pk).exists()
    return taken_by(person, at).filter(pk=row.pk).exists()


def mark_of(one: Embargo | None) -> str:
    """What a page sends back of the embargo that it showed, or that it showed none."""
    return one.mark if one is not None else ""


def ask(row: AgencyRequest, reason: str, until: date, taken: Taken, mark: str | None = None) -> Embargo:
    """Ask for one, or, while one is in force, that it be made longer.

    Args:
        mark: `mark_of` the one in force on the page that was looked at; None where none was looked at.

    Raises:
        StepRefused: not theirs, not the time for it, no reason, a day that is past or too far, or another one is in force by now.
    """
    assert taken.by is not None
    at = taken.at
    with transaction.atomic():
        row = locked(row)
        if not asks(row, taken.by, at):
            raise StepRefused(_("暂缓告知由申请的工作人员提出；窗口受理的，由受理人员代为登记（N20）。"))
        if not row.holder.is_police:
            raise StepRefused(
                _(
                    "该申请由本单位自行办理，本单位随时看得到查看记录，不能暂缓告知；只有经共享平台办理的申请可以提出（N20）。"
                )
            )
        if row.state not in BEFORE:
            raise StepRefused(_("现为“%(state)s”，不能提出暂缓告知。") % {"state": row.get_state_display()})
        earlier = running(row, at)
        _as_shown(earlier, mark)
        if earlier is None and Grant.objects.not_failed().filter(request=row).exists():
            raise StepRefused(
                _("该申请已有查看记录，点位单位已经可以看到，不能再暂缓告知。暂缓告知应当在首次查看以前提出（N20）。")
            )
        _check(reason, until, earlier, at)
        # One whose last day went by unanswered is over; it does not stand in the way of another.
        for dead in row.embargoes.filter(state=EmbargoState.ASKED, ends_at__lte=at):
            move_embargo(dead, "lapse", Taken(None, at, "未获批准，所提的最后一日已过"), CLAUSES)
        made = Embargo(
            request=row, reason=reason.strip(), until=until, ends_at=Embargo.end_of(until), earlier=earlier,
            asked_by=taken.by, asked_at=at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                keep_embargo(made, "ask", "", Taken(taken.by, at, made.reason), CLAUSES)
        except IntegrityError as error:
            raise StepRefused(_("已有一项暂缓告知待批准，请先等待答复或者撤回。")) from error
    return made


def approve(row: Embargo, taken: Taken, mark: str | None = None) -> Embargo:
    """The second of two lets it be kept back.

    Raises:
        StepRefused: not theirs to answer, answered already, its day or that of the one that it makes longer is over.
    """
    with transaction.atomic():
        row = _answered_by(row, taken, mark)
        if row.ends_at <= taken.at:
            raise StepRefused(_("暂缓的最后一日已过，不能再批准。仍有需要的，请重新提出。"))
        if row.earlier is not None and running(row.request, taken.at) is None:
            raise StepRefused(_("原暂缓告知已经届满或者解除，点位单位已经看到查看记录，不能再延长。"))
        _check(row.reason, row.until, row.earlier, taken.at)
        row.decided_by, row.decided_at = taken.by, taken.at
        move_embargo(row, "approve", taken, CLAUSES)
    return row


def decline(row: Embargo, taken: Taken, mark: str | None = None) -> Embargo:
    """The second of two says no, with the reason.

    Raises:
        StepRefused: not theirs to answer, answered already, or no reason.
    """
    if not says_something(taken.words):
        raise StepRefused(_("请写明不予批准的理由。"))
    with transaction.atomic():
        row = _answered_by(row, taken, mark)
        row.decided_by, row.decided_at = taken.by, taken.at
        move_embargo(row, "decline", taken, CLAUSES)
    return row


def withdraw(row: Embargo, taken: Taken, mark: str | None = None) -> Embargo:
    """Whoever asks does not want it any more, before it is answered.

    Raises:
        StepRefused: not theirs, or answered already.
    """
    assert taken.by is not None
    with transaction.atomic():
        row = _waiting(row, mark)
        if not asks(row.request, taken.by, taken.at):
            raise StepRefused(_("暂缓告知由提出的一方撤回。"))
        move_embargo(row, "withdraw", taken, CLAUSES)
    return row


def lift(row: AgencyRequest, taken: Taken, mark: str | None = None) -> None:
    """The units may know before the day: by either side alone, since nobody loses by it; all that is in force ends at once.

    Raises:
        StepRefused: not theirs, nothing is in force, no reason, or another one is in force by now.
    """
    assert taken.by is not None
    if not says_something(taken.words):
        raise StepRefused(_("请写明提前解除的理由。"))
    with transaction.atomic():
        row = locked(row)
        if not (asks(row, taken.by, taken.at) or approved_by(taken.by, taken.at).filter(pk=row.pk).exists()):
            raise StepRefused(_("暂缓告知由申请的工作人员或者持有单位的审批人提前解除。"))
        found = list(Embargo.objects.running(taken.at).select_for_update(of=("self",)).filter(request=row))
        if not found:
            raise StepRefused(_("没有正在暂缓的事项，无须解除。"))
        _as_shown(running(row, taken.at), mark)
        for one in found:
            one.lifted_at = taken.at
            move_embargo(one, "lift", taken, CLAUSES)
        for one in row.embargoes.select_for_update(of=("self",)).filter(state=EmbargoState.ASKED):
            move_embargo(one, "withdraw", taken, CLAUSES)


def answers(row: AgencyRequest, one: Embargo, person: Person, at: datetime) -> bool:
    """Whether the person is the second of two: an approver of the holder who neither asks for the footage nor entered the embargo."""
    if one.asked_by_id == person.pk or asks_for(row, person):
        return False
    return approved_by(person, at).filter(pk=row.pk).exists()


def _as_shown(one: Embargo | None, mark: str | None) -> None:
    if mark is not None and mark != mark_of(one):
        raise StepRefused(_("您打开本页以后，暂缓告知已经由他人办理。请核对现在的情况后重新办理。"))


def _waiting(row: Embargo, mark: str | None) -> Embargo:
    locked(row.request)
    row = Embargo.objects.select_for_update(of=("self",)).select_related("request__holder", "earlier").get(pk=row.pk)
    if row.state != EmbargoState.ASKED:
        raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": row.get_state_display()})
    _as_shown(row, mark)
    return row


def _answered_by(row: Embargo, taken: Taken, mark: str | None) -> Embargo:
    assert taken.by is not None
    row = _waiting(row, mark)
    if row.asked_by_id == taken.by.pk or asks_for(row.request, taken.by):
        raise StepRefused(_("提出的人员和申请的工作人员不能批准本人的暂缓告知，请持有单位的另一名审批人办理（N20）。"))
    if not answers(row.request, row, taken.by, taken.at):
        raise StepRefused(_("暂缓告知由持有单位的审批人批准。"))
    return row


def _check(reason: str, until: date, earlier: Embargo | None, at: datetime) -> None:
    today, most = timezone.localdate(at), get_settings().embargo_most_days
    if not says_something(reason):
        raise StepRefused(_("请写明暂缓告知的理由。"))
    if until < today:
        raise StepRefused(_("暂缓的最后一日不能早于今日。请另选日期。"))
    if until > today + timedelta(days=most):
        raise StepRefused(
            _("暂缓自今日起不超过 %(most)d 日；届满以前仍有需要的，可以由两人再次延长。请另选日期。") % {"most": most}
        )
    if earlier is not None and until <= earlier.until:
        raise StepRefused(_("延长后的最后一日应当晚于原定的 %(day)s。") % {"day": earlier.until.isoformat()})
