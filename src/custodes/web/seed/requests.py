"""The story's requests for footage: a draft, one to be checked, one whose second approval is overdue, one granted in a hurry that waits
for its review, one refused for want of a letter, a lawyer who was told the ways, one handed over, and one that two officers may look at."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from custodes.access.agency import approvals, asking, deciding, timing
from custodes.access.agency.stepping import Taken
from custodes.access.models import AgencyRequest, Intake
from custodes.people.models import Person, Unit
from custodes.places.models import Camera
from custodes.web.seed.acting import DAY, person

HOUR = datetime.timedelta(hours=1)
LEAD, APPROVER, OFFICERS = "zhibanzhang", "shenpi", ("banan", "banan2")
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
    _to_look_at(holder, lead, approver, units["market"], now - DAY)
    _draft(holder, units["market"], now - 3 * HOUR)
    # From here on two approve, of whom there is one: the second is put to the unit above.
    approvals.choose(holder, 2, lead, now - 3 * DAY)
    _overdue(holder, lead, approver, now - 3 * DAY)
    _in_a_hurry(holder, lead, approver, now - 5 * HOUR)
    _checking(holder, lead, now - HOUR)
    timing.sweep(now)


def _at_counter(
    holder: Unit, by: Person, at: datetime.datetime, unit: str, officers: Two, letter: str, camera: str, **said: Any
) -> AgencyRequest:
    row = asking.begin(holder, Intake.COUNTER, by, at)
    values = {
        "unit_name": unit, "letter_number": letter, "undertaken_on": timezone.localdate(at),
        "span_from": at - 5 * HOUR, "span_to": at - 4 * HOUR, **said,
    }  # fmt: skip
    named = [asking.Named(name, card) for name, card in officers]
    cameras = Camera.objects.filter(name=camera)
    row = asking.state(row, values, by, at, revision=row.revision, officers=named, cameras=cameras)
    return asking.submit(row, by, at)


def _handed_over(holder: Unit, lead: Person, approver: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "城关区人民检察院（训练）", PROCURATORATE, "训检介〔2026〕41 号", "北京中路人行天桥",
        basis="judicial", way="copy", security_organ=False, base_data=True, purpose="审查起诉案件补充证据（训练）",
        content="核实天桥点位的安装位置、朝向和使用日期", return_by=timezone.localdate(at) + 10 * DAY,
    )  # fmt: skip
    row = deciding.register(row, Taken(lead, at), originals=True)
    row = deciding.approve(row, Taken(approver, at + HOUR))
    deciding.serve(row, Taken(lead, at + DAY, "移交基础信息光盘一张，编号训盘 07，两名工作人员签收"))


def _refused(holder: Unit, lead: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "城关区人民法院（训练）", COURT, "", "大昭寺广场东口",
        basis="judicial", purpose="民事案件取证（训练）", content="核实广场东口碰撞的经过",
    )  # fmt: skip
    deciding.refuse(row, Taken(lead, at, "缺少：未出示单位介绍信函（第二十八条第一款第二项）"))


def _lawyer(holder: Unit, lead: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "高原示范律师事务所（训练）", (("马律师", "训律 0088"), ("实习律师丁", "")), "", "药王山路口",
        requester="lawyer", purpose="代理交通事故案件（训练）", content="查看路口录像",
    )  # fmt: skip
    deciding.refuse(row, Taken(lead, at, "不属于第二十七条的申请人，已告知可行途径"))


def _to_look_at(holder: Unit, lead: Person, approver: Person, market: Unit, at: datetime.datetime) -> None:
    first, second = (person(name) for name in OFFICERS)
    row = asking.begin(holder, Intake.ONLINE, first, at, unit=market)
    values = {
        "basis": "enforcement", "purpose": "查处占道经营（训练）", "content": "核实步道入口摊位的摆放时间", "penalty": True,
        "wanted": "河滨公园步道入口，当天上午", "letter_number": "训市监介〔2026〕12 号",
        "undertaken_on": timezone.localdate(at), "span_from": at - 3 * HOUR, "span_to": at - 2 * HOUR,
    }  # fmt: skip
    named = [asking.Named(first.name, "训市监 0231", first), asking.Named(second.name, "", second)]
    row = asking.state(row, values, first, at, revision=row.revision, officers=named)
    row = asking.submit(row, first, at)
    cameras = Camera.objects.filter(name="河滨公园步道")
    row = asking.state(row, {}, lead, at + HOUR, revision=row.revision, cameras=cameras)
    row = asking.confirm(row, "训市监 0244", second, at + HOUR)
    row = deciding.register(row, Taken(lead, at + 2 * HOUR))
    deciding.approve(row, Taken(approver, at + 3 * HOUR))


def _draft(holder: Unit, market: Unit, at: datetime.datetime) -> None:
    first = person(OFFICERS[0])
    row = asking.begin(holder, Intake.ONLINE, first, at, unit=market)
    values = {"basis": "enforcement", "purpose": "核查无照经营线索（训练）"}
    asking.state(row, values, first, at, revision=row.revision)


def _overdue(holder: Unit, lead: Person, approver: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "拉萨市交通运输局（训练）", TRAFFIC, "训交介〔2026〕9 号", "柳梧大桥南端",
        basis="enforcement", penalty=True, purpose="查处超限运输（训练）", content="核实车辆上桥的时间",
    )  # fmt: skip
    row = deciding.register(row, Taken(lead, at), originals=True)
    deciding.approve(row, Taken(approver, at + 2 * HOUR))


def _in_a_hurry(holder: Unit, lead: Person, approver: Person, at: datetime.datetime) -> None:
    row = _at_counter(
        holder, lead, at, "城关区公安局刑侦大队（训练）", POLICE, "训公介〔2026〕77 号", "药王山路口",
        basis="emergency", way="copy", security_organ=True, approval_number="训公批〔2026〕19 号",
        purpose="处置正在发生的抢夺案件（训练）", content="确认嫌疑人离开的方向",
    )  # fmt: skip
    row = deciding.register(row, Taken(lead, at), originals=True)
    # Whoever registered it does not grant it in a hurry.
    deciding.grant_urgent(row, Taken(approver, at, "嫌疑人正在逃离，来不及等待审批"))


def _checking(holder: Unit, lead: Person, at: datetime.datetime) -> None:
    _at_counter(
        holder, lead, at, "城关区监察委员会（训练）", (("丹增", "训监 0051"), ("李娜", "训监 0058")), "训监介〔2026〕3 号",
        "大昭寺广场东口", basis="named_law", law="《中华人民共和国监察法》第二十五条", purpose="核实问题线索（训练）",
        content="核实当天上午的到访情况",
    )  # fmt: skip
