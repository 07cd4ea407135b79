"""Sound in recorded files: a second track that the archive, its verifier and its re-making take as they take pictures."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from custodes.video.archive.reindex import reindex
from custodes.video.archive.verify import verify_segments
from custodes.video.mp4.parse import scan_file
from custodes.video.playback.timeline import SoundReader
from custodes.video.unit import SoundCodec, SoundFrame, SoundParameters, aac_parameters, g711_parameters
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US, units

PCMA = g711_parameters(SoundCodec.PCMA)
AAC = aac_parameters(bytes.fromhex("1408"))
_ALL = (0, 1 << 60)


def record(site: Site, seconds: int, params: SoundParameters | None, *, begun: int = 0, seal: bool = True) -> None:
    """Pictures, and 40 ms of sound beside each; every octet of sound is 0x5A."""
    recorder = site.recorder()
    for number, unit in enumerate(units((seconds) * 25, first=begun * 25, wall_us=START_US), begun * 25):
        if params is PCMA:
            recorder.take_sound(SoundFrame(b"\x5a" * 320, unit.media_time, 320, unit.wall_us, params))
        elif params is not None and number % 2 == 0:
            recorder.take_sound(SoundFrame(b"\x5a" * 90, unit.media_time, 1024, unit.wall_us, params))
        recorder.take(unit)
        site.clock.advance(0.04)
        if number % 25 == 24:
            site.archive.tick()
    if seal:
        recorder.close()
        site.archive.tick()


def tracks(file: object) -> list[str]:
    with av.open(str(file)) as container:
        return [stream.type for stream in container.streams]


def heard(site: Site) -> list[tuple[int, int]]:
    """Start and end of each fragment's sound, µs since the start."""
    reader, found = SoundReader(), []
    for ref in site.archive.fragments(CAMERA, *_ALL):
        sound = reader.read(ref, site.archive.read(ref))
        if sound is not None:
            assert all(set(data) == {0x5A} for data, _samples in sound.frames)
            found.append((sound.wall_us - START_US, sound.end_us - START_US))
    return found


@pytest.mark.parametrize("params", [PCMA, AAC], ids=["PCMA", "AAC"])
def test_every_fragment_has_the_sound_of_its_pictures_and_is_verified_and_found_again(
    site: Site, params: SoundParameters
) -> None:
    record(site, 130, params)
    assert len(site.files()) >= 2
    assert all(tracks(file) == ["video", "audio"] for file in site.files())
    assert all(scan_file(file).sound == params for file in site.files())
    spans = heard(site)
    assert len(spans) == 130
    for number, (start, end) in enumerate(spans):
        assert start == pytest.approx(number * 1_000_000, abs=90_000)
        assert end == pytest.approx((number + 1) * 1_000_000, abs=150_000)
    assert {record["sound"] for record in site.records("segment.sealed")} == {params.mime}
    assert site.records("gap") == []


def test_without_sound_files_are_octet_by_octet_what_they_were(site: Site) -> None:
    record(site, 5, None)
    [file] = site.files()
    data = file.read_bytes()
    assert data.count(b"traf") == 5
    assert data.count(b"trak") == 1
    assert b"soun" not in data
    assert all("sound" not in record for record in site.records("segment.sealed"))


def test_sound_that_stops_stops_no_picture_and_is_told_and_the_next_file_has_no_track_for_it(site: Site) -> None:
    record(site, 10, PCMA, seal=False)
    assert site.recorder().status.sound == "recording"
    record(site, 70, None, begun=10, seal=False)
    assert site.recorder().status.sound in ("lost", "")
    record(site, 1, None, begun=80)
    assert tracks(site.files()[0]) == ["video", "audio"]
    assert tracks(site.files()[-1]) == ["video"]
    assert site.archive.runs(CAMERA, *_ALL)[0][1] - START_US == pytest.approx(81_000_000, abs=100_000)
    assert site.records("gap") == []


def test_sound_that_begins_later_begins_a_file_at_the_next_key_frame(site: Site) -> None:
    record(site, 5, None, seal=False)
    record(site, 5, PCMA, begun=5)
    assert [tracks(file) for file in site.files()] == [["video"], ["video", "audio"]]
    [(start, end)] = site.archive.runs(CAMERA, *_ALL)
    assert end - start == pytest.approx(10_000_000, abs=100_000)


def test_a_hole_in_the_sound_is_a_hole_of_the_same_length_when_it_is_heard(site: Site) -> None:
    record(site, 3, PCMA, seal=False)
    record(site, 2, None, begun=3, seal=False)
    record(site, 3, PCMA, begun=5)
    starts = [start for start, _end in heard(site)]
    assert starts[-3:] == pytest.approx([5_000_000, 6_000_000, 7_000_000], abs=90_000)


def test_a_flood_of_sound_is_bounded_and_counted(site: Site) -> None:
    recorder = site.recorder()
    record(site, 1, PCMA, seal=False)
    for number in range(20_000):
        recorder.take_sound(SoundFrame(b"x" * 8000, number, 8000, START_US, PCMA))
    status = recorder.status
    assert status.sounds_dropped > 19_000
    assert recorder._sound._bytes <= 512 << 10


def test_key_frames_only_means_no_sound(site: Site) -> None:
    record(site, 2, PCMA, seal=False)
    site.recorder().thin("order")
    record(site, 5, PCMA, begun=2)
    assert tracks(site.files()[-1]) == ["video"]


def test_the_log_proves_sound_as_it_proves_pictures_and_the_index_is_made_again_from_files(
    site: Site, tmp_path: Path
) -> None:
    record(site, 70, AAC)
    records = site.records()
    report = verify_segments(site.volume, None, records)
    assert report.ok
    assert report.proven == len(site.files())
    made = reindex([site.volume], tmp_path / "again.sqlite3")
    assert made.refused == []
    assert made.segments + made.to_finish == len(site.files())
    file = site.files()[0]
    data = bytearray(file.read_bytes())
    data[data.rindex(b"\x5a" * 90)] ^= 1
    file.write_bytes(data)
    assert not verify_segments(site.volume, None, records).ok


def test_after_a_crash_whole_fragments_with_sound_are_kept(site: Site) -> None:
    record(site, 5, PCMA, seal=False)
    [file] = site.files()
    with file.open("ab") as torn:
        torn.write(b"\0\0\1\0moof")
    site.restart()
    [sealed] = site.records("segment.sealed")
    assert sealed["fragments"] == len(scan_file(file).fragments) >= 4
    assert scan_file(file).sound == PCMA
    assert sealed["sound"] == "alaw"


def test_a_record_that_claims_other_sound_than_its_file_has_is_found(site: Site) -> None:
    record(site, 5, PCMA)
    records = site.records()
    said = [{**one, "sound": "mp4a.40.2"} if one["type"] == "segment.sealed" else one for one in records]
    assert not verify_segments(site.volume, None, said).ok
    # Records of a program that knew of no sound say nothing of it.
    silent = [{name: value for name, value in one.items() if name != "sound"} for one in records]
    assert verify_segments(site.volume, None, silent).ok
