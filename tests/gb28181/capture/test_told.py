"""What is told of a message: what it is, what it wants, and never what lets somebody in."""

from __future__ import annotations

import json

import pytest

from custodes.gb28181.capture.messages import CapturedMessage
from custodes.gb28181.capture.packets import Ends
from custodes.gb28181.capture.told import ShownMessage, tell
from custodes.gb28181.manscdp.catalog import CatalogPart
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.ptz.command import Move, Preset, PresetDo
from custodes.gb28181.ptz.octets import encode
from custodes.gb28181.sip.message import read_datagram
from tests.gb28181.sip.examples import DEVICE, SERVER

ENDS = Ends("192.0.2.1", 5060, "2001:db8::1", 5060)


def told(body: bytes, kind: str = "Application/MANSCDP+xml", more: str = "", method: str = "MESSAGE") -> ShownMessage:
    head = (
        f"{method} sip:{SERVER}@3402000000 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
        f"From: <sip:{DEVICE}@3402000000>;tag=a\r\nTo: <sip:{SERVER}@3402000000>\r\nCall-ID: c1\r\n"
        f"CSeq: 1 {method}\r\nContent-Type: {kind}\r\n{more}\r\n"
    )
    return tell(CapturedMessage(1_795_527_907_123_000, ENDS, "UDP", read_datagram(head.encode() + body)))


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (DeviceControl(sn=3, device_id=DEVICE, ptz=encode(Move(40, 0, 0))), "PTZ move pan=40 tilt=0 zoom=0"),
        (
            DeviceControl(sn=3, device_id=DEVICE, ptz=encode(Preset(PresetDo.CALL, 7))),
            "PTZ preset do=call number=7",
        ),
        (CatalogPart(sn=4, device_id=DEVICE, sum_num=9, items=(CatalogItem(device_id=DEVICE, name="gate"),)), "1 of 9"),
    ],
)
def test_a_body_is_said_in_words(message: Message, words: str) -> None:
    found = told(write_message(message))
    assert words in found.line
    assert DEVICE in found.ids
    assert found.line.startswith("21:45:07.123 UDP 192.0.2.1:5060 > [2001:db8::1]:5060 MESSAGE")


def test_a_description_is_said_in_words() -> None:
    sdp = f"v=0\r\no={DEVICE} 0 0 IN IP4 192.0.2.1\r\ns=Play\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=video 30000 TCP/RTP/AVP 96\r\na=setup:passive\r\na=recvonly\r\na=rtpmap:96 PS/90000\r\ny=0200000001\r\n"
    found = told(sdp.encode(), "Application/SDP", method="INVITE")
    assert found.about == "SDP Play video TCP 192.0.2.1:30000 passive recvonly y=0200000001"
    pause = told(b"PAUSE RTSP/1.0\r\nCSeq: 2\r\nPauseTime: now\r\n\r\n", "Application/MANSRTSP", method="INFO")
    assert pause.about == "MANSRTSP PAUSE"


SECRETS = ("tops3cret", "0123456789abcdef0123456789abcdef", "feedfeedfeedfeedfeedfeedfeedfeed")


def test_no_form_of_output_has_a_secret() -> None:
    body = (
        "<?xml version='1.0'?><Control><CmdType>DeviceConfig</CmdType><SN>1</SN><DeviceID>34020000001320000001</DeviceID><BasicParam>"
        '<Password>tops3cret</Password><URL>ftp://u:tops3cret@192.0.2.9/x</URL></BasicParam><X passwd="tops3cret"/></Control>'
    )
    more = (
        f'Authorization: Digest username="{DEVICE}", realm="3402000000", nonce="n", uri="sip:x", response="{SECRETS[1]}"\r\n'
        f'Authentication-Info: rspauth="{SECRETS[2]}"\r\nContact: <sip:{DEVICE}:tops3cret@192.0.2.1>\r\n'
    )
    found = told(body.encode(), more=more)
    shown = [found.line, found.whole, json.dumps(found.document), repr(found)]
    assert "Authorization" in found.whole
    assert not [secret for secret in SECRETS for text in shown if secret in text]


def test_nothing_of_a_peer_steers_the_terminal() -> None:
    body = "<?xml version='1.0'?><Notify><CmdType>\u009b2J\u202eX</CmdType><SN>1</SN><DeviceID>1</DeviceID></Notify>"
    found = told(body.encode(), more="Subject: a\u009b31mb\u2028c\r\n")
    assert not [letter for letter in found.whole + found.line if not letter.isprintable() and letter != "\n"]


def test_a_message_without_what_it_needs_is_told_with_what_it_breaks() -> None:
    message = read_datagram(b"MESSAGE sip:x@y SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n")
    found = tell(CapturedMessage(0, ENDS, "UDP", message))
    assert (found.wrong, "broken: missing-field" in found.line) == ("missing-field", True)
