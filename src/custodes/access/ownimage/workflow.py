"""A request from its asking to its end; each step under the row's lock with its guard and record (Q10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.holds.placing import HoldRefused
from custodes.access.models import OwnImageRequest, OwnOutcome, OwnWish, SessionKind
from custodes.access.numbering import next_number
from custodes.access.ownimage import facts
from custodes.access.ownimage.keeping import hold_what_runs_out
from custodes.access.supervised.ending import end_all
from custodes.access.supervised.rooms import locked
from custodes.access.supervised.stepping import Taken, keep, move
from custodes.law.calendar.terms import count
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.own_image import answer_term
from custodes.law.grounds.stating import says_something
from custodes.people import models as people
from custodes.people.lawful import terms
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera

CLAUSES = ("PIPL45",)
ANSWERED = gettext_noop("该件已经答复")
CLOSED = gettext_noop("该件已经办结")
CORRECT = "correct"
"""Cameras or span are corrected after the picture was checked."""
MOST_CAMERAS = 8
"""Of one request: which camera and when is one of its three questions."""
MOST_CORRECTIONS = 2
"""How often cameras and span may be corrected once somebody has seen the picture; our number. Else a request would be leave to look around."""
_LOOKED = ("found", "exception", "exception_law", "masked_by", "reviewed_by")


@dataclass(frozen=True, slots=True)
class Looked:
    """What the holder has chosen and found so far."""

    cameras: tuple[Camera, ...] = ()
    begin: datetime | None = None
    end: datetime | None = None
    found: str = ""
    exception: str = ""
    exception_law: str = ""
    masked_by: str = ""
    reviewed_by: str = ""


def due_of(asked: date) -> date:
    """The last day for an answer."""
    of = terms()
    return count(answer_term(of.assumed), asked, of.calendar).due


def ask(row: OwnImageRequest, unit: people.Unit, taken: Taken) -> OwnImageRequest:
    """Take it in."""
    assert taken.by is not None
    with transaction.atomic():
        held = people.Unit.objects.select_for_update().get(pk=unit.pk)
        row.unit, row.taken_by, row.asked_at = held, taken.by, taken.at
        row.number = next_number(OwnImageRequest.objects.filter(unit=held), "本影", taken.at)
        row.due = due_of(taken.on)
        row.save()
        keep(row, "ask", "", taken, CLAUSES)
    return row


def look_up(row: OwnImageRequest, looked: Looked, taken: Taken) -> OwnImageRequest:
    """Enter which camera and when, and what was found, without an answer yet; footage that runs out is held.

    Raises:
        StepRefused: it is answered already, or names more cameras than one request takes; or, once the picture was checked, cameras
            or span were corrected often enough or without a reason.
    """
    with transaction.atomic():
        held: OwnImageRequest = locked(row)
        if held.outcome or held.closed_at:
            raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": held.get_state_display()})
        event = _correcting(held, looked, taken)
        _enter(held, looked)
        held.save()
        held.cameras.set(looked.cameras)
        keep(held, event, str(held.state), taken, CLAUSES)
        _hold(held, taken)
    return held


def answer(row: OwnImageRequest, outcome: OwnOutcome, looked: Looked, reason: str, taken: Taken) -> OwnImageRequest:
    """Give a look or a masked copy, or refuse with the ground that the law has for it.

    Raises:
        StepRefused: what is given has an unmet condition; what is refused has none, or no reason; a copy is left out without one.
    """
    assert taken.by is not None
    with transaction.atomic():
        held: OwnImageRequest = locked(row)
        if _previewed(held) and _differs(held, looked):
            raise StepRefused(
                _(
                    "核对画面以后，答复的点位和时段应当与登记的一致。需要更正的，请先选“暂不答复”，写明更正的理由后登记。"
                )
            )
        _enter(held, looked)
        cameras = list(looked.cameras)
        unmet = _judged(held, outcome, cameras, reason, taken.at)
        held.outcome, held.reason = outcome, reason.strip()[:300]
        held.answered_by, held.answered_at = taken.by, taken.at
        held.unmet = [
            {
                "clause": one.clause,
                "zh": one.reason_zh,
                "en": one.reason_en,
                "do_zh": one.remedy_zh,
                "do_en": one.remedy_en,
            }
            for one in unmet
        ]
        held.cameras.set(cameras)
        clauses = tuple(dict.fromkeys((*CLAUSES, *(one.clause for one in unmet), *(("PIPL50",) if reason else ()))))
        move(held, "answer", Taken(taken.by, taken.at, held.reason), clauses, unmet)
        end_all(held.sessions.all(), taken.by, taken.at, ANSWERED, "PIPL45")
        if outcome != OwnOutcome.REFUSED:
            _hold(held, taken)
        held.refresh_from_db()
    return held


def close(row: OwnImageRequest, handed: str, taken: Taken) -> OwnImageRequest:
    """It was looked at, handed over, or told: the picture stops.

    Raises:
        StepRefused: how the copy was handed over is not entered.
    """
    with transaction.atomic():
        held: OwnImageRequest = locked(row)
        if held.outcome == OwnOutcome.COPY:
            if not says_something(handed):
                raise StepRefused(_("还不能办结。"), (facts.NOT_HANDED,))
            held.handed = handed.strip()[:120]
        held.closed_at = taken.at
        move(held, "close", Taken(taken.by, taken.at, held.handed), CLAUSES)
        end_all(held.sessions.all(), taken.by, taken.at, CLOSED, "PIPL45")
        held.refresh_from_db()
    return held


def withdraw(row: OwnImageRequest, taken: Taken) -> OwnImageRequest:
    """Whoever asked takes it back before it was answered."""
    with transaction.atomic():
        held: OwnImageRequest = locked(row)
        held.closed_at = taken.at
        move(held, "withdraw", taken, CLAUSES)
        end_all(held.sessions.all(), taken.by, taken.at, CLOSED, "PIPL45")
        held.refresh_from_db()
    return held


def corrections_left(row: OwnImageRequest) -> int | None:
    """How often cameras and span may still be corrected; None while nobody has checked the picture."""
    return max(0, MOST_CORRECTIONS - row.steps.filter(event=CORRECT).count()) if _previewed(row) else None


def _correcting(row: OwnImageRequest, looked: Looked, taken: Taken) -> str:
    left = corrections_left(row)
    if left is None or not _differs(row, looked):
        return "look_up"
    if not left:
        raise StepRefused(
            _(
                "核对画面以后，点位和时段最多更正 %(most)d 次（本系统的限值）。请按现有范围答复；仍找不到的，请申请人补充地点、时间后再次申请。"
            )
            % {"most": MOST_CORRECTIONS}
        )
    if not says_something(taken.words):
        raise StepRefused(_("核对画面以后更正点位、时段的，请写明理由，例如申请人补充了经过的地点。"))
    return CORRECT


def _previewed(row: OwnImageRequest) -> bool:
    return row.sessions.filter(kind=SessionKind.PREVIEW).exists()


def _differs(row: OwnImageRequest, looked: Looked) -> bool:
    """Whether other cameras or another span are entered; to the second, as the form says it."""
    chosen = {camera.pk for camera in looked.cameras}
    ends = [(row.span_from, looked.begin), (row.span_to, looked.end)]
    return chosen != set(row.cameras.values_list("pk", flat=True)) or any(_second(a) != _second(b) for a, b in ends)


def _second(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC).replace(microsecond=0)


def _enter(row: OwnImageRequest, looked: Looked) -> None:
    if len(looked.cameras) > MOST_CAMERAS:
        raise StepRefused(_("一件最多选 %(most)d 个点位。") % {"most": MOST_CAMERAS})
    row.span_from, row.span_to = looked.begin, looked.end
    for name in _LOOKED:
        setattr(row, name, getattr(looked, name))


def _hold(row: OwnImageRequest, taken: Taken) -> None:
    try:
        hold_what_runs_out(row, taken)
    except HoldRefused as refusal:
        raise StepRefused(str(refusal)) from refusal


def _judged(
    row: OwnImageRequest, outcome: OwnOutcome, cameras: list[Camera], reason: str, at: datetime
) -> tuple[Unmet, ...]:
    """What the answer rests on besides the right itself: the grounds of a refusal, and why there is no copy."""
    says_why = says_something(reason)
    if outcome == OwnOutcome.REFUSED:
        found = facts.to_refuse(row, cameras, at)
        if not found:
            raise StepRefused(_("不能答复不予提供。"), (facts.NOTHING_UNMET,))
        if not says_why:
            raise StepRefused(_("不能答复不予提供。"), (facts.NO_REASON,))
        return found
    found = facts.to_give(row, cameras, at, copy=outcome == OwnOutcome.COPY)
    if found:
        raise StepRefused(_("还不能答复提供。"), found)
    if row.wish == OwnWish.COPY and outcome == OwnOutcome.LOOK:
        if not says_why:
            raise StepRefused(_("申请复制，只答复查阅的，应当说明理由。"), (facts.NO_REASON,))
        return facts.to_give(row, cameras, at, copy=True)
    return ()
