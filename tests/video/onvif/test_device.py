"""What is found at a virtual ONVIF camera, and what becomes of devices that mean no good."""

from __future__ import annotations

import ipaddress

import pytest

from custodes.video.onvif import client, device
from custodes.video.onvif.client import OnvifClient, OnvifFailure, path_of
from custodes.video.onvif.xml import MAX_BYTES, BadXml, parse
from custodes.video.source.address import AddressPolicy, SourceAddress
from custodes.video.wire.onvif import OnvifFound
from tests.video.onvif.virtual import LOGIN, device_that, device_that_dribbles, virtual_camera

LOOPBACK = AddressPolicy(allow_loopback=True)
ENVELOPE = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>%s</s:Body></s:Envelope>'


async def look(port: int, policy: AddressPolicy = LOOPBACK, host: str = "127.0.0.1") -> OnvifFound:
    return await device.look(host, port, *LOGIN, policy)


async def test_a_camera_says_who_made_it_its_streams_its_clock_and_that_it_turns() -> None:
    with virtual_camera(rtsp_port=8554) as camera:
        found = await look(camera.port)
    assert found.ok, found.detail
    assert found.manufacturer == camera.config.manufacturer
    assert (found.ptz, found.dropped) == (True, 0)
    assert found.clock_offset_s is not None
    assert abs(found.clock_offset_s) < 5
    [channel] = found.channels
    main, sub = channel.streams
    assert (main.url, main.codec) == ("rtsp://127.0.0.1:8554/c0/main", "H264")
    assert (main.width, main.height) == (camera.config.main_width, camera.config.main_height)
    assert main.width > sub.width


async def test_a_wrong_password_is_told_apart() -> None:
    with virtual_camera() as camera:
        found = await device.look("127.0.0.1", camera.port, LOGIN[0], "wrong", LOOPBACK)
    assert (found.ok, found.failure) == (False, "password")


async def test_a_device_whose_clock_is_years_behind_still_takes_the_login(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    from ipycam import onvif as theirs

    then = datetime(2020, 1, 1, 12, 0, 0, tzinfo=UTC)
    with virtual_camera() as camera:
        monkeypatch.setattr(theirs, "_created_within_skew", lambda created: created.startswith("2020-01-01T12:0"))
        monkeypatch.setattr(theirs.time, "gmtime", lambda: then.timetuple())
        checks = camera.onvif.verify_usernametoken
        camera.onvif.verify_usernametoken = lambda body: "GetSystemDateAndTime" in body or checks(body)
        found = await look(camera.port)
    assert found.ok, found.detail
    assert found.clock_offset_s is not None
    assert found.clock_offset_s < -100_000_000


async def test_nothing_outside_the_networks_of_cameras_is_connected_to() -> None:
    with virtual_camera() as camera:
        found = await look(camera.port, AddressPolicy((ipaddress.ip_network("10.0.0.0/8"),)))
    assert found.failure == "loopback"


async def test_a_stream_on_another_host_is_left_out_and_counted() -> None:
    with virtual_camera() as camera:
        camera.config.local_ip = "10.9.9.9"
        found = await look(camera.port)
    assert (found.ok, found.failure, found.dropped) == (False, "path", 2)


async def test_service_addresses_of_another_host_are_asked_at_the_device_itself() -> None:
    with virtual_camera() as camera:
        original = camera.onvif.get_capabilities
        camera.onvif.get_capabilities = lambda: original().replace("127.0.0.1", "169.254.169.254")
        found = await look(camera.port)
    assert found.ok, found.detail


@pytest.mark.parametrize(
    ("status", "headers", "data", "failure"),
    [
        (302, {"Location": "http://169.254.169.254/"}, b"", "protocol"),
        (401, {}, b"", "password"),
        (404, {}, b"", "path"),
        (200, {}, b"", "protocol"),
        (200, {}, b"<html>not soap</html>", "protocol"),
        (200, {}, ENVELOPE % b"", "protocol"),
        (200, {}, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "protocol"),
        (200, {}, b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "protocol"),
        (200, {}, b"<a>" * 100_000, "protocol"),
        (200, {}, ENVELOPE % (b"<a>" * 20_000 + b"</a>" * 20_000), "protocol"),
        (200, {}, b"x" * (MAX_BYTES + 1), "protocol"),
        (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b", "protocol"),
        (200, {}, ENVELOPE % b"<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code></s:Fault>", "protocol"),
        (400, {}, ENVELOPE % b"<s:Fault><s:Value>ter:NotAuthorized</s:Value></s:Fault>", "password"),
        (200, {}, b"\xff\xfe\x00", "protocol"),
        (200, {}, b"<?xml version='1.0' encoding='no-such'?><a/>", "protocol"),
    ],
)  # fmt: skip
async def test_a_bad_answer_is_a_plain_failure(status: int, headers: dict[str, str], data: bytes, failure: str) -> None:
    with device_that(lambda path, body: (status, headers, data)) as port:
        found = await look(port)
    assert (found.ok, found.failure) == (False, failure)
    assert "passwd" not in found.detail


async def test_a_device_that_answers_one_byte_at_a_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.OnvifClient, "seconds", 0.4, raising=False)
    with device_that_dribbles() as port:
        slow = OnvifClient(SourceAddress(2, "127.0.0.1", port), "127.0.0.1", seconds=0.4)
        with pytest.raises(OnvifFailure) as given_up:
            await slow.call(client.DEVICE_PATH, "<x/>")
    assert given_up.value.kind == "timeout"


async def test_a_device_that_nobody_is_behind_refuses() -> None:
    with device_that(lambda path, body: (200, {}, b"")) as port:
        pass
    assert (await look(port)).failure == "refused"


async def test_the_password_is_never_sent_in_the_clear() -> None:
    heard: list[str] = []

    def answer(path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        heard.append(body)
        return 401, {"WWW-Authenticate": 'Basic realm="x"'}, b""

    with device_that(answer) as port:
        slow = OnvifClient(SourceAddress(2, "127.0.0.1", port), "127.0.0.1", *LOGIN)
        with pytest.raises(OnvifFailure):
            await slow.call(client.DEVICE_PATH, "<x/>")
    assert heard
    assert all(LOGIN[1] not in body for body in heard)


@pytest.mark.parametrize(
    ("xaddr", "path"),
    [
        ("http://10.0.0.1/onvif/media", "/onvif/media"),
        ("http://10.0.0.1:8080/a?b=c", "/a?b=c"),
        ("http://10.0.0.1", "/"),
    ],
)
def test_of_a_services_address_only_the_path_is_used(xaddr: str, path: str) -> None:
    assert path_of(xaddr) == path


@pytest.mark.parametrize("xaddr", ["http://x/a b", "http://x/a\r\nX: y", "http://[", "http://x/é"])
def test_a_path_that_would_break_a_request_is_none(xaddr: str) -> None:
    with pytest.raises(ValueError):
        path_of(xaddr)


def test_document_types_are_refused_whatever_is_in_them() -> None:
    with pytest.raises(BadXml):
        parse(b"<!DOCTYPE a><a/>")
