"""Individuals at the demo's school (N21): a stolen bicycle that waits for the caretaker, one that was refused and says why."""

from __future__ import annotations

import datetime

from custodes.access.individual import workflow
from custodes.access.models import AsksAsPerson, DocumentKind, IndividualRequest, Protects
from custodes.access.supervised.stepping import Taken
from custodes.web.seed.acting import DAY, person

CARETAKER = "guanli"
HOUR = datetime.timedelta(hours=1)


def plant_individual(now: datetime.datetime) -> None:
    """Both, each at its own time."""
    by = person(CARETAKER)
    workflow.ask(
        IndividualRequest(
            claim=AsksAsPerson.SELF,
            name="多布杰",
            document=DocumentKind.ID_CARD,
            document_number="训练 0031",
            phone="0891-6320031",
            interest=Protects.PROPERTY,
            purpose="停在校门外的自行车被盗",
            content="推走蓝色自行车的人",
        ),
        by.unit,
        Taken(by, now - HOUR),
    )
    refused = workflow.ask(
        IndividualRequest(
            claim=AsksAsPerson.OTHER,
            name="陈建军",
            document=DocumentKind.ID_CARD,
            document_number="训练 0032",
            interest=Protects.OTHER,
            purpose="核对员工上班时间",
            content="某员工每天到达校门的时间",
        ),
        by.unit,
        Taken(by, now - 2 * DAY),
    )
    words = "申请人不是本人、近亲属或者负有照看责任的人，也不是为保护生命健康或者财产安全"
    workflow.decide(refused, workflow.Answer(False, refusal=words), Taken(by, now - 2 * DAY + HOUR))
