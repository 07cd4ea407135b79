"""Where a response goes: to where the request came from, whatever its Via says (RFC 3261 §18.2, RFC 3581)."""

from __future__ import annotations

import pytest

from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.via import back_to, own_via, parse_via, stamped

SEEN = Peer("UDP", "198.51.100.7", 40123)


@pytest.mark.parametrize(
    ("via", "written", "port"),
    [
        # rport: the observed port, NAT or not.
        ("SIP/2.0/UDP 192.168.1.64:5060;rport;branch=z9hG4bKa", ";rport=40123;branch=z9hG4bKa;received=198.51.100.7", 40123),
        ("SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKa", ";rport=40123;branch=z9hG4bKa;received=198.51.100.7", 40123),
        # NAT without rport: only the observed port gets through.
        ("SIP/2.0/UDP 192.168.1.64:5060;branch=z9hG4bKa", ";branch=z9hG4bKa;received=198.51.100.7", 40123),
        # No NAT, no rport: the port that it listens on.
        ("SIP/2.0/UDP 198.51.100.7:5070;branch=z9hG4bKa", ";branch=z9hG4bKa", 5070),
        ("SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKa", ";branch=z9hG4bKa", 5060),
        # A peer that claims what was observed.
        ("SIP/2.0/UDP 198.51.100.7;received=203.0.113.1;branch=z9hG4bKa", ";branch=z9hG4bKa", 5060),
    ],
)  # fmt: skip
def test_a_response_goes_to_where_the_request_came_from(via: str, written: str, port: int) -> None:
    found = parse_via(via)
    assert ";" + str(stamped(found, SEEN)).partition(";")[2] == written
    assert back_to(found, SEEN) == Peer("UDP", "198.51.100.7", port)


def test_over_tcp_the_connection_is_used_again() -> None:
    source = Peer("TCP", "198.51.100.7", 40123, 9)
    assert back_to(parse_via("SIP/2.0/TCP 192.168.1.64:5060"), source) == source


def test_our_own_via_asks_for_the_observed_port() -> None:
    found = parse_via(own_via("UDP", "2001:db8::1", 5060, "z9hG4bKx"))
    assert (found.host, found.port, found.branch) == ("2001:db8::1", 5060, "z9hG4bKx")
    assert "rport" in found.parameters


@pytest.mark.parametrize("text", ["", "SIP/2.0/UDP", "UDP h", "SIP/2.0 h", ";branch=1", "SIP/2.0/UDP :5060"])
def test_what_is_no_via_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_via(text)


def test_blanks_around_slashes_are_read() -> None:
    assert parse_via("SIP / 2.0 / TCP h:1 ;branch=b").carrier == "TCP"
