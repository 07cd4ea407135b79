"""Requests for one's own image at the demo's school (PIPL 45): one that waits, one that is late, one refused with its reason, one given."""

from __future__ import annotations

import datetime
from typing import Any

from custodes.access.models import (
    DocumentKind,
    OwnClaimant,
    OwnException,
    OwnFound,
    OwnImageRequest,
    OwnOutcome,
    OwnWish,
)
from custodes.access.ownimage import workflow
from custodes.access.ownimage.workflow import Looked
from custodes.access.supervised.stepping import Taken
from custodes.places.models import Camera
from custodes.web.seed.acting import DAY, person

CARETAKER = "guanli"
GATE = "小学校门"
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)

_SELF: dict[str, Any] = {"claim": OwnClaimant.SELF, "document": DocumentKind.ID_CARD}


def plant_own_images(now: datetime.datetime) -> None:
    """All four, each at its own time."""
    by = person(CARETAKER)
    gate = Camera.objects.get(name=GATE)

    def ask(at: datetime.datetime, **told: Any) -> OwnImageRequest:
        return workflow.ask(OwnImageRequest(**(_SELF | told)), by.unit, Taken(by, at))

    ask(
        now - HOUR,
        name="央宗",
        document_number="训练 0041",
        phone="0891-6320041",
        wish=OwnWish.COPY,
        place="今天早上八点前后，校门口",
        content="穿灰色外套，骑电动自行车送孩子，在校门口滑倒",
    )
    # Twenty-five days are more than the working days that the answer may take, holidays included.
    ask(
        now - 25 * DAY,
        name="巴桑",
        document_number="训练 0042",
        claim=OwnClaimant.GUARDIAN,
        subject="格桑梅朵",
        standing="户口簿",
        place="上月的一个下午放学时，校门口",
        content="背红色书包的女孩，自己走出校门",
    )
    refused = ask(
        now - 3 * DAY,
        name="李强",
        document_number="训练 0043",
        place="三天前中午，校门口",
        content="穿黑色上衣，在校门口等人",
    )
    noon = now - 3 * DAY - HOUR
    workflow.answer(
        refused,
        OwnOutcome.REFUSED,
        Looked((gate,), noon - 30 * MINUTE, noon, OwnFound.NO, OwnException.NONE),
        "按所述时间逐段核对校门口录像，没有找到申请人；可以补充时间后再申请",
        Taken(by, now - 2 * DAY),
    )
    given = ask(
        now - 2 * DAY,
        name="卓玛",
        document_number="训练 0044",
        place="前天上午十点左右，校门口",
        content="穿藏装，手提保温桶",
    )
    morning = now - 2 * DAY - HOUR
    workflow.answer(
        given,
        OwnOutcome.LOOK,
        Looked((gate,), morning - 20 * MINUTE, morning, OwnFound.YES, OwnException.NONE),
        "",
        Taken(by, now - DAY),
    )
