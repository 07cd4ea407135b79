"""Where a camera points, by subscription: while the upper's hand is on it and no longer, and of that camera alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custodes.gb28181.cascade.moving import LONGEST, SHORTEST, USUAL
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent
from custodes.gb28181.manscdp.presets import PtzPosition, PtzPositionNotice, PtzPositionQuery
from custodes.gb28181.manscdp.subscription import PositionSubscription
from custodes.gb28181.sip.subscription import Subscription
from tests.gb28181.cascade.world import HOME, OWN, SERVER, Pair, Upper, camera, entries, settings, small

HERE = PtzPosition(sn=0, device_id=camera(1), pan=187.5, tilt=-12.0, zoom=4.0)


def pair(edition: Edition = Edition.E2022, **more: object) -> Pair:
    return Pair(3, edition=edition, theirs=edition, **more).ready()  # type: ignore[arg-type]


def became(pair: Pair, one: Subscription) -> list[tuple[str, str]]:
    return [(news.what, news.why) for news in pair.upper.news if news.subscription is one and news.what != "told"]


def test_it_is_told_from_the_hands_coming_to_its_end() -> None:
    both = pair()
    both.lower.steered(camera(1))
    one = both.upper.subscribe(PtzPositionQuery, camera(1))
    both.pass_by(1)
    assert became(both, one) == [("active", "")]
    assert both.lower.points(camera(1)) == USUAL
    assert both.lower.pointing(HERE, both.now) == 1
    both.pass_by(1)
    (told,) = both.upper.of(PtzPositionNotice)
    assert (told.device_id, told.pan, told.tilt, told.zoom) == (camera(1), 187.5, -12.0, 4.0)
    assert both.lower.pointing(PtzPosition(sn=0, device_id=camera(2), pan=1.0), both.now) == 0
    both.lower.unsteered(camera(1), both.now)
    both.pass_by(1)
    assert became(both, one) == [("active", ""), ("terminated", "rejected")]
    assert both.lower.points(camera(1)) is None
    assert both.lower.pointing(HERE, both.now) == 0
    assert len(both.lower.telling.notifier) == 0


@pytest.mark.parametrize("edition", [Edition.E2016, Edition.E2022])
def test_without_a_hand_it_is_refused_as_before(edition: Edition) -> None:
    both = pair(edition)
    if edition is Edition.E2022:
        both.lower.steered(camera(2))
        wished = [both.upper.subscribe(PtzPositionQuery, about) for about in (camera(1), camera(99), OWN)]
        wished.append(both.upper.subscribe(PositionSubscription, camera(2)))
    else:
        both.lower.steered(camera(1))  # an edition that does not know the subscription has none by a hand either
        body = f"<Query><CmdType>PTZPosition</CmdType><SN>1</SN><DeviceID>{camera(1)}</DeviceID></Query>".encode()
        both.upper.send(body, method="SUBSCRIBE", more=(("Event", "presence"), ("Expires", "600")))
        wished = []
    both.pass_by(1)
    assert [became(both, one) for one in wished] == [[("refused", "403")]] * len(wished)
    assert wished or both.upper.statuses == [403]
    assert len(both.lower.telling.notifier) == 0


def test_each_camera_is_subscribed_to_by_itself_whoever_is_asked() -> None:
    both = pair()
    for number in (1, 2):
        both.lower.steered(camera(number))
        both.upper.subscribe(PtzPositionQuery, camera(number), interval=number * 10)
        both.pass_by(1)
    assert [both.lower.points(camera(number)) for number in (1, 2, 3)] == [10, 20, None]
    both.lower.unsteered(camera(1), both.now)
    assert [both.lower.points(camera(number)) for number in (1, 2, 3)] == [None, 20, None]


def test_whoever_asks_again_outside_of_what_there_was_is_told_once() -> None:
    both = pair()
    both.lower.steered(camera(1))
    for _ in range(20):
        both.upper.subscribe(PtzPositionQuery, camera(1))
        both.pass_by(0.5)
    assert len(both.lower.telling.notifier) == 1
    assert both.lower.pointing(HERE, both.now) == 1


def test_how_many_and_how_often_are_bounded() -> None:
    both = pair(bounds=small(subscriptions=2))
    wished = []
    for number, interval in ((1, 1), (2, 86_400), (3, 1)):
        both.lower.steered(camera(number))
        wished.append(both.upper.subscribe(PtzPositionQuery, camera(number), interval=interval))
        both.pass_by(0.5)
    assert became(both, wished[2]) == [("refused", "503")]
    assert both.lower.points(camera(1)) == SHORTEST
    assert both.lower.points(camera(2)) == LONGEST


def test_it_is_refreshed_while_the_hand_is_there_and_ended_by_expires_0() -> None:
    both = pair()
    both.lower.steered(camera(1))
    one = both.upper.subscribe(PtzPositionQuery, camera(1), seconds=20)
    both.pass_by(60, 0.5)
    assert became(both, one)[0] == ("active", "")
    assert {what for what, _why in became(both, one)[1:]} == {"refreshed"}
    both.upper.subscriber.end(one, both.now)
    both.pass_by(1)
    assert became(both, one)[-1] == ("ended", "timeout")
    assert both.lower.points(camera(1)) is None
    # Whoever does not refresh is told no more.
    lost = both.upper.subscribe(PtzPositionQuery, camera(1), seconds=20)
    both.pass_by(1)
    both.upper.deaf = True
    both.pass_by(60, 0.5)
    assert became(both, lost) == [("active", "")]
    assert both.lower.points(camera(1)) is None


def test_a_refresh_behind_the_hands_end_begins_nothing() -> None:
    both = pair()
    both.lower.steered(camera(1))
    one = both.upper.subscribe(PtzPositionQuery, camera(1), seconds=20)
    both.pass_by(1)
    both.upper.deaf = True  # the last notice is not heard of
    both.lower.unsteered(camera(1), both.now)
    both.pass_by(10, 0.5)
    both.upper.deaf = False
    both.pass_by(15, 0.5)
    assert len(both.lower.telling.notifier) == 0
    assert became(both, one)[-1][0] in ("terminated", "refused")


def test_a_refresh_for_another_camera_changes_nothing() -> None:
    both = pair()
    for number in (1, 2):
        both.lower.steered(camera(number))
    one = both.upper.subscribe(PtzPositionQuery, camera(1), seconds=20)
    both.pass_by(1)
    other = write_message(PtzPositionQuery(sn=9, device_id=camera(2)), Edition.E2022)
    one.wish = replace(one.wish, body=lambda: other)
    both.pass_by(18, 0.5)
    assert [both.lower.points(camera(number)) for number in (1, 2)] == [USUAL, None]
    assert "refreshed" not in dict(became(both, one))
    both.pass_by(5, 0.5)
    assert both.lower.points(camera(1)) is None, "it was not refreshed"


def test_a_camera_that_is_hidden_is_told_no_more() -> None:
    both = pair()
    both.lower.steered(camera(1))
    one = both.upper.subscribe(PtzPositionQuery, camera(1))
    both.pass_by(1)
    both.lower.changed([CatalogItem(device_id=camera(1), event=EntryEvent.DEL)], both.now)
    both.pass_by(1)
    assert became(both, one)[-1] == ("terminated", "rejected")
    assert both.lower.points(camera(1)) is None


def test_who_is_slow_is_told_what_is_so_then() -> None:
    both = pair()
    both.lower.steered(camera(1))
    both.upper.subscribe(PtzPositionQuery, camera(1))
    both.pass_by(1)
    for pan in range(100):
        both.lower.pointing(PtzPosition(sn=0, device_id=camera(1), pan=float(pan)), both.now)
    both.pass_by(2)
    assert [told.pan for told in both.upper.of(PtzPositionNotice)] == [0.0, 1.0]


def test_another_upper_is_told_nothing_by_this_ones_hand() -> None:
    both = pair()
    server, at = "54010000002000000002", HOME.__class__("UDP", "192.0.2.2", 5060)
    own = HOME.__class__("UDP", "192.0.2.11", 5060)
    other = Upper(both.net, server, at=at, home=own, edition=Edition.E2022)
    lower = both.below(other, settings(server, at=at, home=own, theirs=Edition.E2022), entries(3))
    both.until(lambda: lower.standing.state == "registered")
    both.lower.steered(camera(1))
    one = other.subscribe(PtzPositionQuery, camera(1))
    both.pass_by(1)
    assert [(news.what, news.why) for news in other.news if news.subscription is one] == [("refused", "403")]
    assert server != SERVER
