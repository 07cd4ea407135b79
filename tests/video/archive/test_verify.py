"""Sealed footage: every changed bit, every removed, swapped, added or edited part is found."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custodes.video.archive.verify import RecordsRefused, read_records, verify_segments
from custodes.video.mp4.parse import scan_file
from tests.video.archive.conftest import CAMERA, OTHER, Site

ANYWHERE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Kept:
    """A volume with two cameras, and all its records."""

    def __init__(self, folder: Path) -> None:
        site = Site(folder)
        for camera in (CAMERA, OTHER):
            site.record(130, camera)
            site.recorder(camera).close()
            site.archive.tick()
        self.volume, self.records = site.volume, site.records()
        site.crash()
        self.files = site.files()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def volume(original: Kept, tmp_path: Path) -> Iterator[Path]:
    """A copy that may be damaged."""
    copy = tmp_path / "copy"
    shutil.copytree(original.volume, copy)
    yield copy
    shutil.rmtree(copy)


def place(original: Kept, volume: Path, number: int) -> Path:
    return volume / original.files[number % len(original.files)].relative_to(original.volume)


def test_untouched_footage_is_proven(original: Kept) -> None:
    told: list[tuple[int, int]] = []
    report = verify_segments(original.volume, lambda done, total: told.append((done, total)), original.records)
    assert report.ok
    assert report.proven == report.files == len(original.files) > 3
    assert told[-1] == (len(original.files), len(original.files))


def test_without_records_nothing_is_proven_and_that_is_said(original: Kept) -> None:
    report = verify_segments(original.volume)
    assert report.ok
    assert report.proven == 0
    assert len(report.unproven) == len(original.files)
    assert "unproven (no record)" in "\n".join(report.lines())
    json.dumps(report.as_json())


@ANYWHERE
@given(number=st.integers(0, 99), where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_found(original: Kept, volume: Path, number: int, where: float, bit: int) -> None:
    file = place(original, volume, number)
    good = file.read_bytes()
    at = int(where * len(good))
    file.write_bytes(good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :])
    try:
        report = verify_segments(volume, records=original.records)
        assert not report.ok
        assert report.first_bad is not None
        assert report.first_bad.path == file.relative_to(volume).as_posix() or report.unproven or report.unfinished
        assert report.proven == len(original.files) - 1
    finally:
        file.write_bytes(good)


@ANYWHERE
@given(number=st.integers(0, 99), chosen=st.integers(0, 10**6), how=st.sampled_from(["remove", "swap", "add", "edit"]))
@pytest.mark.clause("S33.2a")
def test_a_removed_swapped_added_or_edited_fragment_is_found(
    original: Kept, volume: Path, number: int, chosen: int, how: str
) -> None:
    file = place(original, volume, number)
    good = file.read_bytes()
    scan = scan_file(file)
    parts = [good[f.offset : f.offset + f.size] for f in scan.fragments]
    at = chosen % (len(parts) - 1)
    if how == "remove":
        del parts[at]
    elif how == "swap":
        parts[at], parts[at + 1] = parts[at + 1], parts[at]
    elif how == "add":
        parts.insert(at, parts[at])
    else:
        edited = bytearray(parts[at])
        edited[-10:] = random.Random(chosen).randbytes(10)
        parts[at] = bytes(edited)
    file.write_bytes(good[: scan.init_size] + b"".join(parts))
    try:
        report = verify_segments(volume, records=original.records)
        assert not report.ok
        assert report.first_bad is not None
        assert report.first_bad.path == file.relative_to(volume).as_posix()
        if how in ("remove", "swap", "add"):
            assert report.first_bad.fragment is not None
            assert abs(report.first_bad.fragment - at) <= 1
    finally:
        file.write_bytes(good)


@pytest.mark.parametrize("number", range(3))
def test_a_removed_file_is_found(original: Kept, volume: Path, number: int) -> None:
    file = place(original, volume, number)
    file.unlink()
    report = verify_segments(volume, records=original.records)
    assert [bad.path for bad in report.bad] == [file.relative_to(volume).as_posix()]
    assert "not here" in report.bad[0].what


def test_two_files_that_change_places_are_found(original: Kept, volume: Path) -> None:
    one, other = place(original, volume, 0), place(original, volume, 3)
    a, b = one.read_bytes(), other.read_bytes()
    one.write_bytes(b)
    other.write_bytes(a)
    report = verify_segments(volume, records=original.records)
    assert len(report.bad) == 2
    assert "in the place of another" in report.bad[0].what


def test_a_copy_of_a_file_is_found(original: Kept, volume: Path) -> None:
    file = place(original, volume, 1)
    shutil.copy(file, file.with_name("20990101T000000.000000Z.mp4"))
    assert "twice" in verify_segments(volume, records=original.records).bad[0].what


def test_a_file_from_elsewhere_is_unproven(original: Kept, volume: Path, tmp_path: Path) -> None:
    elsewhere = Kept(tmp_path / "elsewhere")
    shutil.copy(elsewhere.files[0], volume / "20990101T000000.000000Z.mp4")
    report = verify_segments(volume, records=original.records)
    assert report.unproven == ["20990101T000000.000000Z.mp4"]


def test_a_record_that_is_missing_among_others_is_found(original: Kept) -> None:
    sealed = [r for r in original.records if r["type"] == "segment.sealed"]
    report = verify_segments(original.volume, records=[r for r in original.records if r is not sealed[1]])
    assert any("no record of segments" in bad.what for bad in report.bad)
    assert len(report.unproven) == 1


def test_a_record_that_was_edited_is_found(original: Kept) -> None:
    for field, value in {"sha256": "0" * 64, "root": "0" * 64, "start_us": 1, "fragments": 1}.items():
        edited = [dict(r) for r in original.records]
        victim = next(r for r in edited if r["type"] == "segment.sealed")
        victim[field] = value
        assert not verify_segments(original.volume, records=edited).ok, field


def test_deleted_on_record_is_not_missing(original: Kept, volume: Path) -> None:
    place(original, volume, 0).unlink()
    gone = original.records[[r["type"] for r in original.records].index("segment.sealed")]
    purge = {"type": "purge", "camera": gone["camera"], "segments": [[gone["sequence"], gone["root"]]]}
    report = verify_segments(volume, records=[*original.records, purge])
    assert report.ok
    assert report.purged == 1


def test_a_torn_file_without_a_record_is_unfinished_not_bad(original: Kept, volume: Path) -> None:
    file = place(original, volume, 0)
    file.write_bytes(file.read_bytes()[:-50])
    report = verify_segments(volume)
    assert report.ok
    assert report.unfinished == [file.relative_to(volume).as_posix()]


def test_records_are_read_from_lines_and_garbage_is_refused(original: Kept, tmp_path: Path) -> None:
    lines = tmp_path / "records.jsonl"
    lines.write_text("\n".join(json.dumps(r) for r in original.records))
    assert verify_segments(original.volume, records=read_records(lines)).ok
    for garbage in ("{", "[]", "\x00", '{"type": "segment.sealed"}'):
        lines.write_text(garbage)
        with pytest.raises(RecordsRefused):
            verify_segments(original.volume, records=read_records(lines))
    with pytest.raises(RecordsRefused):
        list(read_records(tmp_path))
