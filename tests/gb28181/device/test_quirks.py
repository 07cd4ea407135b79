"""The platform with a device of each fault: registered, its catalog whole or partial by rule, a picture or the step that failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.manscdp.broadcast import MediaStatus
from custodes.gb28181.manscdp.collector import End
from custodes.gb28181.media.steps import MediaStep
from custodes.gb28181.sip.call import CallPhase
from custodes.gb28181.sip.registering import RegistrationStanding
from tests.gb28181.device.world import CAMERAS, NIGHT, RARE, World


@pytest.mark.parametrize("quirk", [None, *Quirk])
def test_a_platform_lives_with_each_fault(quirk: Quirk | None) -> None:
    world = World([quirk] if quirk is not None else []).ready()
    platform = world.platform
    assert world.device.registering.standing is RegistrationStanding.IN
    catalog = platform.catalog
    assert catalog is not None
    short = quirk is Quirk.SUM_TOO_LARGE
    assert catalog.end is (End.PARTIAL if short else End.COMPLETE)
    assert catalog.whole is not short
    assert catalog.announced == len(CAMERAS) + (3 if short else 0)
    assert [item.device_id for item in catalog.entries] == list(CAMERAS)
    assert catalog.entries[0].name == RARE

    call = platform.look()
    world.pass_by(2)
    assert platform.receiver is not None
    assert platform.receiver.report(world.now).step is MediaStep.RECEIVING
    assert platform.frames[0].key
    assert len(platform.frames) > 30
    call.hang_up("enough", world.now)
    world.pass_by(1)
    assert world.device.streams == []
    assert call.phase is CallPhase.OVER
    world.pass_by(70, 0.5)
    assert platform.endpoint.counts["calls"] == platform.endpoint.counts["dialogs"] == 0
    assert world.device.endpoint.counts["calls"] == world.device.endpoint.counts["dialogs"] == 0


@pytest.mark.parametrize("quirk", [None, *Quirk])
def test_each_fault_in_all_is_what_it_says(quirk: Quirk | None) -> None:
    """The faults are there: on the wire, in bodies, in the program stream."""
    world = World([quirk] if quirk is not None else [])
    heads: list[bytes] = []
    world.net.fate = lambda _number, octets: heads.append(octets) or [0.01]
    world.ready()
    world.platform.look()
    media: list[bytes] = []
    take = world.platform.take
    world.platform.take = lambda parcels: (media.extend(p.octets for p in parcels), take(parcels))[1]
    world.pass_by(1)
    payload = b"".join(octets[12:] for octets in media)
    ours = [octets for octets in heads if b"192.0.2.10" in octets.partition(b"\n")[2][:80] or octets.startswith(b"SIP")]
    bodies = [octets for octets in heads if b"<CmdType>Catalog</CmdType>" in octets and b"<Response>" in octets]
    assert (b"\0\0\1\xbc" not in payload) is (quirk is Quirk.NO_MAP)
    assert (b"\0\0\1\xe0\0\0" in payload) is (quirk is Quirk.NO_PES_LENGTH)
    assert any(b"\r\n" not in octets.partition(b"\n\n")[0] for octets in ours) is (quirk is Quirk.LF_ENDS)
    answers = [octets for octets in heads if octets.startswith(b"SIP/2.0 200") and b"1 MESSAGE" in octets]
    untagged = [
        o for o in answers if b";tag=" not in o.replace(b"\r\n", b"\n").partition(b"\nTo:")[2].partition(b"\n")[0]
    ]
    assert bool(untagged) is (quirk is Quirk.NO_TO_TAG)
    assert (RARE.encode("gbk") in b"".join(bodies)) is (quirk is Quirk.GBK_AS_GB2312)
    assert all(b'encoding="GB2312"' in body for body in bodies)
    assert all(b"<SN>1001</SN>" in body for body in bodies) is (quirk is Quirk.WRONG_SN)
    assert any(b"<SumNum>8</SumNum>" in body for body in bodies) is (quirk is Quirk.SUM_TOO_LARGE)


def test_a_wrong_map_crc_is_wrong() -> None:
    worlds = [World([Quirk.WRONG_MAP_CRC]), World()]
    maps = []
    for world in worlds:
        world.ready().platform.look()
        seen: list[bytes] = []
        world.platform.take = lambda parcels, seen=seen: seen.extend(p.octets for p in parcels)
        world.pass_by(1)
        at = (octets := b"".join(o[12:] for o in seen)).find(b"\0\0\1\xbc")
        maps.append(octets[at : at + 20])
    assert maps[0][:-1] == maps[1][:-1]
    assert maps[0] != maps[1]


def test_another_ssrc_on_a_shared_port_is_told_as_that() -> None:
    world = World([Quirk.WRONG_SSRC]).ready()
    world.platform.look(strict=True)
    world.pass_by(2)
    assert world.platform.receiver is not None
    report = world.platform.receiver.report(world.now)
    assert report.step is MediaStep.OTHER_SSRC
    assert "0200000008" in report.detail
    assert world.platform.frames == []


def test_all_faults_at_once() -> None:
    world = World(list(Quirk)).ready()
    assert world.platform.catalog is not None
    assert world.platform.catalog.end is End.PARTIAL
    world.platform.look()
    world.pass_by(2)
    assert world.platform.frames[0].key


def test_a_recording_ends_with_a_word_or_in_silence() -> None:
    for quirks in ([], [Quirk.NO_MEDIA_STATUS]):
        world = World(quirks).ready()
        world.platform.look(span=(NIGHT, NIGHT + timedelta(seconds=3)))
        world.pass_by(6)
        told = world.told(MediaStatus)
        assert bool(told) is not bool(quirks)
        assert all(isinstance(one, MediaStatus) and one.ended and one.device_id == CAMERAS[0] for one in told)
        assert 70 <= len(world.platform.frames) <= 75
        world.pass_by(40, 0.2)
        assert world.platform.call is not None
        # Who is not hung up on after the word hangs up; the silent one waits for the platform.
        assert (world.platform.call.phase is CallPhase.OVER) is not bool(quirks)
        assert world.platform.receiver is not None
        assert world.platform.receiver.report(world.now).step is MediaStep.SILENT
