"""Missing persons of the demo: a family that waits for places and times, a find that waits for its review, a provisional proof that ran out (S29)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from custodes.access.missing.case import MISSING
from custodes.access.models import (
    Accepted,
    DocumentKind,
    Kin,
    LostAs,
    MissingCase,
    ProofKind,
    Protected,
    SessionKind,
    SupervisedSession,
)
from custodes.access.supervised.sessions import AtTheScreen, begin
from custodes.cases import clocks
from custodes.cases.step import StepInput
from custodes.cases.taking import begin as begin_case
from custodes.cases.taking import take
from custodes.demo.people import DAY, HOUR, MINUTE, person
from custodes.people.lawful import terms
from custodes.places.models import System

OFFICER = "zhiban"
SECOND = datetime.timedelta(seconds=1)

_CHILD: dict[str, Any] = {
    "report_number": "训练接警 20260417",
    "lost_as": LostAs.CHILD,
    "lost_name": "旦珠",
    "age": 6,
    "looks": "红色羽绒服，蓝色书包，约一米一五",
    "last_seen": "放学后，大昭寺广场东口",
    "applicant": "拉姆",
    "relation": Kin.PARENT,
    "document": DocumentKind.ID_CARD,
    "document_number": "训练 0011",
    "phone": "0891-6320021",
    "proof": ProofKind.SHOWN,
    "proof_words": "户口簿",
    "protected": Protected.NO,
    "protected_words": "向八廓派出所核实",
}
_ELDER: dict[str, Any] = {
    "report_number": "训练接警 20260402",
    "lost_as": LostAs.ELDERLY,
    "lost_name": "顿珠次仁",
    "age": 78,
    "looks": "灰色藏装，拄拐杖",
    "last_seen": "上午转经后，大昭寺广场",
    "applicant": "索朗措姆",
    "relation": Kin.CHILD,
    "document": DocumentKind.ID_CARD,
    "document_number": "训练 0012",
    "phone": "0891-6320022",
    "proof": ProofKind.SHOWN,
    "proof_words": "户口簿",
    "protected": Protected.NO,
    "protected_words": "向处警民警核实",
}
_WARD: dict[str, Any] = {
    "report_number": "训练接警 20260415",
    "lost_as": LostAs.INTELLECTUALLY_DISABLED,
    "lost_name": "平措",
    "age": 23,
    "looks": "黑色棉衣，胸前挂姓名卡",
    "last_seen": "早饭后，城关花园门口",
    "applicant": "仓决",
    "relation": Kin.GUARDIAN,
    "guardian_unit": "城关示范社会福利院（训练）",
    "document": DocumentKind.WORK,
    "document_number": "训练 0013",
    "phone": "0891-6320023",
    "proof": ProofKind.PROVISIONAL,
    "proof_words": "工作人员当面声明，介绍信随后送到",
    "protected": Protected.NO,
    "protected_words": "向处警民警核实",
}


def plant_missing(roads: System, now: datetime.datetime) -> None:
    """All three, each step at its own time.

    Args:
        roads: a system that the county's police watch.
    """
    cameras = tuple(roads.cameras.order_by("number")[:2])
    _open(_CHILD, now - 4 * MINUTE)
    _found(cameras, now - 3 * DAY)
    late = now - 3 * HOUR
    row = _open(_WARD, late)
    _narrow(row, cameras, late + 2 * MINUTE)
    clocks.sweep(now)


def _open(stated: dict[str, Any], at: datetime.datetime) -> MissingCase:
    row: MissingCase = begin_case(MISSING, "open", person(OFFICER).unit, _step(at, **stated), terms())
    return row


def _narrow(row: MissingCase, cameras: tuple[Any, ...], at: datetime.datetime) -> MissingCase:
    step = _step(at, cameras=cameras, span_from=at - 3 * HOUR, span_to=at - HOUR)
    done: MissingCase = take(MISSING, row, "narrow", step, terms())
    return done


def _found(cameras: tuple[Any, ...], opened: datetime.datetime) -> None:
    """Opened, looked at first, looked at with the daughter, seen, police told seven minutes after she came."""
    by, row = person(OFFICER), _open(_ELDER, opened)
    row = _narrow(row, cameras, opened + 70 * SECOND)
    first = begin(row, by, AtTheScreen(SessionKind.PREVIEW), opened + 90 * SECOND)
    _pictured(first, opened + 95 * SECOND)
    take(MISSING, row, "preview", _step(opened + 150 * SECOND, first), terms())
    viewer = AtTheScreen(
        SessionKind.WITH_VIEWER,
        row.applicant,
        DocumentKind.ID_CARD,
        row.document_number,
        read_aloud="bo",
        accepted=Accepted.THUMB,
    )
    session = begin(row, by, viewer, opened + 240 * SECOND)
    _pictured(session, opened + 245 * SECOND)
    seen = session.span_from + 25 * MINUTE
    step = _step(opened + 6 * MINUTE, session, camera=cameras[0], moment=seen)
    case = take(MISSING, row, "find", step, terms())
    told = opened + 7 * MINUTE
    step = _step(told, told="多吉，八廓派出所（训练）", told_at=told)
    take(MISSING, case, "found", step, terms())


def _pictured(session: SupervisedSession, at: datetime.datetime) -> None:
    """The story has no footage of three days ago: what a page would have told is entered here."""
    SupervisedSession.objects.filter(pk=session.pk).update(first_picture_at=at)
    session.pictured.set(session.cameras.all())
    field = "first_shown_at" if session.kind == SessionKind.WITH_VIEWER else "first_picture_at"
    MissingCase.objects.filter(pk=session.missing_id).update(**{field: at})  # type: ignore[misc]


def _step(at: datetime.datetime, session: SupervisedSession | None = None, **data: Any) -> StepInput:
    return StepInput(
        person(OFFICER), at, timezone.localdate(at), data=data, session=session.pk if session is not None else None
    )
