"""Requests for one's own image at the demo's school (PIPL 45): one for a copy that its caretaker and its approver can bring to its end, one
that is late, one refused with its reason, one given.

Individuals who ask for somebody's recording for themselves (N21) are here too: a stolen bicycle that waits for the caretaker, one refused.
What was found of the last two rests on a look, which is recorded as soon as the notary is there (`answer_own_images`).
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from custodes.access import grants
from custodes.access.ask import Ask, Granted
from custodes.access.decision import decide
from custodes.access.individual.case import INDIVIDUAL
from custodes.access.models import (
    AsksAsPerson,
    DocumentKind,
    Grant,
    OwnClaimant,
    OwnException,
    OwnFound,
    OwnImageRequest,
    OwnImageState,
    OwnOutcome,
    OwnWish,
    Protects,
    SessionKind,
)
from custodes.access.ownimage.case import OWN_IMAGE
from custodes.access.ownimage.checked import Looked
from custodes.access.supervised import sessions
from custodes.access.supervised.sessions import OWN_END, AtTheScreen, begin, end
from custodes.cases.step import StepInput
from custodes.cases.taking import begin as begin_case
from custodes.cases.taking import take
from custodes.demo.people import DAY, HOUR, MINUTE, person, step
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.lawful import terms
from custodes.places.models import Camera
from custodes.upkeep.models import CameraStatus, SourceState


def plant_individual(now: datetime.datetime) -> None:
    """Both, each at its own time."""
    by = person(CARETAKER)
    bicycle = {
        "claim": AsksAsPerson.SELF,
        "name": "多布杰",
        "document": DocumentKind.ID_CARD,
        "document_number": "训练 0031",
        "phone": "0891-6320031",
        "interest": Protects.PROPERTY,
        "purpose": "停在校门外的自行车被盗",
        "content": "推走蓝色自行车的人",
    }
    begin_case(INDIVIDUAL, "ask", by.unit, step(by, now - HOUR, **bicycle), terms())
    staff = {
        "claim": AsksAsPerson.OTHER,
        "name": "陈建军",
        "document": DocumentKind.ID_CARD,
        "document_number": "训练 0032",
        "interest": Protects.OTHER,
        "purpose": "核对员工上班时间",
        "content": "某员工每天到达校门的时间",
    }
    refused = begin_case(INDIVIDUAL, "ask", by.unit, step(by, now - 2 * DAY, **staff), terms())
    words = "申请人不是本人、近亲属或者负有照看责任的人，也不是为保护生命健康或者财产安全"
    answer = step(by, now - 2 * DAY + HOUR, answer="refuse", refusal=words)
    take(INDIVIDUAL, refused, "decide", answer, terms())


CARETAKER = "guanli"
GATE = "小学校门"
COPIED, LATE, REFUSED, GIVEN = (f"训练 004{number}" for number in (1, 2, 3, 4))
SPAN = 2 * MINUTE
"""What the request for a copy asks for: the first minutes that the camera recorded."""

_SELF: dict[str, Any] = {"claim": OwnClaimant.SELF, "document": DocumentKind.ID_CARD}


def plant_own_images(now: datetime.datetime) -> None:
    """All four, each asked at its own time."""
    by = person(CARETAKER)

    def ask(at: datetime.datetime, **told: Any) -> None:
        begin_case(OWN_IMAGE, "ask", by.unit, _step(at, **(_SELF | told)), terms())

    ask(
        now,
        name="央宗",
        document_number=COPIED,
        phone="0891-6320041",
        wish=OwnWish.COPY,
        place="演示启动后的头两分钟，校门口",
        content="从校门前走过的行人（训练：任选画面中的一人）",
    )
    # Twenty-five days are more than the working days that the answer may take, holidays included.
    ask(
        now - 25 * DAY,
        name="巴桑",
        document_number=LATE,
        claim=OwnClaimant.GUARDIAN,
        subject="格桑梅朵",
        standing="户口簿",
        place="上月的一个下午放学时，校门口",
        content="背红色书包的女孩，自己走出校门",
    )
    ask(
        now - 3 * DAY,
        name="李强",
        document_number=REFUSED,
        place="三天前中午，校门口",
        content="穿黑色上衣，在校门口等人",
    )
    ask(
        now - 2 * DAY,
        name="卓玛",
        document_number=GIVEN,
        place="前天上午十点左右，校门口",
        content="穿藏装，手提保温桶",
    )


def answer_own_images(now: datetime.datetime) -> bool:
    """Two of them are looked at and answered, each once, as soon as the notary is there; the one for a copy is given its camera and span
    as soon as that camera has recorded it.

    Returns:
        Whether nothing is left to do.
    """
    try:
        _answer(
            REFUSED,
            30 * MINUTE,
            OwnFound.NO,
            OwnOutcome.REFUSED,
            "按所述时间逐段核对校门口录像，没有找到申请人；可以补充时间后再申请",
        )
        _answer(GIVEN, 20 * MINUTE, OwnFound.YES, OwnOutcome.LOOK, "")
    except (grants.NotaryDown, NotaryUnavailable, NotaryRefused):
        return False
    return _choose(now)


def _answer(document: str, length: datetime.timedelta, found: OwnFound, outcome: OwnOutcome, reason: str) -> None:
    """Looked at an hour after it was asked, and answered a day after."""
    row = OwnImageRequest.objects.filter(document_number=document, state=OwnImageState.ASKED).first()
    if row is None:
        return
    by, gate = person(CARETAKER), Camera.objects.select_related("node", "system__site").get(name=GATE)
    until, at = row.asked_at - HOUR, row.asked_at + HOUR
    scope = Looked((gate,), until - length, until)
    told = Looked((gate,), until - length, until, found, OwnException.NONE)
    with transaction.atomic():
        row = take(OWN_IMAGE, row, "look_up", _step(at, looked=scope), terms())
        session = begin(row, by, AtTheScreen(SessionKind.PREVIEW), at)
        ask = Ask((gate,), False, row.span, "", "", at, session)
        granted = decide(by, ask, at)
        assert isinstance(granted, Granted)
        grant = grants.store(by, ask, granted, still=False)
        grants.record_and_sign(grant, ask.cameras)
        sessions.tell(session, gate, at)
        Grant.objects.filter(pk=grant.pk).update(ended_at=at + 10 * MINUTE)
        end(session, by, at + 10 * MINUTE, str(OWN_END))
        answer = _step(row.asked_at + DAY, reason, looked=told, outcome=outcome)
        take(OWN_IMAGE, row, "answer", answer, terms())


def _choose(now: datetime.datetime) -> bool:
    row = OwnImageRequest.objects.filter(document_number=COPIED, state=OwnImageState.ASKED, span_from=None).first()
    if row is None:
        return True
    state = CameraStatus.objects.filter(camera__name=GATE, state=SourceState.RECORDING).first()
    if state is None or state.since > now - SPAN:
        return False
    since = state.since.replace(microsecond=0) + datetime.timedelta(seconds=1)
    scope = Looked((Camera.objects.get(name=GATE),), since, since + SPAN - datetime.timedelta(seconds=1))
    take(OWN_IMAGE, row, "look_up", _step(now, looked=scope), terms())
    return True


def _step(at: datetime.datetime, words: str = "", **data: Any) -> StepInput:
    return StepInput(person(CARETAKER), at, timezone.localdate(at), words, data=data)
