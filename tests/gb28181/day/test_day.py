"""A platform after a day with devices as they are: everybody is there again, and nothing has grown."""

from __future__ import annotations

import gc
import resource

import pytest

from custodes.gb28181.sip.registering import RegistrationStanding
from tests.gb28181.day.world import HOUR, Day, entries


def live(devices: int, hours: int, rests: int) -> tuple[Day, list[int], list[int]]:
    """Hours with faults, with rests between them; entries of all tables and KB of memory after each rest."""
    day = Day(devices)
    kept, memory = [], []
    for _rest in range(rests):
        day.run(HOUR * (hours / rests))
        day.rest()
        gc.collect()
        kept.append(entries(day.platform) + sum(entries(unit.endpoint) for unit in day.units))
        memory.append(resident())
    return day, kept, memory


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


def check(day: Day, kept: list[int]) -> None:
    seen = day.seen
    happened = ("registered", "refreshed", "restarted", "moved", "offline", "online", "calls", "lost")
    assert not [what for what in happened if not seen[what]], seen
    assert day.platform.refusals["repeated"] > 0
    assert day.platform.refusals["moved"] > 0
    # How much is under way when it is counted differs; what leaks is there at each later count.
    half = len(kept) // 2
    assert min(kept[half:]) < 1.05 * max(kept[:half]) + 20, kept
    assert [unit.id for unit in day.units if unit.registering.standing is not RegistrationStanding.IN] == []
    found = [known for unit in day.units if (known := day.registrar.find(unit.id)) is not None]
    assert [known.account.id for known in found if not known.online] == []
    assert len(found) == len(day.units)
    day.end()
    assert len(day.registrar) == 0
    assert set(day.platform.counts.values()) == {0}
    # A device whose address changed within a call may miss its BYE: it knows of no end then, as real ones do (2016 has no timer for it).
    under_way = [unit.endpoint.counts[kind] for unit in day.units for kind in ("servers", "clients")]
    assert set(under_way) == {0}
    assert sum(unit.endpoint.counts["calls"] for unit in day.units) < 0.05 * day.seen["calls"] + 2
    assert not day.registrar._at
    assert not day.registrar._by_connection


def test_three_hours_leave_nothing_behind() -> None:
    day, kept, _memory = live(8, 3, 2)
    check(day, kept)


@pytest.mark.chaos
def test_a_day_of_forty_devices_leaves_nothing_behind() -> None:
    day, kept, memory = live(40, 24, 6)
    assert day.seen["gone"] > 0, "registrations that ended while a device was away"
    assert max(memory[3:]) < 1.1 * max(memory[:3]), memory
    check(day, kept)
