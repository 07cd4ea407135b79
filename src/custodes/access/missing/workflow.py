"""A case from its opening to its archive; each step under the case's lock with its guard and record (Q10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.missing.facts import NOBODY_TOLD, to_admit, to_narrow, untold
from custodes.access.models import MissingCase, MissingPaper, MissingState, SessionKind, SupervisedSession
from custodes.access.models.missing import LOOKING, RUNNING
from custodes.access.numbering import next_number
from custodes.access.supervised.ending import end, end_all
from custodes.access.supervised.pictured import left_of
from custodes.access.supervised.rooms import locked
from custodes.access.supervised.stepping import Taken, keep, move
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.models import Paper, Unit
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera

MOST_CAMERAS = 16
"""Of one case at a time: S29 opens what is relevant (相关), not an evening of the whole city."""
CLAUSES = ("S29",)
OURS = ("S29", "S33.1")
FOUND = gettext_noop("画面中发现走失人员，先通知处警民警，查看停止")
CLOSED = gettext_noop("该件已经结束")
POLICE_ALONE = gettext_noop("由民警单独查看")
LOOKED_FIRST = gettext_noop("先行查看完毕")
FOUND_AND_TOLD = gettext_noop("已发现并通知处警民警")
NARROWED = gettext_noop("查看范围重新选定")

#: What is stated of people and report, and may be completed while the case goes on.
STATED = (
    *("report_number", "lost_as", "lost_name", "age", "looks", "last_seen"),
    *("applicant", "relation", "guardian_unit", "document", "document_number", "phone"),
    *("proof", "proof_words", "protected", "protected_words"),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which recordings: cameras, and a span whose end itself is not in it."""

    cameras: tuple[Camera, ...]
    begin: datetime
    end: datetime


def open_case(row: MissingCase, unit: Unit, taken: Taken) -> MissingCase:
    """Open it with what is known, and admit it at once where nothing is missing: minutes matter."""
    assert taken.by is not None
    with transaction.atomic():
        held = Unit.objects.select_for_update().get(pk=unit.pk)
        row.unit, row.opened_by, row.opened_at = held, taken.by, taken.at
        row.number = next_number(MissingCase.objects.filter(unit=held), "走失", taken.at)
        row.save()
        keep(row, "open", "", taken, CLAUSES)
        if not to_admit(row, taken.at):
            move(row, "admit", taken, OURS)
    return row


def complete(row: MissingCase, stated: dict[str, Any], seen: int, taken: Taken) -> MissingCase:
    """Enter what came later: a proof, a report number, the answer about protection. Admits where nothing is missing any more.

    An answer that closes the picture to whoever looks (an order, another viewer) ends a running session.

    Args:
        seen: the revision that the form was drawn with (R8).
    """
    with transaction.atomic():
        case: MissingCase = locked(row)
        if case.revision != seen:
            raise StepRefused(_("您打开本页后，他人办理了同一件。请核对后再次保存。"))
        if case.state not in RUNNING:
            raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": case.get_state_display()})
        for name in STATED:
            if name in stated:
                setattr(case, name, stated[name])
        keep(case, "complete", str(case.state), taken, OURS)
        unmet = to_admit(case, taken.at)
        if case.state == MissingState.OPENED and not unmet:
            move(case, "admit", taken, OURS)
        if case.protected == "yes":
            _end_of(case, taken, POLICE_ALONE, kinds=(SessionKind.WITH_VIEWER,))
        elif unmet and case.state in LOOKING:
            _end_of(case, taken, unmet[0].reason_zh, unmet[0].clause)
    return case


def narrow(row: MissingCase, chosen: Chosen, taken: Taken) -> MissingCase:
    """Choose places and times. What an officer looked at first was another scope: it has to be looked at anew.

    Raises:
        StepRefused: with what the ground says of these places and times.
    """
    if len(chosen.cameras) > MOST_CAMERAS:
        raise StepRefused(_("一次最多选 %(most)d 个点位。请按最后出现的地点缩小范围。") % {"most": MOST_CAMERAS})
    with transaction.atomic():
        case: MissingCase = locked(row)
        case.span_from, case.span_to = chosen.begin, chosen.end
        unmet = (*to_narrow(case, [camera.pk for camera in chosen.cameras], taken.at), *untold(case))
        if unmet:
            raise StepRefused(_("范围还不能选定。"), unmet)
        case.previewed_at = None
        case.cameras.set(chosen.cameras)
        move(case, "narrow", taken, CLAUSES)
        _end_of(case, taken, NARROWED)
    return case


def previewed(session: SupervisedSession, taken: Taken) -> None:
    """The officer ends a first look: it counts where a picture of each chosen camera was shown, and says so (S33.1).

    That somebody watched a whole span no program knows; that each camera was opened and had a picture on the screen it does.

    Raises:
        StepRefused: some had none, each by name; or the scope was chosen anew meanwhile.
    """
    with transaction.atomic():
        case: MissingCase = locked(session.missing)
        session.refresh_from_db()
        if session.first_picture_at is None:
            raise StepRefused(_("还没有显示过画面，不能登记为已先行查看。"), (NOT_SEEN,))
        if left := left_of(session):
            names = _("、").join(camera.name for camera in left)
            raise StepRefused(_("以下点位还没有显示过画面：%(names)s。") % {"names": names}, (NOT_SEEN,))
        end(session, taken.by, taken.at, LOOKED_FIRST)
        case.refresh_from_db()
        if not _same(session, case):
            raise StepRefused(_("查看范围已经重新选定，请再次先行查看。"))
        case.previewed_at = taken.at
        keep(case, "preview", str(case.state), taken, ("S33.1",))


def find(session: SupervisedSession, camera: Camera | None, moment: datetime | None, taken: Taken) -> MissingCase:
    """Somebody at the screen has seen who is lost. The picture stops at once: police that search are told first."""
    with transaction.atomic():
        case: MissingCase = locked(session.missing)
        if case.state not in LOOKING:
            raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": case.get_state_display()})
        case.found_at, case.found_camera, case.found_picture_at = taken.at, camera, moment
        keep(case, "find", str(case.state), taken, OURS)
        # Also a session that runs on another screen, where the button was pressed on a page of one that is over.
        _end_of(case, taken, FOUND)
    return case


def not_found(row: MissingCase, taken: Taken) -> MissingCase:
    """Take a find back that was none: the wrong person, a mistaken press. Why is on record, and the case goes on.

    Raises:
        StepRefused: nothing is entered, police were told already, or no reason is stated.
    """
    with transaction.atomic():
        case: MissingCase = locked(row)
        if not untold(case) or case.state not in LOOKING:
            raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": case.get_state_display()}, (NOTHING_FOUND,))
        if not says_something(taken.words):
            raise StepRefused(_("未写明原因。"), (NO_WORDS,))
        case.found_at = case.found_camera = case.found_picture_at = None
        keep(case, "not_found", str(case.state), taken, OURS)
    return case


def close_found(row: MissingCase, told: str, told_at: datetime, taken: Taken) -> MissingCase:
    """The police that search were told: whom, when. That closes the case."""
    with transaction.atomic():
        case: MissingCase = locked(row)
        unmet = []
        if case.found_at is None:
            unmet.append(NOTHING_FOUND)
        if not says_something(told):
            unmet.append(NOBODY_TOLD)
        if told_at > taken.at or told_at < case.opened_at:
            raise StepRefused(_("通知时间应当在受理之后、现在之前。"))
        if unmet:
            raise StepRefused(_("还不能办结。"), unmet)
        case.police_told, case.police_told_at = told.strip()[:60], told_at
        case.closed_at, case.closed_why = taken.at, FOUND_AND_TOLD
        move(case, "found", taken, OURS)
        _end_of(case, taken, CLOSED)
    return case


def stop(row: MissingCase, taken: Taken) -> MissingCase:
    """End without a find: the person came home, nothing was found, who asked went away."""
    with transaction.atomic():
        case: MissingCase = locked(row)
        if untold(case):
            raise StepRefused(_("已登记发现，请先通知处警民警。"), untold(case))
        if not says_something(taken.words):
            raise StepRefused(_("未写明原因。"), (NO_WORDS,))
        case.closed_at, case.closed_why = taken.at, taken.words[:300]
        move(case, "stop", taken, OURS)
        _end_of(case, taken, CLOSED)
    return case


def is_own(row: MissingCase, person: Any) -> bool:
    """Whether this person had a part in the case, by whatever step of it: they don't review it."""
    return bool(row.opened_by_id == person.pk or row.steps.filter(by=person).exists())


def unmet_review(row: MissingCase, person: Any, words: str) -> tuple[Unmet, ...]:
    """What keeps this person from reviewing the case."""
    found = [OWN_CASE] if is_own(row, person) else []
    if not says_something(words):
        found.append(NO_WORDS)
    return tuple(found)


def review(row: MissingCase, taken: Taken) -> MissingCase:
    """Another person has gone over what was looked at and by whom."""
    with transaction.atomic():
        case: MissingCase = locked(row)
        unmet = unmet_review(case, taken.by, taken.words)
        if unmet:
            raise StepRefused(_("不能复核。"), unmet)
        case.reviewed_by, case.reviewed_at = taken.by, taken.at
        move(case, "review", taken, ("S33.1",))
    return case


def add_paper(row: MissingCase, kind: str, paper: Paper, taken: Taken) -> None:
    """Put a paper to the case, which is not archived."""
    assert taken.by is not None
    with transaction.atomic():
        case: MissingCase = locked(row)
        if case.state == MissingState.ARCHIVED:
            raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": case.get_state_display()})
        MissingPaper.objects.create(missing=case, kind=kind, paper=paper, by=taken.by, at=taken.at)
        papered = Taken(taken.by, taken.at, str(MissingPaper.Kind(kind).label), (paper,))
        keep(case, "paper", str(case.state), papered, ("S29",))


def _end_of(
    case: MissingCase, taken: Taken, why: str, clause: str = "S29", kinds: Iterable[str] = tuple(SessionKind)
) -> None:
    end_all(case.sessions.filter(kind__in=list(kinds)), taken.by, taken.at, why, clause)
    case.refresh_from_db()


def _same(session: SupervisedSession, case: MissingCase) -> bool:
    cameras = set(case.cameras.values_list("pk", flat=True))
    return (session.span_from, session.span_to) == case.span and set(
        session.cameras.values_list("pk", flat=True)
    ) == cameras


NOT_SEEN = Unmet(
    "S33.1",
    "先行查看没有显示过每个选定点位的画面",
    "the first look has not shown a picture of each chosen camera",
    "请逐个打开点位，看过该时段后再登记；没有录像的点位，重新选定范围时去掉",
    "open each camera and look at the span; leave out one without recordings by choosing anew",
)
NOTHING_FOUND = Unmet(
    "S29", "没有登记发现", "no find is entered", "没有发现的，请登记停止及原因", "without one, stop it and say why"
)
NO_WORDS = Unmet("S33.1", "未写明原因或者复核情况", "no reason is stated", "请写明后再办理", "state it")
OWN_CASE = Unmet(
    "S33.1",
    "办理过本件的人员不能复核本件",
    "who took any step of it does not review it",
    "请由另一名人员复核",
    "another has to",
)
