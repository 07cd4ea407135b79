"""Answers of any shape to a call of ours: read into something that can be done, or refused; never anything else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custodes.gateway.speaking.short_form import answered
from custodes.gb28181.refused import Gb28181Refused
from custodes.video.wire.calls import Setup
from tests.gateway.speaking.test_offer import ASK, HEAD, HOST, LINES, admits

Y = "0340200001"
SETUPS: tuple[Setup, ...] = ("udp", "tcp-passive", "tcp-active")


def held(body: bytes, setup: Setup) -> None:
    """Whatever comes of it goes where devices may be, as it was offered, under our number."""
    try:
        found = answered(ASK.model_copy(update={"setups": (setup,)}), Y, body, HOST, admits)
    except Gb28181Refused:
        return
    assert admits(found.address)
    assert all(admits(host) for host in found.hosts)
    assert 0 < found.port < 65_536
    assert (found.setup, found.y) == (setup, Y)
    assert 0 <= found.type < 128
    assert found.encoding in ("pcma", "pcmu", "ps")


@given(st.lists(LINES, max_size=14), st.sampled_from(["\r\n", "\n"]), st.sampled_from(SETUPS))
@example(["m=audio 15500 RTP/AVP 8"], "\r\n", "udp")
@example(["m=audio 15500 TCP/RTP/AVP 8", "a=setup:passive", "y=9999999999"], "\r\n", "tcp-passive")
def test_what_devices_might_answer(lines: list[str], end: str, setup: Setup) -> None:
    held((HEAD + end.join(lines) + end).encode(), setup)


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode), st.sampled_from(SETUPS))
def test_what_nobody_answers(junk: bytes, setup: Setup) -> None:
    held(junk, setup)
    held(HEAD.encode() + junk, setup)
    held(HEAD.encode() + b"m=audio 15500 RTP/AVP 8\r\n" + junk, setup)


@pytest.mark.parametrize(
    ("lines", "setup", "field"),
    [
        ("m=video 15500 RTP/AVP 96", "udp", "m"),
        ("m=audio 0 RTP/AVP 8", "udp", "m"),
        ("m=audio 15500 TCP/RTP/AVP 8", "udp", "m"),
        ("m=audio 15500 RTP/AVP 8", "tcp-passive", "m"),
        ("m=audio 9 TCP/RTP/AVP 8\r\na=setup:active", "tcp-active", "m"),
        ("m=audio 15500 RTP/AVP 8\r\na=sendonly", "udp", "a"),
        ("m=audio 15500 RTP/AVP 8\r\na=inactive", "udp", "a"),
        ("m=audio 15500 RTP/AVP 18", "udp", "m"),
        ("m=audio 15500 RTP/AVP 8\r\na=rtpmap:8 DAHUA/90000", "udp", "m"),
        ("m=audio 15500 RTP/AVP 8\r\nc=IN IP6 2001:db8::1", "udp", None),
    ],
)
def test_what_can_t_be_done_names_the_field(lines: str, setup: Setup, field: str | None) -> None:
    ask = ASK.model_copy(update={"setups": (setup,)})
    body = (HEAD + lines + "\r\n").encode()
    if field is None:  # where devices may not be: spoken to where it was heard
        assert answered(ask, Y, body, HOST, admits).address == HOST
        return
    with pytest.raises(Gb28181Refused) as refused:
        answered(ask, Y, body, HOST, admits)
    assert refused.value.field == field


def test_its_number_and_its_part_in_connecting_are_not_believed() -> None:
    ask = ASK.model_copy(update={"setups": ("tcp-active",)})
    body = (HEAD + "m=audio 15500 TCP/RTP/AVP 8\r\na=setup:active\r\ny=0200000007\r\n").encode()
    found = answered(ask, Y, body, HOST, admits)
    assert (found.setup, found.y) == ("tcp-active", Y)


@pytest.mark.parametrize("address", ["0.0.0.0", "224.0.0.1", "255.255.255.255", "169.254.3.3", "198.51.100.7"])
def test_where_no_device_may_be_it_is_spoken_to_where_it_was_heard(address: str) -> None:
    found = answered(ASK, Y, (HEAD.replace(HOST, address) + "m=audio 15500 RTP/AVP 8\r\n").encode(), HOST, admits)
    assert (found.address, found.hosts) == (HOST, (HOST,))
