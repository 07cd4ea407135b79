"""Pieces as packets: what stands in their heads, and that they can be read back in each coding."""

from __future__ import annotations

import itertools

import pytest

from custodes.gb28181.media.frame import Frame
from custodes.gb28181.media.g711 import TO_ALAW, TO_ULAW, alaw_of, samples_of
from custodes.gb28181.media.ps import ProgramReader
from custodes.node.gb28181.speaking.speech import PACKET, SpeechPacket, Voice
from tests.node.gb28181.speaking.world import snr, tone

SSRC = 200_000_001


def pieces(count: int) -> list[SpeechPacket]:
    said = tone(count * PACKET / 8_000)
    return [SpeechPacket(said[at : at + PACKET], at, not at) for at in range(0, len(said), PACKET)]


def heads(packets: list[bytes]) -> list[tuple[int, bool, int, int, int]]:
    return [
        (p[1] & 0x7F, bool(p[1] & 0x80), int.from_bytes(p[2:4], "big"), int.from_bytes(p[4:8], "big"), int.from_bytes(p[8:12], "big"))
        for p in packets
    ]  # fmt: skip


@pytest.mark.parametrize(("encoding", "type"), [("pcma", 8), ("pcmu", 0), ("pcma", 97)])
def test_g711_goes_one_octet_a_sample(encoding: str, type: int) -> None:
    voice, said = Voice(encoding, type, SSRC), pieces(70)  # type: ignore[arg-type]
    packets = [packet for piece in said for packet in voice.packets(piece)]
    found = heads(packets)
    assert {(kind, ssrc) for kind, _, _, _, ssrc in found} == {(type, SSRC)}
    assert [marker for _, marker, *_ in found] == [True] + [False] * 69
    assert [(number - found[0][2]) % 65_536 for _, _, number, _, _ in found] == list(range(70))
    assert [(time - found[0][3]) % 2**32 for *_, time, _ in found] == [piece.at for piece in said]
    payload = b"".join(packet[12:] for packet in packets)
    heard = payload.translate(TO_ALAW) if encoding == "pcmu" else payload
    whole = b"".join(piece.alaw for piece in said)
    assert heard == whole if encoding == "pcma" else snr(heard, whole) > 35


def test_a_program_stream_has_a_map_and_a_time_with_each_piece() -> None:
    frames: list[Frame] = []
    reader, voice = ProgramReader(frames.append), Voice("ps", 96, SSRC)
    packets = [packet for piece in pieces(20) for packet in voice.packets(piece)]
    for packet in packets:
        reader.rtp = int.from_bytes(packet[4:8], "big")
        reader.push(packet, 12, len(packet))
        reader.marked()
    assert b"".join(frame.data for frame in frames) == tone(20 * PACKET / 8_000)
    assert {later.time - earlier.time for earlier, later in itertools.pairwise(frames)} == {1_800}
    found = heads(packets)
    assert {(kind, marker) for kind, marker, *_ in found} == {(96, True)}
    assert {(later[3] - earlier[3]) % 2**32 for earlier, later in itertools.pairwise(found)} == {1_800}
    assert set(reader.types.values()) == {0x90}


def test_who_names_no_number_gets_one() -> None:
    (packet,) = Voice("pcma", 8, None).packets(pieces(1)[0])
    (other,) = Voice("pcma", 8, None).packets(pieces(1)[0])
    assert packet[8:12] != other[8:12]


def test_g711_as_others_have_it() -> None:
    """All 256 octets of A-law mean what ITU-T G.711 says of them: half of the values of Table 1a, and the tables turn them over and back."""
    octets = bytes(range(256))
    samples = samples_of(octets)
    assert sorted({abs(sample) for sample in samples})[:4] == [8, 24, 40, 56]
    assert max(samples) == 32_256
    assert alaw_of(samples) == octets
    assert samples_of(b"\xd5\x55") == [8, -8]
    back = octets.translate(TO_ULAW).translate(TO_ALAW)
    assert all(
        abs(one - other) <= max(16, abs(one) // 16) for one, other in zip(samples, samples_of(back), strict=True)
    )
