"""The written copy: one track of pictures at their times, and not a byte more; what is more is found."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from custodes.video.mask.by_hand import drawn
from custodes.video.mask.filling import ShapeFilling
from custodes.video.mask.masking import MaskRun, find_tracks, with_tracks, write_copy
from custodes.video.mask.reading import FileSource, MaskSourceRefused
from custodes.video.mask.shapes import MaskBox
from custodes.video.mask.sidecar import BadSidecar, Sidecar
from custodes.video.mask.tracks import MaskedKind, Review, TrackDecision
from custodes.video.mask.verifying import NotClean, parse_stretches, stretches_box, stretches_of, verify_copy
from custodes.video.mp4.boxes import Mp4Error, box
from tests.video.mask import films


def copied(path: Path, out: Path, *boxes: MaskBox) -> Sidecar:
    source = FileSource(path)
    tracks = [drawn(1, MaskedKind.SIGN, [(0, one), (10_000_000, one)]) for one in boxes]
    sidecar = with_tracks(find_tracks(source, []), tracks)
    write_copy(source, sidecar, out)
    return sidecar


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    copied(films.with_sound(tmp_path / "source.mp4"), tmp_path / "copy.mp4", MaskBox(20, 20, 60, 60))
    return tmp_path / "copy.mp4"


def test_nothing_of_the_source_but_its_pictures_is_in_the_copy(tmp_path: Path, clean: Path) -> None:
    assert b"SECRET-TITLE" in (tmp_path / "source.mp4").read_bytes()
    data = clean.read_bytes()
    for trace in (b"SECRET", b"29.65", b"x264", b"Lav", b"soun", b"udta", b"meta", b"edts", b"uuid"):
        assert trace not in data, trace


def test_an_outside_program_finds_one_track_and_no_tags(clean: Path) -> None:
    asked = [
        "ffprobe",
        "-v",
        "error",
        "-show_entries",
        "format_tags:stream=codec_name,codec_type:stream_tags",
        "-of",
        "flat",
    ]
    said = subprocess.run([*asked, str(clean)], capture_output=True, text=True, check=True).stdout
    assert said.count("codec_type") == 1
    assert 'codec_name="h264"' in said
    tags = {line.partition("=")[0].rpartition(".")[2] for line in said.splitlines() if ".tags." in line}
    assert tags <= {"major_brand", "minor_version", "compatible_brands", "language", "handler_name", "vendor_id"}
    assert 'vendor_id="[0][0][0][0]"' in said


def test_times_and_pixel_shape_are_the_source_s(tmp_path: Path) -> None:
    times = [0, 3600, 5400, 9000, 99_000, 300_000]
    path = films.write(tmp_path / "a.mp4", times=times, aspect=Fraction(16, 11))
    copied(path, tmp_path / "b.mp4")
    shown = list(FileSource(tmp_path / "b.mp4").pictures())
    assert [one.time for one in shown] == times
    assert shown[0].look.aspect == Fraction(16, 11)


def test_masked_pixels_are_black_and_the_others_like_the_source_s(tmp_path: Path) -> None:
    path = films.write(tmp_path / "a.mp4", 8)
    copied(path, tmp_path / "b.mp4", MaskBox(32, 32, 96, 80))
    for before, after in zip(FileSource(path).pictures(), FileSource(tmp_path / "b.mp4").pictures(), strict=True):
        assert after.planes.y[34:78, 34:94].max() < 40
        assert np.abs(before.planes.y[:28].astype(int) - after.planes.y[:28]).mean() < 12


def test_a_rejected_track_is_shown(tmp_path: Path) -> None:
    source = FileSource(films.write(tmp_path / "a.mp4", 4))
    track = drawn(1, MaskedKind.SIGN, [(0, MaskBox(0, 0, 160, 96)), (90_000, MaskBox(0, 0, 160, 96))])
    sidecar = with_tracks(find_tracks(source, []), [track.decided(TrackDecision.REJECTED, Review("u"))])
    assert write_copy(source, sidecar, tmp_path / "b.mp4").hidden == 0


def test_the_source_is_not_touched_and_both_hashes_are_told(tmp_path: Path) -> None:
    path = films.write(tmp_path / "a.mp4", 4)
    before, source = path.read_bytes(), FileSource(path)
    copy = write_copy(source, find_tracks(source, []), tmp_path / "b.mp4", ShapeFilling())
    assert path.read_bytes() == before
    assert copy.source == source.digest()
    assert copy.copy == FileSource(tmp_path / "b.mp4").digest()
    assert copy.pictures == 4


def test_tracks_of_another_film_are_refused(tmp_path: Path) -> None:
    sidecar = find_tracks(FileSource(films.write(tmp_path / "a.mp4", 4)), [])
    with pytest.raises(BadSidecar, match="another film"):
        write_copy(FileSource(films.write(tmp_path / "b.mp4", 5)), sidecar, tmp_path / "c.mp4")
    assert not (tmp_path / "c.mp4").exists()


def test_a_film_that_changes_while_it_is_read_leaves_no_copy(tmp_path: Path) -> None:
    path = films.write(tmp_path / "a.mp4", 12)
    source = FileSource(path)
    sidecar = find_tracks(source, [])

    def change(_: object) -> None:
        path.write_bytes(path.read_bytes() + b"\0\0\0\x08free")

    with pytest.raises(MaskSourceRefused, match="changed"):
        write_copy(source, sidecar, tmp_path / "b.mp4", run=MaskRun(tell=change))
    assert [one.name for one in tmp_path.iterdir()] == ["a.mp4"]


def test_a_stopped_run_leaves_nothing(tmp_path: Path) -> None:
    from custodes.video.mask.progress import MaskStopped

    source = FileSource(films.write(tmp_path / "a.mp4", 20))
    asked = iter([False] * 6 + [True] * 99)
    with pytest.raises(MaskStopped):
        write_copy(source, find_tracks(source, []), tmp_path / "b.mp4", run=MaskRun(stop=lambda: next(asked)))
    assert [one.name for one in tmp_path.iterdir()] == ["a.mp4"]


def _into(kind: bytes, extra: bytes) -> Callable[[bytes], bytes]:
    """`extra` at the end of the first box of this kind, all sizes above put right; offsets too, as a muxer would."""
    path = {b"moov": [b"moov"], b"trak": [b"moov", b"trak"], b"stbl": [b"moov", b"trak", b"mdia", b"minf", b"stbl"]}[
        kind
    ]

    def change(data: bytes) -> bytes:
        out, start, end = bytearray(data), 0, len(data)
        for step in path:
            at = start
            while out[at + 4 : at + 8] != step:
                at += struct.unpack_from(">I", out, at)[0]
                assert at < end
            (size,) = struct.unpack_from(">I", out, at)
            struct.pack_into(">I", out, at, size + len(extra))
            start, end = at + 8, at + size
        out[end:end] = extra
        at = out.index(b"stco") + 12
        struct.pack_into(">I", out, at, struct.unpack_from(">I", out, at)[0] + len(extra))
        return bytes(out)

    return change


def _at(name: bytes, offset: int, value: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        at = data.index(name) + offset
        return data[:at] + value + data[at + len(value) :]

    return change


def _nal(kind: int) -> Callable[[bytes], bytes]:
    """The first picture's NAL unit is of another kind."""
    return lambda data: _at(b"mdat", 8, bytes([kind | 0x60]))(data)


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "titles": _into(b"moov", box(b"udta", box(b"meta", bytes(4)))),
    "a place": _into(b"trak", box(b"meta", bytes(4))),
    "an edit list": _into(b"trak", box(b"edts", box(b"elst", bytes(20)))),
    "a second track": _into(b"moov", box(b"trak", bytes(0))),
    "pictures in another order": _into(b"stbl", box(b"ctts", bytes(8))),
    "sample groups": _into(b"stbl", box(b"sgpd", bytes(8))),
    "full free space": _into(b"moov", box(b"free", b"hello")),
    "a private box": lambda data: data + box(b"uuid", bytes(24)),
    "bytes behind the pictures": lambda data: data + box(b"mdat", b"an original frame"),
    "bytes in the media data": lambda data: _grown(data),
    "free space at the end that is full": lambda data: data + box(b"free", b"x"),
    "a date": _at(b"mvhd", 8, b"\xe0\0\0\0"),
    "a date of the track": _at(b"tkhd", 8, b"\xe0\0\0\0"),
    "a name": _at(b"VideoHandler", 0, b"PersonalName"),
    "an encoder": _at(b"avc1\0\0\0\0\0\0\0\1", 4 + 42, b"\x04x264"),
    "a message (SEI)": _nal(6),
    "a picture that is no key": _nal(1),
    "fewer pictures told": _at(b"stsz", 12, struct.pack(">I", 9)),
    "a cut": lambda data: data[:-1],
    "nothing": lambda _: b"\0",
}


def _grown(data: bytes) -> bytes:
    at = data.index(b"mdat") - 4
    return data[:at] + struct.pack(">I", len(data) - at + 5) + data[at + 4 :] + b"extra"


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_more_than_pictures_is_found(clean: Path, change: str) -> None:
    verify_copy(clean, 10)
    clean.write_bytes(CHANGES[change](clean.read_bytes()))
    with pytest.raises(NotClean):
        verify_copy(clean, 10)


def test_a_copy_with_another_number_of_pictures_is_not_clean(clean: Path) -> None:
    with pytest.raises(NotClean, match="11 were written"):
        verify_copy(clean, 11)


def test_any_broken_copy_is_not_clean_and_never_an_error_of_another_kind(clean: Path) -> None:
    data = clean.read_bytes()
    head = data.index(b"mdat")
    rng = np.random.default_rng(5)
    for _ in range(300):
        bad = bytearray(data)
        for at in rng.integers(0, head, 3):
            bad[at] = rng.integers(0, 256)
        clean.write_bytes(bad)
        try:
            verify_copy(clean, 10)
        except NotClean:
            continue


def test_a_copy_says_which_stretches_come_from_the_device(tmp_path: Path) -> None:
    source = FileSource(films.write(tmp_path / "a.mp4", 25))
    out = tmp_path / "b.mp4"
    plain, tracks = tmp_path / "c.mp4", find_tracks(source, [])
    write_copy(source, tracks, plain)
    copy = write_copy(
        source, tracks, out, device=[(7_200, 14_400), (14_400, 21_600), (1 << 61, 1 << 62), (50_000, 50_000)]
    )
    assert stretches_of(out) == ((7_200, 21_600),), "joined, and nothing beyond the last picture"
    assert stretches_of(plain) == ()
    data = out.read_bytes()
    assert data.startswith(plain.read_bytes()), "behind everything else"
    assert copy.copy == FileSource(out).digest()
    verify_copy(out, 25, ((7_200, 21_600),))
    assert [one.time for one in FileSource(out).pictures()] == [one.time for one in FileSource(plain).pictures()]
    for told in ((), ((7_200, 21_601),)):
        with pytest.raises(NotClean):
            verify_copy(out, 25, told)
    with pytest.raises(NotClean):
        verify_copy(plain, 25, ((7_200, 21_600),))
    out.write_bytes(data + stretches_box(((0, 1),)))
    with pytest.raises(NotClean, match="2 boxes"):
        verify_copy(out, 25, ((7_200, 21_600),))


def test_what_a_copy_says_is_read_back_or_refused() -> None:
    whole = stretches_box(((0, 5), (9, 12)))
    assert parse_stretches(whole, 8, len(whole)) == ((0, 5), (9, 12))
    for bad in (whole[:-1], whole[:30], bytes(len(whole)), stretches_box(((0, 9), (5, 12))), stretches_box(((5, 5),))):
        with pytest.raises(Mp4Error):
            parse_stretches(bad, 8, len(bad))
    with pytest.raises(ValueError, match="more than"):
        stretches_box(((0, 1),) * 10_001)
