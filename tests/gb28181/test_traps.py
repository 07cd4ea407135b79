"""A device that breaks each rule which cost other platforms most, against our bodies put together as a platform uses them."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, field

import pytest

from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.collector import SECOND, Collected, Collector, End
from custodes.gb28181.manscdp.events import apply
from custodes.gb28181.manscdp.frame import Message, Unknown, write_message
from custodes.gb28181.manscdp.item import CatalogItem, completed
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.paging import parts
from custodes.gb28181.manscdp.tree import build_tree
from custodes.gb28181.manscdp.waiting import SerialNumbers, Waiting, WaitingQuestion
from custodes.gb28181.manscdp.xml import PLATFORM_LIMITS
from custodes.gb28181.ptz.octets import decode
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import read_sdp
from custodes.gb28181.ssrc import SsrcPool

NVR, PLATFORM = "34020000001180000001", "34020000002000000001"


def channel_id(number: int) -> str:
    return f"3402000000132{number:07d}"


def items(count: int, name: str = "东门") -> str:
    return "".join(f"<Item><DeviceID>{channel_id(n)}</DeviceID><Name>{name}{n}</Name></Item>" for n in range(count))


def part(sn: object, total: object, inner: str, declared: str = "GB2312") -> str:
    return (
        f'<?xml version="1.0" encoding="{declared}"?><Response><CmdType>Catalog</CmdType><SN>{sn}</SN><DeviceID>{NVR}</DeviceID>'
        f'<SumNum>{total}</SumNum><DeviceList Num="1">{inner}</DeviceList></Response>'
    )


@dataclass
class Platform:
    """What asks for a catalog and hears whatever comes, with a clock that is passed in."""

    now: int = 0
    numbers: SerialNumbers = field(default_factory=SerialNumbers)
    waiting: Waiting[Collector[CatalogItem]] = field(default_factory=Waiting)
    refused: int = 0
    unknown: int = 0

    def ask(self) -> int:
        sn = self.numbers.next()
        write_message(CatalogQuery(sn=sn, device_id=NVR))
        collector: Collector[CatalogItem] = Collector(lambda item: item.device_id, self.now)
        self.waiting.ask(WaitingQuestion("nvr", "Catalog", sn, NVR, self.now + 3600 * SECOND, collector))
        self.last = collector
        return sn

    def hear(self, data: bytes) -> Message | None:
        """A body came; never more than a refusal comes of it."""
        try:
            message = read_body(data)
        except Gb28181Refused:
            self.refused += 1
            return None
        if isinstance(message, Unknown):
            self.unknown += 1
        if isinstance(message, CatalogPart):
            question = self.waiting.answered("nvr", message.CMD, message.sn, message.device_id)
            if question is not None and question.what.add(message.sum_num, message.items, self.now) is not None:
                self.waiting.done(question)
        return message

    def later(self, seconds: int) -> Collected[CatalogItem]:
        self.now += seconds * SECOND
        self.last.tick(self.now)
        return self.last.collected()


@pytest.mark.parametrize("y", ["", "y=\r\n", "y=200000001\r\n", "y=00200000001\r\n", "y=abc\r\n", "y=0000000000\r\n"])
def test_ssrc_left_out_shortened_or_garbage_costs_no_call(y: str) -> None:
    asked = SsrcPool(PLATFORM).take(False, 0)
    answer = read_sdp(
        f"v=0\r\no={NVR} 0 0 IN IP4 192.0.2.9\r\ns=Play\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=video 9 RTP/AVP 96\r\n{y}".encode()
    )
    assert answer.ssrc in (None, int(asked))
    assert answer.media[0].port == 9


@pytest.mark.parametrize("declared", ["GB2312", "UTF-8", "gbk"])
@pytest.mark.parametrize("octets", ["gb18030", "utf-8"])
def test_charset_label_and_octets_that_differ_cost_no_name(declared: str, octets: str) -> None:
    platform = Platform()
    sn = platform.ask()
    platform.hear(part(sn, 2, items(2, "镕䶮门"), declared).encode(octets))
    assert [item.name for item in platform.last.collected().entries] == ["镕䶮门0", "镕䶮门1"]


def test_a_content_length_in_characters_costs_that_part_alone() -> None:
    platform = Platform()
    sn = platform.ask()
    whole = part(sn, 2, items(1, "很长的名字" * 5))
    platform.hear(whole.encode()[: len(whole)])
    assert platform.refused == 1
    platform.hear(part(sn, 2, items(2)).encode("gbk"))
    assert platform.last.end is End.COMPLETE


def test_a_wrong_number_repeated_parts_a_stray_and_a_total_too_large_end_in_time() -> None:
    platform = Platform()
    sn = platform.ask()
    for n in range(40):
        one = f"<Item><DeviceID>{channel_id(n)}</DeviceID></Item>"
        for _ in range(3):
            platform.hear(part(sn + 500, 64, one).encode())
        platform.now += SECOND
    found = platform.later(12)
    assert (found.end, len(found.entries), found.repeated) == (End.PARTIAL, 40, 80)
    platform.hear(part(sn, 64, items(64)).encode())
    assert platform.last.late == 1


def test_an_answer_that_nobody_asked_for_is_counted_and_dropped() -> None:
    platform = Platform()
    platform.hear(part(9, 1, items(1)).encode())
    assert (platform.waiting.strays, len(platform.waiting)) == (1, 0)


def test_a_command_that_nobody_knows_an_alarm_without_number_and_noise_raise_nothing() -> None:
    platform = Platform()
    platform.hear(b"<Query><CmdType>TimeSync</CmdType><SN>1</SN><DeviceID>%s</DeviceID></Query>" % NVR.encode())
    platform.hear(b"<Notify><CmdType>Alarm</CmdType></Notify>")
    for noise in (b"", b"\xff" * 1000, b"INVITE sip:x", b"<" * 10_000, b"<a" * 10_000, b"&" * 10_000, b"]]>" * 1000):
        platform.hear(noise)
    assert (platform.unknown, platform.refused) == (1, 7)


@pytest.mark.parametrize(
    "text", ["A50F018105000 03B", "A50F01810005003C", "a50f0181050000 3b", "0000000000000000", "A50F01810500003B"]
)
def test_ptz_bytes_with_the_preset_in_the_wrong_place_are_refused(text: str) -> None:
    """`A50F01810500003B` has a right sum and the preset in byte 5, as one library writes it: preset 0 is reserved."""
    with pytest.raises(Gb28181Refused):
        decode(text)


@pytest.mark.parametrize("t", ["3900000000 3900003600", "1700000000000 1700003600000", "now later", "9 3", "0"])
def test_times_that_are_no_unix_seconds_are_told_of_or_late(t: str) -> None:
    answer = read_sdp(
        f"v=0\r\no={NVR} 0 0 IN IP4 192.0.2.9\r\ns=Playback\r\nc=IN IP4 192.0.2.9\r\nt={t}\r\nm=video 9 RTP/AVP 96\r\ny=1200000001\r\n".encode()
    )
    assert answer.faults == ("t",) or answer.start == 3_900_000_000


def test_payload_types_that_mean_two_things_come_with_their_names() -> None:
    answer = read_sdp(
        f"v=0\no={NVR} 0 0 IN IP4 192.0.2.9\ns=Play\nc=IN IP4 192.0.2.9\nt=0 0\nm=video 9 RTP/AVP 99 96 999 x\na=rtpmap:99 H265/90000\na=rtpmap:x y\n".encode()
    )
    assert (answer.media[0].types, answer.media[0].maps) == ((99, 96), ((99, "H265/90000"),))


def test_a_cascade_answer_has_the_ancestors_of_what_is_shared_and_counts_them() -> None:
    group, outer, inner = "34020000002150000001", "34020000002160000001", "34020000002160000002"
    known = [
        CatalogItem(device_id=channel_id(1), parents=(NVR, inner), business_group_id=group),
        CatalogItem(device_id=channel_id(2), parents=(NVR,)),
        CatalogItem(device_id=inner, parents=(outer,), business_group_id=group),
        CatalogItem(device_id=NVR, parents=(PLATFORM,)),
        CatalogItem(device_id=outer, parents=(PLATFORM,), business_group_id=group),
        CatalogItem(device_id=group, parents=(PLATFORM,)),
    ]
    tree = build_tree(known, PLATFORM)
    shared = [tree.items[code] for code in tree.above([channel_id(1)])]
    sent = list(parts([completed(item) for item in shared]))
    assert {one.sum_num for one in sent} == {5}
    assert [one.entries[0].device_id for one in sent] == [NVR, group, outer, inner, channel_id(1)]


def test_a_day_of_notices_from_a_device_that_flaps_holds_no_more_than_its_channels() -> None:
    known: dict[str, CatalogItem] = {}
    for second in range(0, 86_400, 30):
        event = ("ADD", "OFF", "ON", "DEL", "UPDATE")[second // 30 % 5]
        message = read_body(
            part(1, 1, f"<Item><DeviceID>{channel_id(second // 30 % 16)}</DeviceID><Event>{event}</Event></Item>")
            .replace("Response>", "Notify>")
            .encode()
        )
        apply(message.items, known)  # type: ignore[attr-defined]
    assert len(known) <= 16


BOMBS = {
    "elements": b"<Query>" + b"<a/>" * 250_000 + b"</Query>",
    "attributes": b"<Query " + b" ".join(b'a%d="1"' % n for n in range(90_000)) + b"/>",
    "depth": b"<a>" * 300_000,
    "text": b"<Query><a>" + b"x" * 1_000_000 + b"</a></Query>",
    "text between": b"<Query>" + b"<a/>xxxxxxxxxxxx" * 59_000 + b"</Query>",
    "references": b"<Query><a>" + b"&#65;" * 200_000 + b"</a></Query>",
    "ampersands": b"<Query><a>" + b"&" * 1_000_000 + b"</a></Query>",
    "names": b"<" + b"n" * 1_000_000 + b"/>",
    "items": part(1, 1, "<Item><DeviceID>1</DeviceID><Longitude>x</Longitude></Item>" * 12_000).encode(),
}


@pytest.mark.parametrize("bomb", BOMBS, ids=str)
def test_no_body_of_a_stranger_takes_more_than_a_bounded_memory(bomb: str) -> None:
    data = BOMBS[bomb]
    tracemalloc.start()
    try:
        Platform().hear(data)
        _size, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20


def test_ten_thousand_items_in_one_message_are_taken_from_a_platform_alone() -> None:
    data = part(
        1, 10_000, items(10_000, "城关区八廓街道八廓东街东门" * 2) + "<Item><DeviceID>x</DeviceID></Item>"
    ).encode()
    assert len(data) > 1 << 20
    with pytest.raises(Gb28181Refused, match="octets"):
        read_body(data)
    found = read_body(data, PLATFORM_LIMITS)
    assert isinstance(found, CatalogPart)
    assert len(found.items) == 10_001
