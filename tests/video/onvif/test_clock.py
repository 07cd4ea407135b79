"""A device's clock is set by ours, once it was read, and never where a server sets it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from custodes.video.onvif.device import set_clock
from custodes.video.source.address import AddressPolicy
from tests.video.onvif.virtual import device_that

LOOPBACK = AddressPolicy(allow_loopback=True)
ENVELOPE = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{}</s:Body></s:Envelope>'
FIELDS = ("Year", "Month", "Day", "Hour", "Minute", "Second")


class Clock:
    """A device with a clock that is off; it takes its time from `source`."""

    def __init__(self, off: timedelta, source: str = "Manual", daylight: str = "true") -> None:
        self.off, self.source, self.daylight = off, source, daylight
        self.set: list[str] = []

    def answer(self, path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        if "SetSystemDateAndTime" in body:
            self.set.append(body)
            values = [int(re.search(f"<{name}>(\\d+)</{name}>", body)[1]) for name in FIELDS]  # type: ignore[index]
            self.off = datetime(*values, tzinfo=UTC) - datetime.now(UTC)  # type: ignore[misc, arg-type]
            return 200, {}, ENVELOPE.format("<SetSystemDateAndTimeResponse/>").encode()
        at = datetime.now(UTC) + self.off
        date = f"<Date><Year>{at.year}</Year><Month>{at.month}</Month><Day>{at.day}</Day></Date>"
        time = f"<Time><Hour>{at.hour}</Hour><Minute>{at.minute}</Minute><Second>{at.second}</Second></Time>"
        said = (
            f"<R><DateTimeType>{self.source}</DateTimeType><DaylightSavings>{self.daylight}</DaylightSavings>"
            f"<UTCDateTime>{time}{date}</UTCDateTime></R>"
        )
        return 200, {}, ENVELOPE.format(said).encode()


async def test_a_clock_that_is_off_is_set_and_both_differences_are_said() -> None:
    device = Clock(timedelta(hours=-8))
    with device_that(device.answer) as port:
        done = await set_clock("127.0.0.1", port, "u", "secret-word", LOOPBACK)
    assert done.ok, done.detail
    assert done.before_s is not None
    assert done.after_s is not None
    assert -28_802 < done.before_s < -28_798
    assert abs(done.after_s) < 5
    [said] = device.set
    assert "<DaylightSavings>true</DaylightSavings>" in said, "what else is set there stays"
    assert "secret-word" not in said


async def test_a_device_that_takes_its_time_from_a_server_is_left_alone() -> None:
    device = Clock(timedelta(minutes=5), source="NTP")
    with device_that(device.answer) as port:
        done = await set_clock("127.0.0.1", port, "u", "p", LOOPBACK)
    assert (done.ok, done.failure) == (False, "ntp")
    assert not device.set


@pytest.mark.parametrize("policy", [AddressPolicy()])
async def test_nothing_outside_the_networks_of_cameras_is_set(policy: AddressPolicy) -> None:
    device = Clock(timedelta(0))
    with device_that(device.answer) as port:
        done = await set_clock("127.0.0.1", port, "u", "p", policy)
    assert done.failure == "loopback"
    assert not device.set
