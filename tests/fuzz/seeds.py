"""Where each target begins: messages, bodies and streams of the other tests."""

from __future__ import annotations

from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.keepalive import Keepalive
from custodes.gb28181.media.frame import Coding
from custodes.gb28181.media.rtp import framed
from custodes.gb28181.ptz.command import Move, Preset, PresetDo
from custodes.gb28181.ptz.octets import encode
from custodes.gb28181.sip.guard import ChallengeTerms
from tests.fuzz.targets import DEVICE, SERVER
from tests.gb28181.capture.test_capture import FILES, message
from tests.gb28181.media.films import film, mixed, packets, packs
from tests.interop.gb28181.test_tshark import Recorded, conversation


def seeds() -> dict[str, list[bytes]]:
    """Inputs by target."""
    talked: Recorded = conversation(ChallengeTerms())
    wire = [octets for _moment, _source, _target, octets in talked.kept]
    long = [octets for octets in wire if octets.partition(b"\r\n\r\n")[2]] + wire[:6]
    bodies = [
        write_message(Keepalive(sn=1, device_id=DEVICE)),
        write_message(CatalogQuery(sn=2, device_id=DEVICE)),
        write_message(
            CatalogPart(sn=3, device_id=DEVICE, sum_num=2, items=(CatalogItem(device_id=DEVICE, name="镕基路口"),))
        ),
        write_message(DeviceControl(sn=4, device_id=DEVICE, ptz=encode(Move(40, -3, 2)))),
        b"<?xml version='1.0'?><Control><CmdType>DeviceConfig</CmdType><SN>1</SN><DeviceID>1</DeviceID><Password>x</Password></Control>",
    ]
    sdp = (
        f"v=0\r\no={DEVICE} 0 0 IN IP4 192.0.2.1\r\ns=Playback\r\nu={DEVICE}:3\r\nc=IN IP4 192.0.2.1\r\nt=1795527907 1795531507\r\n"
        "m=video 30000 TCP/RTP/AVP 96 98\r\na=setup:passive\r\na=connection:new\r\na=recvonly\r\na=rtpmap:96 PS/90000\r\ny=1200000001\r\nf=v/2/6/25/1/4096a/1/8/1\r\n"
    ).encode()
    rtsp = b"PLAY RTSP/1.0\r\nCSeq: 2\r\nScale: 2.0\r\nRange: npt=10-\r\n\r\n"
    small = mixed(Coding.H265)[:6]
    streams = [b"\x3f" + b"".join(packs(frames)) for frames in (list(film(Coding.H264)[:3]), small)]
    sent = [packets(frames, largest=400) for frames in (list(film(Coding.H264)[:3]), small)]
    return {
        "sip": [*long, message(1)],
        "framing": [b"\x20" + message(1) + b"\r\n\r\n" + message(2), *(b"\xff" + octets for octets in long[:6])],
        "endpoint": [b"\n====\n".join(wire[:8]), b"\n====\n".join(wire[4:16]), *wire[:3]],
        "manscdp": bodies,
        "descriptions": [sdp, rtsp, f"{DEVICE}:0200000001,{SERVER}:0".encode(), b"RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n"],
        "speech": [sdp.replace(b"Playback", b"Play").replace(b"m=video", b"m=audio").replace(b" 96", b" 8"), *streams],
        "program": streams,
        "rtp": [b"".join(map(framed, one)) for one in sent],
        "rtp_over_tcp": [b"\x80" + b"".join(map(framed, one)) for one in sent],
        "ptz": [encode(Move(40, 0, 0)).encode(), encode(Preset(PresetDo.CALL, 7)).encode()],
        "capture": [*FILES, talked.pcap()],
    }
