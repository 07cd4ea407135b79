"""Where a node may connect, and what a camera's address may be."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from custodes.video.source.address import (
    AddressPolicy,
    BadUrl,
    NotAllowed,
    OwnMachine,
    UnknownName,
    parse_camera_url,
    same_host,
)

CAMERAS = AddressPolicy((ipaddress.ip_network("10.8.0.0/16"), ipaddress.ip_network("fd00::/8")))
EVERYTHING = AddressPolicy((ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")))


@pytest.mark.parametrize("address", ["10.8.0.1", "10.8.255.254", "fd00::1", "::ffff:10.8.0.1"])
def test_an_address_inside_the_networks_is_allowed(address: str) -> None:
    assert CAMERAS.allows(address)


@pytest.mark.parametrize("address", ["10.9.0.1", "8.8.8.8", "2001:db8::1", "::ffff:8.8.8.8", "not an address", ""])
def test_an_address_outside_the_networks_is_not(address: str) -> None:
    assert not CAMERAS.allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "169.254.169.254", "fe80::1", "fe80::1%eth0",
        "224.0.0.1", "ff02::1", "0.0.0.0", "::", "255.255.255.255", "100.100.100.200", "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_special_addresses_are_never_allowed_by_a_network(address: str) -> None:
    assert not EVERYTHING.allows(address)


def test_loopback_is_allowed_in_the_demo_alone_and_link_local_not_even_there() -> None:
    demo = AddressPolicy((), allow_loopback=True)
    assert demo.allows("127.0.0.1")
    assert demo.allows("::1")
    assert not demo.allows("169.254.169.254")
    assert not demo.allows("10.8.0.1")
    assert not AddressPolicy().allows("10.8.0.1")


def lookup(*addresses: str) -> Any:
    def answer(host: str, port: int, **_options: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port)) for a in addresses]

    return answer


def test_a_name_is_resolved_once_and_its_first_allowed_address_taken() -> None:
    target = CAMERAS.target("camera.example", 554, lookup("127.0.0.1", "10.8.0.7", "10.8.0.8"))
    assert (target.address, target.port, target.family) == ("10.8.0.7", 554, socket.AF_INET)


@pytest.mark.clause("N12")
def test_a_name_that_leads_elsewhere_is_not_allowed() -> None:
    with pytest.raises(NotAllowed, match=r"camera\.example"):
        CAMERAS.target("camera.example", 554, lookup("127.0.0.1", "169.254.169.254"))


@pytest.mark.parametrize("reached", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_refused_in_its_own_words_whatever_networks_are_allowed(reached: str) -> None:
    """No network opens it outside training: the words named CUSTODES_CAMERA_NETWORKS, which changed nothing."""
    with pytest.raises(OwnMachine, match="training installation") as refused:
        EVERYTHING.target("camera.example", 554, lookup(reached))
    assert "CUSTODES_CAMERA_NETWORKS" not in str(refused.value)
    assert refused.value.failure == "loopback"
    with pytest.raises(NotAllowed, match="CUSTODES_CAMERA_NETWORKS"):
        EVERYTHING.target("camera.example", 554, lookup(reached, "169.254.169.254"))


def test_a_name_without_address_is_unknown() -> None:
    def fail(*_args: object, **_options: object) -> Any:
        raise socket.gaierror

    with pytest.raises(UnknownName):
        CAMERAS.target("camera.example", 554, fail)


def test_numbers_that_only_look_like_other_addresses_are_judged_by_what_is_reached() -> None:
    # inet_aton spellings of 127.0.0.1 resolve to it and are refused.
    for spelling in ("0x7f.1", "2130706433", "127.1"):
        with pytest.raises((NotAllowed, UnknownName)):
            EVERYTHING.target(spelling, 554)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("rtsp://10.8.0.1/a?b=1", "10.8.0.1", 554),
        ("RTSP://camera:8554/", "camera", 8554),
        ("rtsp://[fd00::1]:99/x", "fd00::1", 99),
    ],
)
def test_a_camera_address_is_taken_apart(text: str, host: str, port: int) -> None:
    url = parse_camera_url(text)
    assert (url.host, url.port, url.text) == (host, port, text)


@pytest.mark.parametrize(
    "text",
    [
        "", "http://h/", "rtsp://", "rtsp:///x", "rtsp://h:0/", "rtsp://h:99999/", "rtsp://h:x/", "rtsp://user:secret@h/",
        "rtsp://h/a b", "rtsp://h/\r\nX: y", "rtsp://[::1", "file:///etc/passwd", "rtmp://h/", "https://h/",
    ],
)  # fmt: skip
def test_what_is_no_camera_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadUrl) as caught:
        parse_camera_url(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("other", "same"), [("rtsp://cam:99/b", True), ("rtsp://other/a", False), ("http://cam/a", False), ("", False)]
)
def test_only_the_same_name_is_the_same_host(other: str, same: bool) -> None:
    assert same_host("rtsp://CAM/a", other) is same
