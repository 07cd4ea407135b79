"""From recorded footage to a masked copy, with the real detector, in a real worker."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
import pytest

from custodes.video.mask.detector import CenterFace, installed_models
from custodes.video.mask.leaks import find_leaks
from custodes.video.mask.linking import Linking
from custodes.video.mask.progress import MaskStage, ProgressWatcher
from custodes.video.mask.reading import FileSource
from custodes.video.mask.sidecar import Sidecar
from custodes.video.mask.tracks import MaskedKind, TrackDecision
from custodes.video.mask.verifying import verify_copy
from custodes.video.mp4.parse import parse_fragment
from custodes.video.wire.masking import MaskStanding
from tests.node.masking.street import CAMERA, STREET, Street, Web, files
from tests.node.support import FakeNotary, Installation, RunningWorker
from tests.patience import until

pytestmark = pytest.mark.timeout(400)
"""The detector gives way to whatever else the machine does."""


@dataclass(frozen=True)
class Done:
    """What came of the one job of this module."""

    web: Web
    at_found: MaskStanding
    found: Sidecar
    film: bytes
    at_written: MaskStanding
    copy: bytes


@pytest.fixture(scope="module")
def done(worker: RunningWorker, installation: Installation, street: Street) -> Done:
    web = Web(installation, street)
    assert web.begin().status_code == 204
    at_found = web.until("found")
    found, film = web.found(), web.whole("film")
    assert web.write(found).status_code == 204
    at_written = web.until("written")
    return Done(web, at_found, found, film, at_written, web.whole("copy"))


def pictures(data: bytes, path: Path) -> list[np.ndarray]:
    path.write_bytes(data)
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="bgr24") for frame in film.decode(video=0)]


def test_what_was_read_is_told(done: Done, street: Street) -> None:
    said = done.at_found
    assert (said.width, said.height, len(said.times)) == (STREET.width, STREET.height, STREET.pictures)
    assert said.times == tuple(range(0, STREET.pictures * 3600, 3600))
    assert list(said.by_hand) == [MaskedKind.PLATE, MaskedKind.SIGN, MaskedKind.LICENCE]
    [model] = installed_models()
    assert said.models == ((model.allowed.name, model.allowed.sha256),)
    assert said.from_us == street.start
    assert abs(said.to_us - street.end) < 50_000
    assert said.copy_sha256 == ""


def test_the_source_is_named_by_the_hash_of_its_fragments(done: Done, worker: RunningWorker, street: Street) -> None:
    summed = hashlib.sha256()
    for segment in worker.worker.archive.sealed_segments(CAMERA, *street.span):
        data = segment.path.read_bytes()
        for one in segment.fragments:
            summed.update(data[one.offset : one.offset + one.size])
    assert done.at_found.source == done.found.source == summed.hexdigest()


def test_both_people_are_found(done: Done) -> None:
    assert [(one.kind, one.state) for one in done.found.tracks] == [(MaskedKind.FACE, TrackDecision.OPEN)] * 2


def test_the_film_is_for_stepping_in_a_browser(done: Done, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(done.film)
    verify_copy(path, STREET.pictures)  # no sound, no title, no date, no second table
    assert done.film.index(b"moov") < done.film.index(b"mdat")
    with av.open(str(path)) as film:
        packets = [one for one in film.demux(video=0) if one.size]
    assert tuple(one.pts for one in packets) == done.at_found.times
    assert [one.pts for one in packets] == [one.dts for one in packets]
    keys = [n for n, one in enumerate(packets) if one.is_keyframe]
    assert keys[0] == 0
    assert all(later - sooner <= 10 for sooner, later in zip(keys, [*keys[1:], len(packets)], strict=True))


def test_the_copy_is_the_one_whose_hash_is_told(done: Done, tmp_path: Path) -> None:
    assert hashlib.sha256(done.copy).hexdigest() == done.at_written.copy_sha256
    assert len(done.copy) == done.at_written.copy_bytes
    path = tmp_path / "copy.mp4"
    path.write_bytes(done.copy)
    verify_copy(path, STREET.pictures)
    with av.open(str(path)) as film:
        assert tuple(one.pts for one in film.demux(video=0) if one.size) == done.at_found.times


def test_the_detector_finds_nobody_in_the_copy(done: Done, tmp_path: Path) -> None:
    assert done.at_written.leaks == ()
    (tmp_path / "copy.mp4").write_bytes(done.copy)
    (tmp_path / "film.mp4").write_bytes(done.film)
    [model] = installed_models()
    detector, least = CenterFace(model, (640,)), Linking().sure
    look = lambda name: list(  # noqa: E731
        find_leaks(FileSource(tmp_path / name), (), [detector], least, ProgressWatcher(MaskStage.CHECK))
    )
    assert look("copy.mp4") == []
    assert len(look("film.mp4")) >= STREET.pictures, "the same detector finds them where they are shown"


def test_no_original_picture_is_in_the_copy(done: Done, worker: RunningWorker, street: Street, tmp_path: Path) -> None:
    originals = set[bytes]()
    for segment in worker.worker.archive.sealed_segments(CAMERA, *street.span):
        data = segment.path.read_bytes()
        for one in segment.fragments:
            piece = data[one.offset : one.offset + one.size]
            parsed = parse_fragment(piece)
            at = parsed.data_offset
            for sample in parsed.samples:
                originals.add(piece[at + 4 : at + sample.size])
                at += sample.size
    assert len(originals) == STREET.pictures
    assert not any(one in done.copy for one in originals)
    shown = pictures(done.copy, tmp_path / "copy.mp4")
    for number, picture in enumerate(shown):
        for walker in STREET.walkers:
            if walker.begin <= number <= walker.end:
                face = walker.face(number)
                inside = picture[round(face.top) : round(face.bottom), round(face.left) : round(face.right)]
                assert inside.mean() < 24, f"picture {number} shows a face"
    free = [picture[:60, :60].mean() for picture in shown]
    assert min(free) > 60, "what nobody marked is shown"


def test_the_copy_holds_no_nal_unit_of_the_film_either(done: Done, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(done.film)
    with av.open(str(tmp_path / "film.mp4")) as film:
        packets = [bytes(one) for one in film.demux(video=0) if one.size]
    assert all(packet[4:] not in done.copy for packet in packets)


def test_looking_at_the_film_is_on_record(
    done: Done, worker: RunningWorker, notary: FakeNotary, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custodes.node.masking.showing.IDLE_SECONDS", 0.3)
    web = Web(done.web.installation, street, release=done.web.release)
    assert len(web.whole("film")) == len(done.film)
    mine = lambda kind: [r for r in notary.of_type(kind) if r["grant"] == str(web.grant)]  # noqa: E731
    [ended] = until(lambda: mine("view.ended"))
    [begun] = mine("view.begun")
    assert begun["camera"] == ended["camera"] == str(CAMERA)
    assert begun["person"] == "person-1"
    assert ended["reason"] == "masking"
    assert ended["bytes"] == len(done.film)
    [[begin, end]] = ended["shown"]
    assert begin == street.start
    assert abs(end - street.end) < 50_000


def test_a_copy_that_leaves_is_on_record_before_its_first_byte(
    done: Done, worker: RunningWorker, notary: FakeNotary, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custodes.node.masking.showing.IDLE_SECONDS", 0.3)
    web = Web(done.web.installation, street, release=done.web.release)
    assert web.whole("copy") == done.copy
    mine = lambda kind: [r for r in notary.of_type(kind) if r["grant"] == str(web.grant)]  # noqa: E731
    [ended] = until(lambda: mine("view.ended"))
    [begun] = mine("view.begun")
    assert (begun["camera"], begun["person"]) == (str(CAMERA), "person-1")
    assert (ended["reason"], ended["bytes"]) == ("masking", len(done.copy))
    assert ended["shown"] == [[done.at_found.from_us, done.at_found.to_us]]
    journal = worker.worker.journal
    monkeypatch.setattr(journal, "begin", _no_journal)
    other = Web(done.web.installation, street, release=done.web.release)
    assert other.ask("copy").status_code == 503, "what can't be written down does not leave"


def _no_journal(_begun: object) -> None:
    raise sqlite3.OperationalError("the disk is full")


def test_what_was_shown_is_what_the_bytes_hold(
    done: Done,
    worker: RunningWorker,
    notary: FakeNotary,
    street: Street,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("custodes.node.masking.showing.IDLE_SECONDS", 0.3)
    (tmp_path / "film.mp4").write_bytes(done.film)
    with av.open(str(tmp_path / "film.mp4")) as film:
        last = [one for one in film.demux(video=0) if one.size][-1]
    assert last.pos is not None
    web = Web(done.web.installation, street, release=done.web.release)
    answer = web.ask("film", first=last.pos, last=last.pos + 9)
    assert answer.content.partition(b"\n")[2] == done.film[last.pos : last.pos + 10]
    [ended] = until(lambda: [r for r in notary.of_type("view.ended") if r["grant"] == str(web.grant)])
    [[begin, end]] = ended["shown"]
    assert (begin, ended["bytes"]) == (street.start + (STREET.pictures - 1) * 40_000, 10)
    assert end <= done.at_found.to_us


def test_another_review_makes_another_copy(done: Done, installation: Installation) -> None:
    """Behind the others: it replaces the copy."""
    shown = replace(done.found, tracks=tuple(replace(one, state=TrackDecision.REJECTED) for one in done.found.tracks))
    assert done.web.write(shown, "mosaic").status_code == 204
    assert done.web.ask("copy").status_code == 409, "the copy before counts no more"
    again = done.web.until("written")
    assert again.copy_sha256 != done.at_written.copy_sha256
    assert {one.where for one in again.leaks} == {"shown"}
    assert {number for one in again.leaks for number in one.tracks} == {1, 2}
    assert done.web.ask("forget").status_code == 200
    assert not [path for path in files(installation) if str(done.web.release) in str(path)]
