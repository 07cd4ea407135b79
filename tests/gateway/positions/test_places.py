"""The newest place of what was entered is kept, and nothing else; what is strange, old or nobody's is passed over and counted."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gateway.positions import HELD_US, LastPositions
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.position import MobilePosition, MovedItem
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.wire.devices import MobilePlace
from custodes.video.wire.gateway_assignment import GatewayMobile

CAR, OTHER = "54010000001180000001", "54010000001180000002"
FRONT, BACK, SIDE = (f"5401000000132000000{number}" for number in (1, 2, 3))
NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=BEIJING)
NOON_US = round(NOON.timestamp() * 1_000_000)
MINUTE = 60_000_000


def entered(*channels: str, interval: int = 10) -> LastPositions:
    places = LastPositions()
    places.align([GatewayMobile(device=CAR, channel=one, interval_s=interval) for one in channels], NOON_US)
    return places


def at(id: str, longitude: float, seconds: float | None = 0) -> MobilePosition:
    time = None if seconds is None else NOON + datetime.timedelta(seconds=seconds)
    return MobilePosition(sn=1, device_id=id, time=time, longitude=longitude, latitude=29.65)


def told(places: LastPositions, now: float) -> list[MobilePlace]:
    found, stands = places.next(now)
    places.told(found, stands, now)
    return found


def test_the_newest_of_each_is_told_at_most_once_in_its_interval() -> None:
    places = entered(FRONT, BACK)
    assert places.take_in(CAR, at(FRONT, 91.1, 0), NOON_US) == 1
    assert [one.longitude for one in told(places, 100.0)] == [91.1]
    assert told(places, 200.0) == [], "nothing new"
    places.take_in(CAR, at(FRONT, 91.2, 1), NOON_US + 1_000_000)
    assert [one.longitude for one in told(places, 201.0)] == [91.2]
    for second in range(2, 8):
        places.take_in(CAR, at(FRONT, 91.0 + second / 100, second), NOON_US + second * 1_000_000)
    places.take_in(CAR, at(BACK, 90.0, 5), NOON_US + 8_000_000)
    assert [(one.channel, one.longitude) for one in told(places, 205.0)] == [(BACK, 90.0)], "it waits for its interval"
    assert [one.longitude for one in told(places, 211.0)] == [91.07], "the newest, and none of those between"
    assert places.taken == 9


def test_what_came_while_it_was_told_is_told_next() -> None:
    places = entered(FRONT, interval=5)
    places.take_in(CAR, at(FRONT, 91.1), NOON_US)
    found, stands = places.next(0.0)
    places.take_in(CAR, at(FRONT, 91.2, 3), NOON_US + 3_000_000)
    places.told(found, stands, 1.0)
    assert told(places, 5.9) == []
    assert [one.longitude for one in told(places, 6.0)] == [91.2]


def test_several_at_once_each_with_its_own_time() -> None:
    places = entered(FRONT, BACK)
    items = (
        MovedItem(device_id=FRONT, capture_time=NOON, longitude=91.1, latitude=29.6, speed=60.0, direction=90.0),
        MovedItem(device_id=BACK, longitude=91.2, latitude=29.7),
        MovedItem(device_id=SIDE, capture_time=NOON, longitude=91.3, latitude=29.8),
    )
    message = MobilePosition(sn=1, device_id=CAR, time=NOON + datetime.timedelta(hours=1), sum_num=3, devices=items)
    assert places.take_in(CAR, message, NOON_US) == 2
    assert places.not_entered == 1
    front, back = told(places, 0.0)
    assert (front.said_us, back.said_us) == (NOON_US, NOON_US + 60 * MINUTE)
    assert "speed" not in front.model_dump()
    assert "direction" not in front.model_dump()


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(0.0, 0.0), (91.1, 0.0), (0.0, 29.6), (181.0, 29.6), (91.1, -90.5), (float("nan"), 29.6), (91.1, float("inf"))],
)
def test_what_is_nowhere_is_no_place(longitude: float, latitude: float) -> None:
    places = entered(FRONT)
    message = MobilePosition(sn=1, device_id=FRONT, time=NOON, longitude=longitude, latitude=latitude)
    assert places.take_in(CAR, message, NOON_US) == 0
    assert places.strange == 1
    assert told(places, 0.0) == []


def test_without_a_place_it_is_strange() -> None:
    places = entered(FRONT)
    places.take_in(CAR, MobilePosition(sn=1, device_id=FRONT, time=NOON), NOON_US)
    assert (places.strange, places.taken) == (1, 0)


def test_nobody_s_position_is_kept_that_nobody_entered() -> None:
    places = entered(FRONT, BACK)
    for device, id in ((CAR, SIDE), (CAR, CAR), (OTHER, FRONT), (OTHER, OTHER)):
        assert places.take_in(device, at(id, 91.1), NOON_US) == 0
    assert places.not_entered == 4


def test_a_device_that_names_itself_means_the_one_that_is_entered() -> None:
    places = entered(FRONT)
    places.take_in(CAR, at(CAR, 91.1), NOON_US)
    assert [one.channel for one in told(places, 0.0)] == [FRONT]


def test_an_older_one_comes_too_late_but_a_clock_that_was_put_back_is_believed_in_the_end() -> None:
    places = entered(FRONT)
    places.take_in(CAR, at(FRONT, 91.1, 60), NOON_US + MINUTE)
    assert places.take_in(CAR, at(FRONT, 91.2, 30), NOON_US + MINUTE + 1) == 0
    assert places.older == 1
    assert places.take_in(CAR, at(FRONT, 91.3, 30), NOON_US + MINUTE + HELD_US) == 1


def test_a_time_in_the_future_holds_up_no_other() -> None:
    places = entered(FRONT)
    places.take_in(CAR, at(FRONT, 91.1, 86_400), NOON_US)
    assert places.take_in(CAR, at(FRONT, 91.2, 1), NOON_US + 1_000_000) == 1


def test_without_a_time_the_later_one_counts_though_our_clock_was_put_back() -> None:
    places = entered(FRONT, interval=5)
    places.take_in(CAR, at(FRONT, 91.1, None), NOON_US)
    (first,) = told(places, 0.0)
    places.take_in(CAR, at(FRONT, 91.2, None), NOON_US - MINUTE)
    (second,) = told(places, 9.0)
    assert second.said_us is None
    assert second.heard_us > first.heard_us, "the web passes over what it heard of earlier"


def test_who_is_entered_no_more_is_forgotten_at_once() -> None:
    places = entered(FRONT, BACK)
    for one in (FRONT, BACK):
        places.take_in(CAR, at(one, 91.1), NOON_US)
    places.align([GatewayMobile(device=CAR, channel=BACK)], NOON_US)
    assert [one.channel for one in told(places, 0.0)] == [BACK]
    assert len(places) == 1
    places.align([GatewayMobile(device=CAR, channel=FRONT)], NOON_US)
    assert told(places, 100.0) == [], "entered again it begins anew"


def test_how_subscriptions_stand_is_told_when_it_changes() -> None:
    places = entered(FRONT)
    (_, stands) = places.next(0.0)
    assert [(one.watch, one.status) for one in stands] == [("waiting", 0)]
    places.told([], stands, 0.0)
    places.stand((CAR, FRONT), "waiting", 0, NOON_US)
    assert places.next(0.0) == ([], [])
    places.stand((CAR, FRONT), "refused", 489, NOON_US)
    (_, stands) = places.next(0.0)
    assert [(one.watch, one.status) for one in stands] == [("refused", 489)]
    assert stands[0].since_us > NOON_US, "later than the one before, though the clock stood"


WORDS = st.one_of(
    st.floats().map(str), st.text(max_size=12), st.sampled_from(["91.1", "29.6", "0", "-0.0", "1e400", ""])
)
BODY = "<?xml version='1.0'?><Notify><CmdType>MobilePosition</CmdType><SN>1</SN><DeviceID>{}</DeviceID>{}</Notify>"


@given(longitude=WORDS, latitude=WORDS, time=WORDS, id=st.sampled_from([CAR, FRONT, SIDE, ""]), listed=st.booleans())
def test_whatever_a_body_says_it_is_a_place_on_earth_or_none(
    longitude: str, latitude: str, time: str, id: str, listed: bool
) -> None:
    place = f"<Longitude>{longitude}</Longitude><Latitude>{latitude}</Latitude>"
    if listed:
        item = f"<Item><DeviceID>{id}</DeviceID><CaptureTime>{time}</CaptureTime>{place}</Item>"
        inside = f"<SumNum>1</SumNum><DeviceList Num='1'>{item}</DeviceList>"
    else:
        inside = f"<Time>{time}</Time>{place}"
    try:
        message = read_body(BODY.format(id, inside).encode("utf-8", "surrogatepass"))
    except Gb28181Refused:
        return
    assert isinstance(message, MobilePosition)
    places = entered(FRONT)
    places.take_in(CAR, message, NOON_US)
    for one in told(places, 0.0):
        assert abs(one.longitude) <= 180
        assert 0 < abs(one.latitude) <= 90
        assert one.channel == FRONT


@given(
    longitude=st.floats(0.0001, 180),
    latitude=st.floats(0.0001, 90),
    edition=st.sampled_from([Edition.E2016, Edition.E2022]),
)
def test_what_devices_of_either_edition_write_is_read_as_it_was_meant(
    longitude: float, latitude: float, edition: Edition
) -> None:
    if edition >= Edition.E2022:
        item = MovedItem(device_id=FRONT, capture_time=NOON, longitude=longitude, latitude=latitude)
        message = MobilePosition(sn=1, device_id=CAR, sum_num=1, devices=(item,))
    else:
        message = MobilePosition(sn=1, device_id=FRONT, time=NOON, longitude=longitude, latitude=latitude)
    read = read_body(write_message(message, edition))
    assert isinstance(read, MobilePosition)
    places = entered(FRONT)
    assert places.take_in(CAR, read, NOON_US) == 1
    (one,) = told(places, 0.0)
    assert one.longitude == pytest.approx(longitude, abs=1e-6)
    assert one.latitude == pytest.approx(latitude, abs=1e-6)
    assert one.said_us == NOON_US
