"""An address is judged by what it reaches, however it is written."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from custodes.addresses import is_within, may_reach, plain, reached
from custodes.settings.video import VideoSettings

EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
FORBIDDEN = (
    "127.0.0.1", "127.255.255.254", "169.254.169.254", "169.254.0.1", "100.100.100.200", "100.64.0.1", "100.127.255.254",
    "168.63.129.16", "192.0.0.192", "0.0.0.0", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
"""Of IPv4; each is tried in every form below."""
ALLOWED = ("10.20.30.40", "192.168.1.7", "172.16.0.9", "203.0.113.7", "8.8.8.8", "100.63.255.255", "100.128.0.1")


def forms(address: str) -> dict[str, str]:
    """The same machine, written for translators and tunnels."""
    number = int(ip_address(address))
    high, low = number >> 16, number & 0xFFFF
    return {
        "plain": address,
        "mapped": f"::ffff:{address}",
        "mapped in hex": f"::ffff:{high:x}:{low:x}",
        "NAT64": f"64:ff9b::{address}",
        "NAT64 in hex": f"64:ff9b::{high:x}:{low:x}",
        "6to4": f"2002:{high:x}:{low:x}::1",
        "6to4 with a host": f"2002:{high:x}:{low:x}:1:2:3:4:5",
    }


UNTOLD = {
    "local NAT64": "64:ff9b:1::808:808",
    "Teredo": "2001:0:cb00:7107:8000:63bf:3fff:fdd2",
    "compatible": "::8.8.8.8",
    "translated": "::ffff:0:8.8.8.8",
    "link-local": "fe80::1",
    "with a zone": "fe80::1%eth0",
    "site-local": "fec0::1",
    "multicast": "ff02::1",
    "nothing": "::",
    "loopback": "::1",
    "a cloud's keys": "fd00:ec2::254",
    "no address": "camera.example",
    "empty": "",
}


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_forbidden_machine_is_reached_in_no_form(address: str) -> None:
    for form, text in forms(address).items():
        assert reached(text) == ip_address(address), form
        assert not may_reach(text), form
        assert not may_reach(text, EVERYWHERE), form


@pytest.mark.parametrize("address", ALLOWED)
def test_another_machine_is_reached_in_each_that_tells_it(address: str) -> None:
    only = (ip_network(f"{address}/32"),)
    for form, text in forms(address).items():
        assert may_reach(text), form
        assert may_reach(text, only), form
        assert not may_reach(text, (ip_network("2002::/16"), ip_network("64:ff9b::/96"))), form


@pytest.mark.parametrize("text", UNTOLD.values(), ids=UNTOLD.keys())
def test_what_does_not_tell_its_machine_or_is_none_is_not_reached(text: str) -> None:
    assert not may_reach(text)
    assert not may_reach(text, EVERYWHERE)


def test_an_address_of_ipv6_alone_is_judged_as_it_is() -> None:
    assert may_reach("2400:3200::1")
    assert may_reach("fd00::7", (ip_network("fd00::/8"),))
    assert not may_reach("fd01::7", (ip_network("fd00::/16"),))


def test_shared_addresses_are_reached_where_a_network_of_them_is_named_and_keys_not_even_there() -> None:
    shared = (ip_network("100.64.0.0/10"),)
    assert may_reach("100.64.3.4", shared)
    assert not may_reach("100.64.3.4", (ip_network("100.0.0.0/8"),))
    assert not may_reach("100.100.100.200", shared)
    assert not may_reach("64:ff9b::100.100.100.200", shared)


def test_loopback_is_reached_in_training_alone_in_every_form_and_nothing_else_with_it() -> None:
    assert may_reach("::1", loopback=True)
    for form, text in forms("127.0.0.1").items():
        assert may_reach(text, (), loopback=True), form
    assert not may_reach("169.254.169.254", loopback=True)
    assert not may_reach("10.8.0.1", (), loopback=True)


def test_media_go_to_loopback_only_where_its_network_is_named() -> None:
    assert is_within("127.0.0.2", (ip_network("127.0.0.2/31"),))
    assert not is_within("127.0.0.2", (ip_network("203.0.113.0/24"),))


def test_a_packet_is_from_whom_it_says_and_not_from_whom_a_tunnel_hides() -> None:
    assert plain("::ffff:192.0.2.1") == plain("192.0.2.1")
    assert plain("fe80::1%eth0") == ip_address("fe80::1")
    assert plain("2002:c000:201::1") != plain("192.0.2.1")
    assert plain("camera") is None


@pytest.mark.parametrize(
    "network", ["2002::/16", "2002:a00::/24", "64:ff9b::/96", "64:ff9b::a00:0/104", "64:ff9b:1::/48"]
)
def test_a_network_of_cameras_is_none_of_a_translator(network: str) -> None:
    with pytest.raises(ValueError, match=r"CUSTODES_CAMERA_NETWORKS.*IPv4 network"):
        VideoSettings(camera_networks=f"10.8.0.0/16,{network}")
    assert VideoSettings(camera_networks="10.8.0.0/16,fd00::/8").camera_networks
