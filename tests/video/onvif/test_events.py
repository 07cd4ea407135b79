"""Of what a device says, only what is about its picture and itself is read."""

from __future__ import annotations

import pytest

from custodes.video.onvif.client import OnvifClient, OnvifFailure
from custodes.video.onvif.events import MOST_AT_ONCE, OnvifNotice, PullPoint, notice_of
from custodes.video.onvif.xml import parse
from custodes.video.source.address import SourceAddress
from tests.video.onvif.pullpoint import notification, talking_device


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("tns1:VideoSource/tns1:GlobalSceneChange/ImagingService", "tamper"),
        ("tns1:VideoSource/ImageTooDark/AnalyticsService", "tamper"),
        ("tns1:RuleEngine/TamperDetector/Tamper", "tamper"),
        ("tns1:VideoSource/MotionAlarm", "motion"),
        ("tns1:RuleEngine/CellMotionDetector/Motion", "motion"),
        ("tns1:Device/HardwareFailure/StorageFailure", "disk"),
    ],
)
def test_the_known_topics_are_read_with_on_and_off(topic: str, kind: str) -> None:
    for value, on in (("true", True), ("1", True), ("false", False), ("0", False)):
        notice = notice_of(parse(notification(topic, value).encode()))
        assert notice is not None
        assert (notice.kind, notice.on) == (kind, on)
        assert "tns1" not in notice.topic


@pytest.mark.parametrize(
    "topic",
    [
        "tns1:RuleEngine/FieldDetector/ObjectsInside",
        "tns1:RuleEngine/Recognition/Face",
        "tns1:RuleEngine/Recognition/LicensePlate",
        "tns1:RuleEngine/LineDetector/Crossed",
        "tnsx:HumanShapeDetect",
        "",
    ],
)
def test_what_a_device_says_of_people_and_plates_is_not_read(topic: str) -> None:
    assert notice_of(parse(notification(topic, "true").encode())) is None


def test_a_message_that_says_neither_yes_nor_no_is_passed_over() -> None:
    assert notice_of(parse(notification("tns1:VideoSource/MotionAlarm", "maybe").encode())) is None
    assert notice_of(parse(b"<NotificationMessage/>")) is None


async def test_a_subscription_is_opened_pulled_and_given_back() -> None:
    with talking_device() as device:
        device.host = "169.254.169.254"  # where it says that its services are is not where they are asked
        point = PullPoint(OnvifClient(SourceAddress(2, "127.0.0.1", device.port), "127.0.0.1"))
        await point.open()
        device.say.put(notification("tns1:Device/HardwareFailure/StorageFailure", "true", "Failed") * 2)
        assert await point.pull() == [OnvifNotice("disk", True, "Device/HardwareFailure/StorageFailure")] * 2
        assert await point.pull() == []
        device.say.put(notification("tns1:VideoSource/MotionAlarm", "true") * (MOST_AT_ONCE + 30))
        assert len(await point.pull()) == MOST_AT_ONCE
        await point.close()
    assert ("/onvif/sub?id=1", "Unsubscribe") in device.asked


async def test_a_subscription_that_is_gone_is_a_failure() -> None:
    with talking_device() as device:
        point = PullPoint(OnvifClient(SourceAddress(2, "127.0.0.1", device.port), "127.0.0.1"))
        await point.open()
        device.say.put("gone")
        with pytest.raises(OnvifFailure):
            await point.pull()
