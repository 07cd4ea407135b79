"""When a device that says that something changed is asked anew: a small catalogue soon, a large one or a restless device later."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from custodes.gateway.catalogues import Catalogues, _Taking
from custodes.gateway.pace import PACE
from custodes.gb28181.manscdp.catalog import CatalogNotice
from custodes.gb28181.manscdp.collector import End

DEVICE = "54010000001180000001"


class Clock:
    now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def wall_us(self) -> int:
        return round(self.now * 1_000_000)


def made() -> tuple[Catalogues, Clock]:
    clock = Clock()
    context = SimpleNamespace(clock=clock)
    states = SimpleNamespace(counted=lambda _device, _entries: None)
    return Catalogues(cast(Any, context), cast(Any, states)), clock


def taken(catalogues: Catalogues, clock: Clock, seconds: float, entries: int) -> None:
    """A taking that cost so much ends now."""
    catalogues._cost(_Taking(DEVICE, begun=clock.now - seconds), entries)


def due(catalogues: Catalogues) -> float:
    """When the device is asked after a notice that comes now."""
    catalogues._line.drop(DEVICE)
    assert catalogues.told(DEVICE, CatalogNotice(sn=1, device_id=DEVICE, sum_num=0))
    return catalogues._line._wishes[DEVICE].due


def test_a_small_catalogue_is_asked_for_at_once_but_for_the_swarm() -> None:
    catalogues, clock = made()
    taken(catalogues, clock, 0.1, 20)
    clock.now += 300
    assert due(catalogues) == clock.now + PACE.soon


def test_a_device_that_just_answered_has_its_rest() -> None:
    catalogues, clock = made()
    taken(catalogues, clock, 0.1, 20)
    assert due(catalogues) == clock.now + PACE.calm


def test_a_large_catalogue_waits_as_long_as_before() -> None:
    catalogues, clock = made()
    taken(catalogues, clock, 4.0, 5_000)
    assert due(catalogues) == clock.now + PACE.rest
    clock.now += 300
    assert due(catalogues) == clock.now + PACE.pause


def test_one_that_says_so_all_the_time_is_asked_ever_more_seldom() -> None:
    catalogues, clock = made()
    taken(catalogues, clock, 0.1, 20)
    rests = []
    for _ in range(6):
        rests.append(due(catalogues) - clock.now)
        clock.now = due(catalogues)
        taken(catalogues, clock, 0.1, 20)
    assert rests == [5, 10, 20, 40, 60, 60]
    clock.now += 2 * PACE.rest
    taken(catalogues, clock, 0.1, 20)
    assert due(catalogues) == clock.now + PACE.calm, "two calm minutes, and it is believed again"


def running(catalogues: Catalogues, clock: Clock) -> _Taking:
    """It is being asked from now on."""
    catalogues._line.drop(DEVICE)
    made = catalogues._running[DEVICE] = _Taking(DEVICE, begun=clock.now)
    return made


def finished(catalogues: Catalogues, taking: _Taking, entries: int) -> None:
    """It has answered whole."""
    found = SimpleNamespace(
        end=End.COMPLETE, entries=[SimpleNamespace()] * entries, announced=entries, whole=True, arrived=entries
    )
    catalogues._finish(taking, cast(Any, SimpleNamespace(collected=lambda: found)))


def test_one_that_says_so_while_it_is_asked_has_its_rest_behind_its_answer() -> None:
    """Whose answer takes longer than a pause and who says something in between would be asked for ever, without a second's rest."""
    catalogues, clock = made()
    for _ in range(3):
        taking = running(catalogues, clock)
        clock.now += 10
        assert catalogues.told(DEVICE, CatalogNotice(sn=1, device_id=DEVICE, sum_num=0))
        assert not catalogues._line._wishes, "not while it is asked"
        clock.now += 90
        finished(catalogues, taking, 5_000)
        assert catalogues._line._wishes[DEVICE].due == clock.now + PACE.rest


def test_what_was_said_while_it_was_asked_is_not_forgotten_where_no_answer_came() -> None:
    catalogues, clock = made()
    for tries in (0, 1, 2, 3, 3):
        taking = running(catalogues, clock)
        assert catalogues.told(DEVICE, CatalogNotice(sn=1, device_id=DEVICE, sum_num=0))
        catalogues._fail(taking)
        assert catalogues._line._wishes[DEVICE].due == clock.now + PACE.again * 2**tries
    catalogues._fail(running(catalogues, clock))
    assert not catalogues._line._wishes, "nothing new was said"


def test_one_that_never_answered_waits_the_whole_pause() -> None:
    catalogues, clock = made()
    assert due(catalogues) == clock.now + PACE.pause
    taken(catalogues, clock, 0.1, 20)
    catalogues.forget(DEVICE)
    assert due(catalogues) == clock.now + PACE.pause
