"""The life of a cooperation request: asked with its need, reminded, answered, closed or asked again."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.numbering import next_number
from custodes.law.grounds.stating import says_something
from custodes.people.models import Unit
from custodes.places.models import System
from custodes.settings import get_settings
from custodes.sharing.directory.added import clause_of
from custodes.sharing.links.gathering import is_closed
from custodes.sharing.models import Cooperation, CooperationState
from custodes.sharing.stepping import StepRefused, Taken, as_seen, keep, move

CLAUSES = ("S24",)


def due_from(day: date) -> date:
    """The usual last day for an answer: S24 sets none, the days are this installation's."""
    return day + timedelta(days=get_settings().cooperation_days)


def ask(
    office: Unit, unit: Unit, need: str, wanted: str, due: date, taken: Taken, system: System | None = None
) -> Cooperation:
    """Ask a unit to have its system joined.

    Raises:
        StepRefused: S24 does not reach the unit, the system is not its own or is closed (S20), or need, what is asked for or a day to come
            is missing.
    """
    if not says_something(need):
        raise StepRefused(_("公共安全需要：请写明为了维护公共安全的何种需要（第二十四条）。"), clause="S24")
    if not says_something(wanted):
        raise StepRefused(_("请求配合的内容：请写明请该单位做什么。"))
    if due <= taken.on:
        raise StepRefused(_("答复期限：应当晚于今天。"))
    if clause_of(unit, office).clause != "S24":
        raise StepRefused(
            _(
                "被请求单位：第二十四条适用于企业事业单位和其他组织。部门的系统依照第二十三条接入，请在“应当接入的部门和系统”中办理。"
            ),
            clause="S24",
        )
    if not unit.division.path.startswith(office.division.path):
        raise StepRefused(_("被请求单位：不在本辖区。"))
    if system is not None and system.unit_id != unit.pk:
        raise StepRefused(_("系统：不是该单位的系统，请重新选择。"))
    if system is not None and is_closed(system):
        raise StepRefused(_("系统：该系统不得接入联网共享平台。"), clause="S20")
    row = Cooperation(
        office=office, unit=unit, system=system, need=need, wanted=wanted, due=due,
        asked_by=taken.by, asked_at=taken.at,
    )  # fmt: skip
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=office.pk)
        row.number = next_number(Cooperation.objects.filter(office=office), "配", taken.at)
        row.save()
        keep(row, "ask", taken, CLAUSES)
    return row


def remind(row: Cooperation, taken: Taken) -> Cooperation:
    """Remind a unit that has not answered.

    Raises:
        StepRefused: it has, or was reminded today.
    """
    with transaction.atomic():
        held = locked(row.pk, taken)
        if held.state != CooperationState.ASKED:
            raise StepRefused(_("现为“%(state)s”，不需要催办。") % {"state": held.get_state_display()})
        if held.steps.filter(event="remind", on=taken.on).exists():
            raise StepRefused(_("今天已经催办过。"))
        held.reminders += 1
        keep(held, "remind", taken, CLAUSES)
    return held


def agree(row: Cooperation, answer: str, promised_on: date | None, taken: Taken) -> Cooperation:
    """The unit cooperates, and says by when.

    Raises:
        StepRefused: nothing is said, the day has passed, or it was answered already.
    """
    if promised_on is not None and promised_on < taken.on:
        raise StepRefused(_("计划接入日期：不能早于今天。"))
    return _answered(row, "agree", answer, promised_on, taken)


def decline(row: Cooperation, answer: str, taken: Taken) -> Cooperation:
    """The unit does not, and says why. What follows the office decides; S24 has no fine of its own.

    Raises:
        StepRefused: there is no reason, or it was answered already.
    """
    return _answered(row, "decline", answer, None, taken)


def _answered(row: Cooperation, event: str, answer: str, promised_on: date | None, taken: Taken) -> Cooperation:
    if not says_something(answer):
        raise StepRefused(_("答复：请写明。不予配合的，写明理由。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        held.answer, held.promised_on = answer, promised_on
        held.answered_by, held.answered_on = taken.by, taken.on
        move(held, event, Taken(taken.by, taken.at, answer, taken.papers), CLAUSES)
    return held


def ask_again(row: Cooperation, due: date, taken: Taken) -> Cooperation:
    """The answer does not do, or was not kept: asked anew with another last day. The former answer stays in the story.

    Raises:
        StepRefused: there is no reason, no day to come, or nothing was answered.
    """
    if not says_something(taken.words):
        raise StepRefused(_("说明：请写明为什么再次请求。"))
    if due <= taken.on:
        raise StepRefused(_("答复期限：应当晚于今天。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        held.due, held.answer, held.promised_on = due, "", None
        held.answered_by, held.answered_on = None, None
        move(held, "ask_again", taken, CLAUSES)
    return held


def close(row: Cooperation, taken: Taken) -> Cooperation:
    """Nothing is left to do; says what came of it.

    Raises:
        StepRefused: nothing is said, or it was not answered.
    """
    return _ended(row, "close", taken)


def withdraw(row: Cooperation, taken: Taken) -> Cooperation:
    """It is not needed any more.

    Raises:
        StepRefused: there is no reason, or it was answered.
    """
    return _ended(row, "withdraw", taken)


def _ended(row: Cooperation, event: str, taken: Taken) -> Cooperation:
    if not says_something(taken.words):
        raise StepRefused(_("说明：请写明办理结果或者原因。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        move(held, event, taken, CLAUSES)
    return held


def locked(pk: UUID, taken: Taken) -> Cooperation:
    """The row as it stands, held until the transaction ends.

    Raises:
        StepRefused: somebody changed it since whoever takes the step looked.
    """
    rows = Cooperation.objects.select_for_update(of=("self",)).select_related("office__division", "unit__division")
    row = rows.get(pk=pk)
    as_seen(row, taken.seen)
    return row
