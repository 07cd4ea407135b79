"""The story's sharing: the city's directory (S25), its first version current, its second waiting for another person; its platform joined with
the one above and waiting to be tested with two below, which the gateway tried: one is sound, of one the catalogue came short (S22); two requests
to cooperate (S24)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from custodes.people.models import Person
from custodes.places.devices.entering import enter_device
from custodes.places.devices.gateways import own_gateway
from custodes.places.models import GbDevice, System
from custodes.sharing.cooperation import steps as cooperating
from custodes.sharing.directory import compiling, publishing
from custodes.sharing.links import granting, platforms, steps, trying
from custodes.sharing.models import Link, LinkTrial, Outcome, Platform, TestPart, Verb
from custodes.sharing.stepping import Taken
from custodes.sharing.tree import changing
from custodes.sharing.tree.candidates import Filter, shareable
from custodes.web.seed.acting import DAY, person

APPROVES = "xitong"
COMPILES = "jiancha"
ADDED = ("城区道路视频系统", "公安机关自建，大型活动安全保卫需要整合联网")
HOUR = datetime.timedelta(hours=1)
PLATFORMS: tuple[dict[str, Any], ...] = (
    {"role": "own", "level": "city", "gb_id": "54010000002000000001", "name": "拉萨市联网共享平台（训练）", "unit_name": "拉萨市公安局（训练）", "host": "192.0.2.10"},
    {"role": "upper", "level": "region", "gb_id": "54000000002000000001", "name": "自治区联网共享平台（训练）", "unit_name": "自治区公安厅（训练）", "host": "192.0.2.1"},
    {"role": "lower", "level": "county", "gb_id": "54010200002000000001", "name": "城关区联网共享平台（训练）", "unit_name": "城关区公安局（训练）", "host": "192.0.2.20", "custodes": True},
    {"role": "lower", "level": "county", "gb_id": "54010300002000000001", "name": "堆龙德庆区联网共享平台（训练）", "unit_name": "堆龙德庆区公安局（训练）", "host": "192.0.2.30"},
)  # fmt: skip
#: What the gateway found of each platform below: milliseconds of what passed; the catalogue of one is two entries short.
TRIED: dict[str, tuple[dict[str, Any], ...]] = {
    "54010200002000000001": (
        {"part": "registered", "ms": None, "ago_s": 21}, {"part": "alive", "ms": 38_900}, {"part": "time", "ms": 46, "off_ms": 210},
        {"part": "info", "ms": 51},
        {"part": "entries", "ms": 12_480, "outcome": "failed", "got": 118, "said": 120, "fault": "it sent less of its catalogue than it announced"},
        {"part": "call", "ms": None, "outcome": "untried", "fault": "a call was not asked for"},
        {"part": "side", "ms": None, "outcome": "untried", "fault": "its side channel was not handed over"},
        {"part": "admitted", "ms": None, "outcome": "untried", "fault": "its side channel was not handed over"},
        {"part": "witness", "ms": None, "outcome": "untried", "fault": "its log is not witnessed here"},
    ),
    "54010300002000000001": (
        {"part": "registered", "ms": None, "ago_s": 8}, {"part": "alive", "ms": 51_700}, {"part": "time", "ms": 39, "off_ms": -320},
        {"part": "info", "ms": 44}, {"part": "entries", "ms": 640, "got": 64, "said": 64}, {"part": "call", "ms": 212},
        {"part": "side", "ms": None, "outcome": "untried", "fault": "its side channel was not handed over"},
        {"part": "admitted", "ms": None, "outcome": "untried", "fault": "its side channel was not handed over"},
        {"part": "witness", "ms": None, "outcome": "untried", "fault": "its log is not witnessed here"},
    ),
}  # fmt: skip
#: Whose system, asked so many days ago, whether the answer was no.
COOPERATIONS = (("校园视频系统", 15, False), ("客运站视频系统", 6, True))
LATER = ("客运站视频系统", "旅客集散，治安防控需要整合联网")


def plant_sharing(now: datetime.datetime) -> None:
    """The version of a month ago, and the one that waits. No department of the story has a system: the police's own is
    added under S21, the coach firm's under S24."""
    by = person(COMPILES)
    first = compiling.begin(by.unit, Taken(by, now - 40 * DAY))
    compiling.add(first, System.objects.get(name=ADDED[0]), "", ADDED[1], Taken(by, now - 40 * DAY))
    publishing.submit(first, Taken(by, now - 39 * DAY))
    publishing.publish(first, Taken(person(APPROVES), now - 38 * DAY, "同意公布"))
    row = compiling.begin(by.unit, Taken(by, now - 2 * DAY))
    compiling.add(row, System.objects.get(name=LATER[0]), "", LATER[1], Taken(by, now - 2 * DAY))
    publishing.submit(row, Taken(by, now - DAY))
    plant_links(now)
    plant_cooperation(now)


def plant_links(now: datetime.datetime) -> None:
    """The region's platform above, in force with a small tree and a grant that waits; two counties' below that wait for their tests. Nobody
    of these platforms is there, and the pages say so."""
    by, other = person(COMPILES), person(APPROVES)
    at = now - 20 * DAY
    for told in PLATFORMS:
        platforms.save(Platform(office=by.unit, **told), Taken(by, at))
    upper = Platform.objects.get(office=by.unit, role="upper")
    need = "市级平台与自治区级平台级联"
    link = steps.examine(steps.ask_platform(upper, need, Taken(by, at, need)), None, Taken(by, at))
    passed = dict.fromkeys(TestPart.values, Outcome.PASSED.value)
    steps.enter_test(link, passed, timezone.localdate(at), 420, Taken(by, at + HOUR))
    steps.put_in_force(link, Taken(other, at + 2 * HOUR))
    group = changing.add_node(link, None, "拉萨市", Taken(by, at + 3 * HOUR))
    node = changing.add_node(link, group, "城区道路", Taken(by, at + 3 * HOUR))
    system = System.objects.get(name=ADDED[0])
    if shareable(link).filter(system=system).exists():
        changing.put_all(link, Filter(system=system.pk), node, Taken(by, at + 4 * HOUR))
    today = timezone.localdate(now)
    granting.propose(
        link,
        Verb.LIVE,
        Taken(by, now - DAY, "重大活动期间联合值守"),
        from_on=today,
        until_on=today + 30 * DAY,
        node=node,
    )
    need = "与县（区）级平台级联"
    for lower in Platform.objects.filter(office=by.unit, role="lower").order_by("gb_id"):
        link = steps.ask_platform(lower, need, Taken(by, now - 5 * DAY, need))
        steps.examine(link, today + 3 * DAY, Taken(by, now - 4 * DAY))
        if own_gateway() is not None:
            _try(link, lower, now - HOUR)


def _try(link: Link, lower: Platform, at: datetime.datetime) -> None:
    """As the gateway would have told it: nobody of these platforms is there."""
    by = person(COMPILES)
    enter_device(
        GbDevice(gb_id=lower.gb_id, name=lower.name, system=System.objects.get(name=ADDED[0])), by, at - 2 * DAY
    )
    trying.ask_trial(link, Taken(by, at), call=True)
    parts = [{"outcome": "passed", "fault": ""} | part for part in TRIED[lower.gb_id]]
    LinkTrial.objects.filter(link=link).update(told_at=at + HOUR / 30, parts=parts)


def plant_cooperation(now: datetime.datetime) -> None:
    """One whose answer is late, reminded once; one that was declined."""
    by = person(COMPILES)
    for name, days, declined in COOPERATIONS:
        unit = System.objects.select_related("unit").get(name=name).unit
        at = now - days * DAY
        row = cooperating.ask(
            by.unit, unit, "客流集散地治安防控需要", "将主要出入口点位接入市级平台",
            timezone.localdate(at) + 10 * DAY, Taken(by, at, "客流集散地治安防控需要"),
        )  # fmt: skip
        if declined:
            answers = Person.objects.filter(unit=unit).order_by("pk").first()
            if answers is not None:
                cooperating.decline(row, "线路租期届满，设备正在更换", Taken(answers, now - 2 * DAY))
        else:
            cooperating.remind(row, Taken(by, now - DAY, "请尽快答复"))
