"""The story's holds: one in force, one that a worker has not heard of, one whose release waits for the second person, one to be
reviewed; and a camera whose footage fell short last week (S33.2a, S32). Deletions the demo makes itself."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.access.holds import stepping
from custodes.access.holds.placing import Basis, hold
from custodes.access.holds.stepping import Said
from custodes.access.models import Hold, HoldBasis, HoldDelivery
from custodes.people.models import Person
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Camera, Node
from custodes.upkeep.models import KeptDay
from custodes.web.seed.acting import DAY, person
from custodes.web.seed.people import letter

HOUR = datetime.timedelta(hours=1)
GONE_WORKER = 9
"""A worker that the node had before it was given fewer: what it recorded lies in its index, and nobody answers for it."""
SHORT = "停车场西侧（设备断电）"


def plant_holds(node: Node, now: datetime.datetime) -> None:
    """Place them as their people would have."""
    inspector, planner = person("jiancha"), person("guihua")
    _hold(
        "广场财物被盗（训练）", ["大昭寺广场东口"], inspector, now, now + 2 * HOUR, number="训公（刑）保字〔2026〕7号"
    )
    lost = _hold(
        "人行天桥纠纷（训练）", ["北京中路人行天桥"], planner, now - 20 * DAY, now - 20 * DAY + HOUR, at=now - HOUR
    )
    HoldDelivery.objects.create(
        hold=lost, node=node, worker=GONE_WORKER, cameras=[str(lost.cameras.get().pk)], tried_at=now,
        trouble="no answer",
    )  # fmt: skip
    ending = _hold("步道摔伤（训练）", ["河滨公园步道"], planner, now - 9 * DAY, now - 9 * DAY + HOUR, at=now - 8 * DAY)
    stepping.ask_release(
        ending, Said(planner, now - 3 * HOUR, "当事人已达成调解，不再需要", "训公（治）解字〔2026〕2号")
    )
    _hold(
        *("桥头车辆剐蹭（训练）", ["柳梧大桥南端"], planner, now - 61 * DAY, now - 61 * DAY + HOUR),
        at=now - 60 * DAY,
        review_on=timezone.localdate(now),
    )
    _fall_short(now)


def _hold(
    name: str,
    cameras: list[str],
    by: Person,
    begins: datetime.datetime,
    ends: datetime.datetime,
    *,
    at: datetime.datetime | None = None,
    number: str = "训公（治）保字〔2026〕5号",
    review_on: datetime.date | None = None,
) -> Hold:
    at = at or begins
    paper = keep_paper(letter(), by=by, at=at, about="access.hold")
    why = Basis(
        HoldBasis.CASE, name, "作为证据保全，到期不删除", number, by.unit.name, review_on=review_on, papers=(paper,)
    )
    return hold(list(Camera.objects.filter(name__in=cameras)), (begins, ends), why, by, at)


def _fall_short(now: datetime.datetime) -> None:
    """A disk failed, and with it went what should have been there: six days ago four days were short, yesterday still one."""
    camera, today = Camera.objects.get(name=SHORT), timezone.localdate(now)
    rows = []
    for back in range(1, 7):
        asked = now - (30 + back) * DAY
        short = max(1, back - 2)
        rows.append(
            KeptDay(
                camera=camera, day=today - back * DAY, days=30, asked=asked, oldest=asked + short * DAY,
                begins=asked + short * DAY, short_days=short, missing={"disk": short * 86_400_000_000}, at=now - back * DAY,
            )
        )  # fmt: skip
    KeptDay.objects.bulk_create(rows)
