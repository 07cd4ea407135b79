"""What the node sends to upper platforms is read by FFmpeg."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import av
import pytest

from custodes.gb28181.media.rtp import FIXED
from custodes.node.gb28181.sending.sending import Cutter
from custodes.node.gb28181.sending.sounding import SoundPiece
from custodes.video.unit import Codec, SoundCodec, SoundParameters, aac_parameters, g711_parameters
from tests.patience import PATIENCE
from tests.video.footage import units

pytestmark = pytest.mark.interop


@pytest.mark.parametrize(("codec", "name"), [(Codec.H264, "h264"), (Codec.H265, "hevc")])
def test_ffmpeg_decodes_it_with_its_times(tmp_path: Path, codec: Codec, name: str) -> None:
    cutter, sent = Cutter(1), tmp_path / "sent.ps"
    sent.write_bytes(b"".join(packet[FIXED:] for unit in units(50, codec=codec) for packet in cutter.packets(unit)))
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-f", "mpeg", "-show_streams", "-show_frames", "-of", "json", str(sent)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    found = json.loads(done.stdout)
    assert not done.stderr
    [stream] = found["streams"]
    assert (stream["codec_name"], stream["width"], stream["height"]) == (name, 160, 96)
    times = [int(frame["pts"]) for frame in found["frames"]]
    assert times == [90_000 + 3600 * number for number in range(50)]


PCMA = g711_parameters(SoundCodec.PCMA)


def spoken(codec: SoundCodec, seconds: int) -> tuple[SoundParameters, list[tuple[bytes, int]]]:
    """A tone as it is coded: octets and samples of each piece."""
    encoder = av.CodecContext.create("pcm_alaw" if codec is SoundCodec.PCMA else "aac", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    rate = 8000 if codec is SoundCodec.PCMA else 16_000
    encoder.sample_rate, encoder.layout = rate, "mono"
    encoder.format = "s16" if codec is SoundCodec.PCMA else "fltp"
    encoder.open()
    size = 320 if codec is SoundCodec.PCMA else 1024
    pieces = []
    for number in range(seconds * rate // size):
        frame = av.AudioFrame(encoder.format.name, "mono", size)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate, frame.pts = rate, number * size
        pieces += [(bytes(packet), size) for packet in encoder.encode(frame)]
    return (PCMA if codec is SoundCodec.PCMA else aac_parameters(bytes(encoder.extradata or b""))), pieces


@pytest.mark.parametrize("late", [False, True], ids=["from the beginning", "from the second second on"])
@pytest.mark.parametrize(("sound", "name"), [(SoundCodec.PCMA, "pcm_alaw"), (SoundCodec.AAC, "aac")])
def test_ffmpeg_reads_the_sound_beside_the_pictures(tmp_path: Path, sound: SoundCodec, name: str, late: bool) -> None:
    cutter, path = Cutter(1), tmp_path / "sent.ps"
    params, pieces = spoken(sound, 2)
    if not late:
        cutter.expect(params)
    sent, at = [], 90_000 * (2 if late else 1)
    due = [(at + number * piece[1] * 90_000 // params.rate, piece[0]) for number, piece in enumerate(pieces)]
    for number, unit in enumerate(units(75)):
        sent += cutter.packets(unit)
        while due and due[0][0] <= 90_000 + 3600 * number:
            time, data = due.pop(0)
            sent += cutter.sound(SoundPiece(data, time, params, 0, 1), live=False)
    path.write_bytes(b"".join(packet[FIXED:] for packet in sent))
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-f", "mpeg", "-show_streams", "-show_frames", "-of", "json", str(path)],
        capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert not done.stderr
    found = json.loads(done.stdout)
    assert {stream["codec_name"] for stream in found["streams"]} == {"h264", name}
    heard = [frame for frame in found["frames"] if frame["media_type"] == "audio"]
    shown = [frame for frame in found["frames"] if frame["media_type"] == "video"]
    assert len(shown) == 75
    assert sum(int(frame["nb_samples"]) for frame in heard) >= params.rate * 1.5
    assert abs(int(heard[0]["pts"]) - at) <= 90_000 // 10, "it begins where it was placed"
