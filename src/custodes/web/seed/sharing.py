"""The story's sharing: the city's directory (S25), its first version current, its second waiting for another person; its platform joined with
one above, and waiting to be tested with two more above and three below; all of them are simulated, and the gateway tries them (S22); two requests to
cooperate (S24)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from custodes.people.models import Person
from custodes.places.models import System
from custodes.sharing.cooperation import steps as cooperating
from custodes.sharing.directory import compiling, publishing
from custodes.sharing.links import granting, platforms
from custodes.sharing.models import Link, Platform, Verb
from custodes.sharing.stepping import Taken
from custodes.sharing.tree import changing
from custodes.sharing.tree.candidates import shareable
from custodes.web.seed import above, below, story
from custodes.web.seed.acting import DAY, person
from custodes.web.seed.joined import plant_above, point_above
from custodes.web.seed.trials import ask_first_trials, plant_below

APPROVES = "xitong"
COMPILES = "jiancha"
ADDED = ("城区道路视频系统", "公安机关自建，大型活动安全保卫需要整合联网")
HOUR = datetime.timedelta(hours=1)
GRANTED_NODE, WAITING_NODE = "大昭寺广场", "城区道路"
"""Parts of the tree: of the one the upper is sent live pictures, of the other that waits for a second person, and a call is refused until then."""
PLATFORMS: tuple[dict[str, Any], ...] = (
    {"role": "own", "level": "city", "gb_id": "54010000002000000001", "name": "拉萨市联网共享平台（训练）", "unit_name": "拉萨市公安局（训练）", "host": "192.0.2.10"},
)  # fmt: skip
#: Whose system, asked so many days ago, whether the answer was no.
COOPERATIONS = (("校园视频系统", 15, False), ("客运站视频系统", 6, True))
LATER = ("客运站视频系统", "旅客集散，治安防控需要整合联网")


def plant_sharing(now: datetime.datetime, gb_passwords: Mapping[str, str], camera_port: int) -> None:
    """The version of a month ago, and the one that waits. No department of the story has a system: the police's own is
    added under S21, the coach firm's under S24.

    Args:
        gb_passwords: of the platforms that are simulated.
        camera_port: first port of the simulated cameras, behind which they listen.
    """
    by = person(COMPILES)
    first = compiling.begin(by.unit, Taken(by, now - 40 * DAY))
    compiling.add(first, System.objects.get(name=ADDED[0]), "", ADDED[1], Taken(by, now - 40 * DAY))
    publishing.submit(first, Taken(by, now - 39 * DAY))
    publishing.publish(first, Taken(person(APPROVES), now - 38 * DAY, "同意公布"))
    row = compiling.begin(by.unit, Taken(by, now - 2 * DAY))
    compiling.add(row, System.objects.get(name=LATER[0]), "", LATER[1], Taken(by, now - 2 * DAY))
    publishing.submit(row, Taken(by, now - DAY))
    plant_links(now, gb_passwords, camera_port)
    plant_cooperation(now)


def plant_links(now: datetime.datetime, gb_passwords: Mapping[str, str], camera_port: int) -> None:
    """The region's platforms above, one in force with a small tree, a grant of a part of it and one that waits for another; three counties' below.
    Those that wait for their tests are there to be tested."""
    by, other = person(COMPILES), person(APPROVES)
    at = now - 20 * DAY
    for told in PLATFORMS:
        platforms.save(Platform(office=by.unit, **told), Taken(by, at))
    link = plant_above(by, other, camera_port, gb_passwords, now)
    _share(link, at + 4 * HOUR)
    _grant(link, now)
    plant_below(below.CITY, "与县（区）级平台级联", System.objects.get(name=ADDED[0]), by, now, gb_passwords)


def _share(link: Link, at: datetime.datetime) -> None:
    """The roads of the city, with the square in a part of its own."""
    by = person(COMPILES)
    group = changing.add_node(link, None, "拉萨市", Taken(by, at))
    square, roads = (changing.add_node(link, group, name, Taken(by, at)) for name in (GRANTED_NODE, WAITING_NODE))
    system = System.objects.get(name=ADDED[0])
    rows = shareable(link).filter(system=system).order_by("number").values_list("pk", "name")
    named = [(pk, name == story.SQUARE_CAMERA) for pk, name in rows]
    # The square first: an upper calls by IDs, and so begins with what is granted.
    for node, there in ((square, True), (roads, False)):
        if shown := [pk for pk, is_square in named if is_square is there]:
            changing.put(link, shown, node, Taken(by, at + HOUR))


def _grant(link: Link, now: datetime.datetime) -> None:
    """Live of the square since ten days, approved by another; live of the roads proposed yesterday, and nobody has approved it."""
    by, other, today = person(COMPILES), person(APPROVES), timezone.localdate(now)
    square, roads = (link.nodes.get(name=name) for name in (GRANTED_NODE, WAITING_NODE))
    at, until = now - 10 * DAY, today + 30 * DAY
    taken = Taken(by, at, "广场日常秩序联合巡查")
    grant = granting.propose(link, Verb.LIVE, taken, from_on=timezone.localdate(at), until_on=until, node=square)
    granting.approve(grant, Taken(other, at + HOUR))
    taken = Taken(by, now - DAY, "重大活动期间联合值守")
    granting.propose(link, Verb.LIVE, taken, from_on=today, until_on=until, node=roads)


def point_links(camera_port: int, now: datetime.datetime) -> None:
    """Where the simulated platforms above listen this time."""
    point_above(person(COMPILES), person(APPROVES), camera_port, now)


def try_links(now: datetime.datetime) -> bool:
    """Have the gateway try the links that the story wants tried; True once that is asked for."""
    return ask_first_trials((*above.CITY, *below.CITY), person(COMPILES), now)


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
