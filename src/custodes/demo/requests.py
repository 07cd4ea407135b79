"""The story's requests for footage: a draft, one to be checked, one whose second approval is overdue, one granted in a hurry that waits
for its review, one refused for want of a letter, a lawyer who was told the ways, one handed over; and, as soon as there is footage of what
it asks for, one that two officers may look at. And its holds: one in force, one that a worker has not heard of, one whose release waits."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from custodes.access.agency import approvals
from custodes.access.agency.asking import Named
from custodes.access.agency.case import AGENCY, state
from custodes.access.holds.case import HOLD
from custodes.access.holds.placing import PlacingBasis, hold
from custodes.access.models import AgencyRequest, Hold, HoldBasis, HoldDelivery, Intake
from custodes.cases import clocks, taking
from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.demo import story
from custodes.demo.people import DAY, HOUR, letter, person
from custodes.people.lawful import terms
from custodes.people.models import Person, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Camera, Node
from custodes.upkeep.models import CameraStatus, KeptDay, SourceState

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
    asked, document = now - 3 * HOUR, {"number": "训公（治）解字〔2026〕2号"}
    asking = StepInput(planner, asked, timezone.localdate(asked), "当事人已达成调解，不再需要", data=document)
    take(HOLD, ending, "ask_release", asking, terms())
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
    why = PlacingBasis(
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


LEAD, OTHER_LEAD, OFFICERS = "zhibanzhang", "jieban", ("banan", "banan2")
APPROVER, SECOND_APPROVER = "shenpi", "shenpi2"
LOOKED_AT, LOOK_LETTER = "河滨公园步道", "训市监介〔2026〕12 号"
#: Two officers look at so much of what the story has recorded.
LOOK_SPAN = datetime.timedelta(minutes=2)
Two = tuple[tuple[str, str], tuple[str, str]]

COURT: Two = (("王芳", "训法执 0017"), ("次旺", "训法执 0021"))
PROCURATORATE: Two = (("陈磊", "训检 0305"), ("德吉央宗", "训检 0312"))
POLICE: Two = (("旺久", "训警 010233"), ("刘波", "训警 010241"))
TRAFFIC: Two = (("普布", "训交执 0118"), ("张强", "训交执 0126"))


def plant_requests(units: dict[str, Unit], now: datetime.datetime) -> None:
    """Plant them, each step in the name of whoever would take it and at its own time."""
    holder, lead, approver = units["county"], person(LEAD), person(APPROVER)
    _handed_over(holder, lead, approver, now - 12 * DAY)
    _refused(holder, lead, now - 6 * DAY)
    _lawyer(holder, lead, now - 4 * DAY)
    _draft(holder, units["market"], now - 3 * HOUR)
    # From here on two approve, and there are two; what one of them granted in a hurry they could not review.
    approvals.choose(holder, 2, lead, now - 3 * DAY)
    _overdue(holder, lead, approver, now - 3 * DAY)
    _in_a_hurry(holder, lead, person(OTHER_LEAD), now - 5 * HOUR)
    _checking(holder, lead, now - HOUR)
    clocks.sweep(now)


def leave_request_to_look_at(now: datetime.datetime) -> bool:
    """The request that two officers may look at, once for an installation, as soon as its camera has recorded what it asks for.

    Returns:
        Whether it is there now.
    """
    if AgencyRequest.objects.filter(letter_number=LOOK_LETTER).exists():
        return True
    state = CameraStatus.objects.filter(camera__name=LOOKED_AT, state=SourceState.RECORDING).first()
    if state is None or state.since > now - LOOK_SPAN:
        return False
    units = {told.key: Unit.objects.get(name=told.name) for told in story.UNITS if told.key in ("county", "market")}
    with transaction.atomic():
        _to_look_at(units["county"], units["market"], state.since, now)
    return True


def step(
    row: AgencyRequest, name: str, by: Person, at: datetime.datetime, words: str = "", **said: Any
) -> AgencyRequest:
    """One step of a request."""
    given = StepInput(by, at, timezone.localdate(at), words, data=said)
    done: AgencyRequest = taking.take(AGENCY, row, name, given, terms())
    return done


def drafted(holder: Unit, intake: Intake, by: Person, at: datetime.datetime, unit: Unit | None = None) -> AgencyRequest:
    """A draft."""
    given = StepInput(by, at, timezone.localdate(at), data={"intake": intake, "unit": unit})
    row: AgencyRequest = taking.begin(AGENCY, "begin", holder, given, terms())
    return row


def _at_counter(
    holder: Unit, by: Person, at: datetime.datetime, unit: str, officers: Two, letter: str, camera: str, **said: Any
) -> AgencyRequest:
    row = drafted(holder, Intake.COUNTER, by, at)
    values = {
        "unit_name": unit, "letter_number": letter, "undertaken_on": timezone.localdate(at),
        "span_from": at - 5 * HOUR, "span_to": at - 4 * HOUR, **said,
    }  # fmt: skip
    named = [Named(name, card) for name, card in officers]
    cameras = Camera.objects.filter(name=camera)
    row = state(row, by, at, revision=row.revision, values=values, officers=named, cameras=cameras)
    return step(row, "submit", by, at)


def _handed_over(holder: Unit, lead: Person, approver: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "城关区人民检察院（训练）", PROCURATORATE, "训检介〔2026〕41 号", "北京中路人行天桥",
        basis="judicial", way="copy", security_organ=False, base_data=True, purpose="审查起诉案件补充证据（训练）",
        content="核实天桥点位的安装位置、朝向和使用日期", return_by=timezone.localdate(at) + 10 * DAY,
    )  # fmt: skip
    row = step(row, "register", lead, at, originals=True)
    row = step(row, "approve", approver, at + HOUR)
    step(row, "serve", lead, at + DAY, "移交基础信息光盘一张，编号训盘 07，两名工作人员签收")


def _refused(holder: Unit, lead: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "城关区人民法院（训练）", COURT, "", "大昭寺广场东口",
        basis="judicial", purpose="民事案件取证（训练）", content="核实广场东口碰撞的经过",
    )  # fmt: skip
    step(row, "refuse", lead, at, "缺少：未出示单位介绍信函（第二十八条第一款第二项）")


def _lawyer(holder: Unit, lead: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "高原示范律师事务所（训练）", (("马律师", "训律 0088"), ("实习律师丁", "")), "", "药王山路口",
        requester="lawyer", purpose="代理交通事故案件（训练）", content="查看路口录像",
    )  # fmt: skip
    step(row, "refuse", lead, at, "不属于第二十七条的申请人，已告知可行途径")


def _to_look_at(holder: Unit, market: Unit, begin: datetime.datetime, at: datetime.datetime) -> None:
    lead, (first, second) = person(LEAD), (person(name) for name in OFFICERS)
    row = drafted(holder, Intake.ONLINE, first, at, unit=market)
    values = {
        "basis": "enforcement", "purpose": "查处占道经营（训练）", "content": "核实步道入口摊位的摆放时间", "penalty": True,
        "wanted": "河滨公园步道入口，刚才两分钟", "letter_number": LOOK_LETTER,
        "undertaken_on": timezone.localdate(at), "span_from": begin, "span_to": begin + LOOK_SPAN,
    }  # fmt: skip
    named = [Named(first.name, "训市监 0231", first), Named(second.name, "", second)]
    row = state(row, first, at, revision=row.revision, values=values, officers=named)
    row = step(row, "submit", first, at)
    row = state(row, lead, at, revision=row.revision, cameras=Camera.objects.filter(name=LOOKED_AT))
    row = step(row, "confirm", second, at, card="训市监 0244")
    row = step(row, "register", lead, at)
    for one in (APPROVER, SECOND_APPROVER):
        row = step(row, "approve", person(one), at)


def _draft(holder: Unit, market: Unit, at: datetime.datetime) -> None:
    first = person(OFFICERS[0])
    row = drafted(holder, Intake.ONLINE, first, at, unit=market)
    values = {"basis": "enforcement", "purpose": "核查无照经营线索（训练）"}
    state(row, first, at, revision=row.revision, values=values)


def _overdue(holder: Unit, lead: Person, approver: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "拉萨市交通运输局（训练）", TRAFFIC, "训交介〔2026〕9 号", "柳梧大桥南端",
        basis="enforcement", penalty=True, purpose="查处超限运输（训练）", content="核实车辆上桥的时间",
    )  # fmt: skip
    row = step(row, "register", lead, at, originals=True)
    step(row, "approve", approver, at + 2 * HOUR)


def _in_a_hurry(holder: Unit, lead: Person, other: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "城关区公安局刑侦大队（训练）", POLICE, "训公介〔2026〕77 号", "药王山路口",
        basis="emergency", way="copy", security_organ=True, approval_number="训公批〔2026〕19 号",
        purpose="处置正在发生的抢夺案件（训练）", content="确认嫌疑人离开的方向",
    )  # fmt: skip
    row = step(row, "register", lead, at, originals=True)
    # Whoever registered it does not grant it in a hurry.
    step(row, "grant_urgent", other, at, "嫌疑人正在逃离，来不及等待审批")


def _checking(holder: Unit, lead: Person, at: datetime.datetime) -> None:
    _at_counter(
        holder, lead, at, "城关区监察委员会（训练）", (("丹增", "训监 0051"), ("李娜", "训监 0058")), "训监介〔2026〕3 号",
        "大昭寺广场东口", basis="named_law", law="《中华人民共和国监察法》第二十五条", purpose="核实问题线索（训练）",
        content="核实当天上午的到访情况",
    )  # fmt: skip
