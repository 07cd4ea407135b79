"""The story's directory (S25): the city's first version current, its second submitted and waiting for another person."""

from __future__ import annotations

import datetime

from custodes.places.models import System
from custodes.sharing.directory import compiling, publishing
from custodes.sharing.stepping import Taken
from custodes.web.seed.acting import DAY, person

APPROVES = "xitong"
COMPILES = "jiancha"
ADDED = ("城区道路视频系统", "公安机关自建，大型活动安全保卫需要整合联网")
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
