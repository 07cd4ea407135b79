"""Where what moves is, to an upper that may know: at its interval, the newest of each, of what it asked for and is shown."""

from __future__ import annotations

import datetime

import pytest

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.cascade import moving
from custodes.gb28181.cascade.moving import LastPlace
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.position import MobilePosition
from custodes.gb28181.manscdp.presets import PtzPositionQuery
from custodes.gb28181.manscdp.subscription import PositionSubscription
from custodes.gb28181.sip.subscription import SubscriptionStanding
from tests.gb28181.cascade.world import GROUP, Pair, camera

NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=BEIJING)


def at(number: int, seconds: float = 0, longitude: float = 91.1) -> LastPlace:
    return LastPlace(camera(number), longitude, 29.65, NOON + datetime.timedelta(seconds=seconds))


def following(about: str = "", interval: int | None = 10, **more: object) -> Pair:
    pair = Pair(**more)  # type: ignore[arg-type]
    pair.positions = True
    pair.ready()
    pair.upper.subscribe(PositionSubscription, about, interval=interval)
    pair.pass_by(1)
    assert pair.lower.telling.follows
    return pair


def told(pair: Pair) -> list[tuple[str, float]]:
    pair.pass_by(1)
    found = [(item.device_id, item.longitude) for one in pair.upper.of(MobilePosition) for item in one.places()]
    pair.upper.came.clear()
    return found


def test_each_newer_place_is_told_at_the_interval_and_none_twice() -> None:
    pair = following()
    assert pair.lower.positions([at(1), at(2)], pair.now) == 2
    assert sorted(told(pair)) == [(camera(1), 91.1), (camera(2), 91.1)]
    assert pair.lower.positions([at(1, 3, 91.2), at(2)], pair.now) == 0, "not yet"
    pair.pass_by(10)
    assert pair.lower.positions([at(1, 8, 91.3), at(2)], pair.now) == 1
    assert told(pair) == [(camera(1), 91.3)]
    pair.pass_by(10)
    assert pair.lower.positions([at(1, 4, 91.4)], pair.now) == 0, "older than what it has"


def test_what_is_not_shown_is_told_to_nobody() -> None:
    pair = following()
    assert pair.lower.positions([at(99), LastPlace(GROUP, 91.1, 29.6, NOON)], pair.now) == 0


def test_one_channel_or_a_group_may_be_asked_for() -> None:
    pair = following(camera(2))
    pair.lower.positions([at(1), at(2)], pair.now)
    assert told(pair) == [(camera(2), 91.1)]
    pair = following(GROUP)
    pair.lower.positions([at(1), at(2)], pair.now)
    assert sorted(told(pair)) == [(camera(1), 91.1), (camera(2), 91.1)]


def test_what_is_not_there_is_not_found() -> None:
    pair = Pair()
    pair.positions = True
    pair.ready()
    pair.upper.subscribe(PositionSubscription, camera(99))
    pair.pass_by(1)
    assert [(one.what, one.why) for one in pair.upper.news if one.what != "told"] == [("refused", "404")]


@pytest.mark.parametrize("edition", [Edition.E2016, Edition.E2022])
def test_it_is_written_in_the_form_of_the_upper_s_edition(edition: Edition) -> None:
    pair = following(edition=edition, theirs=edition)
    pair.lower.positions([at(1)], pair.now)
    pair.pass_by(1)
    (one,) = pair.upper.of(MobilePosition)
    assert bool(one.devices) is (edition is Edition.E2022)
    assert [(item.device_id, item.capture_time) for item in one.places()] == [(camera(1), NOON)]


def test_where_it_may_be_told_no_more_the_subscription_ends() -> None:
    pair = following()
    pair.positions = False
    assert pair.lower.positions([at(1)], pair.now) == 0
    assert told(pair) == []
    assert not pair.lower.telling.follows
    assert [(one.what, one.why) for one in pair.upper.news][-1] == ("terminated", "rejected")


def test_a_refresh_where_it_may_be_told_no_more_is_refused() -> None:
    pair = following()
    pair.positions = False
    subscription = pair.upper.subscribe(PositionSubscription)
    pair.pass_by(1)
    assert subscription.stand is SubscriptionStanding.OVER


def test_who_leaves_is_let_go_also_where_it_may_be_told_no_more() -> None:
    pair = Pair()
    pair.positions = True
    pair.ready()
    subscription = pair.upper.subscribe(PositionSubscription)
    pair.pass_by(1)
    pair.positions = False
    pair.upper.subscriber.end(subscription, pair.now)
    pair.pass_by(1)
    assert not pair.lower.telling.follows
    assert [(one.what, one.why) for one in pair.upper.news][-1] == ("ended", "timeout")


def test_where_a_camera_points_is_told_nobody_still() -> None:
    pair = following(edition=Edition.E2022)
    pair.upper.subscribe(PtzPositionQuery)
    pair.pass_by(1)
    assert ("refused", "403") in [(one.what, one.why) for one in pair.upper.news]


def test_of_very_many_those_come_next_that_waited_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "OF_ROUND", 2)
    pair = following(interval=1)
    found: list[str] = []
    for second in range(3):
        pair.lower.positions([at(number, second) for number in range(1, 6)], pair.now)
        found += [id for id, _longitude in told(pair)]
        pair.pass_by(1)
    assert set(found[:5]) == {camera(number) for number in range(1, 6)}


def test_what_waits_for_a_slow_upper_is_told_as_it_is_then_and_of_what_is_hidden_nothing() -> None:
    pair = following(interval=1)
    pair.lower.positions([at(1), at(2), at(3)], pair.now)
    assert pair.lower.positions([at(1, 5, 91.2), at(2, 5, 91.2)], pair.now + 0.5) == 1, "the third is hidden since"
    assert told(pair) == [(camera(1), 91.1), (camera(2), 91.2)]
    pair.pass_by(5)
    pair.lower.positions([at(1, 5, 91.2), at(2, 5, 91.2), at(3)], pair.now)
    assert sorted(told(pair)) == [(camera(1), 91.2), (camera(3), 91.1)]


def test_an_upper_that_does_not_answer_is_told_with_the_next_round() -> None:
    pair = following(interval=1)
    pair.lower.positions([at(1)], pair.now)
    assert pair.lower.positions([at(1, 5), at(2)], pair.now + 2) == 0, "it has not answered the first"
    told(pair)
    assert pair.lower.positions([at(1, 5), at(2)], pair.now + 2) == 2


def test_what_is_planned_anew_before_it_went_out_is_counted_once() -> None:
    pair = following(interval=1)
    pair.lower.positions([at(1), at(2), at(3)], pair.now)
    assert pair.lower.telling.positions_sent() == 1, "two wait for the answer to the first"
    pair.lower.positions([at(1), at(2, 5, 91.2), at(3, 5, 91.2)], pair.now + 0.5)
    assert len(told(pair)) == 3
    assert pair.lower.telling.positions_sent() == 2
    assert pair.lower.telling.positions_sent() == 0


def test_what_went_out_is_counted_also_of_a_subscription_that_is_over() -> None:
    pair = following(interval=1)
    pair.lower.positions([at(1)], pair.now)
    pair.positions = False
    pair.lower.positions([], pair.now)
    assert pair.lower.telling.positions_sent() == 1
