"""The story's sharing: the city's directory (S25), its first version current, its second waiting for another person; its platform joined with
the one above, and waiting to be tested with three below, which are simulated and which the gateway tries (S22); two requests to cooperate (S24)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from custodes.people.models import Person
from custodes.places.models import System
from custodes.sharing.cooperation import steps as cooperating
from custodes.sharing.directory import compiling, publishing
from custodes.sharing.links import granting, platforms, steps
from custodes.sharing.models import Outcome, Platform, TestPart, Verb
from custodes.sharing.stepping import Taken
from custodes.sharing.tree import changing
from custodes.sharing.tree.candidates import Filter, shareable
from custodes.web.seed import below
from custodes.web.seed.acting import DAY, person
from custodes.web.seed.trials import ask_first_trials, plant_below

APPROVES = "xitong"
COMPILES = "jiancha"
ADDED = ("城区道路视频系统", "公安机关自建，大型活动安全保卫需要整合联网")
HOUR = datetime.timedelta(hours=1)
PLATFORMS: tuple[dict[str, Any], ...] = (
    {"role": "own", "level": "city", "gb_id": "54010000002000000001", "name": "拉萨市联网共享平台（训练）", "unit_name": "拉萨市公安局（训练）", "host": "192.0.2.10"},
    {"role": "upper", "level": "region", "gb_id": "54000000002000000001", "name": "自治区联网共享平台（训练）", "unit_name": "自治区公安厅（训练）", "host": "192.0.2.1"},
)  # fmt: skip
#: Whose system, asked so many days ago, whether the answer was no.
COOPERATIONS = (("校园视频系统", 15, False), ("客运站视频系统", 6, True))
LATER = ("客运站视频系统", "旅客集散，治安防控需要整合联网")


def plant_sharing(now: datetime.datetime, gb_passwords: Mapping[str, str]) -> None:
    """The version of a month ago, and the one that waits. No department of the story has a system: the police's own is
    added under S21, the coach firm's under S24.

    Args:
        gb_passwords: of the platforms below that are simulated.
    """
    by = person(COMPILES)
    first = compiling.begin(by.unit, Taken(by, now - 40 * DAY))
    compiling.add(first, System.objects.get(name=ADDED[0]), "", ADDED[1], Taken(by, now - 40 * DAY))
    publishing.submit(first, Taken(by, now - 39 * DAY))
    publishing.publish(first, Taken(person(APPROVES), now - 38 * DAY, "同意公布"))
    row = compiling.begin(by.unit, Taken(by, now - 2 * DAY))
    compiling.add(row, System.objects.get(name=LATER[0]), "", LATER[1], Taken(by, now - 2 * DAY))
    publishing.submit(row, Taken(by, now - DAY))
    plant_links(now, gb_passwords)
    plant_cooperation(now)


def plant_links(now: datetime.datetime, gb_passwords: Mapping[str, str]) -> None:
    """The region's platform above, in force with a small tree and a grant that waits: it is not there, and the pages say so; three counties'
    below that wait for their tests, and are there."""
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
    system = System.objects.get(name=ADDED[0])
    plant_below(below.CITY, "与县（区）级平台级联", system, by, now, gb_passwords)


def try_links(now: datetime.datetime) -> bool:
    """Have the gateway try the links that the story wants tried; True once that is asked for."""
    return ask_first_trials(below.CITY, person(COMPILES), now)


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
