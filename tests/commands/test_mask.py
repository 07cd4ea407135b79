"""`custodes mask`: a copy with a report, and no way round the release flow."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from custodes.video.mask.by_hand import drawn
from custodes.video.mask.masking import find_tracks, with_tracks
from custodes.video.mask.reading import FileSource
from custodes.video.mask.shapes import MaskBox
from custodes.video.mask.tracks import MaskedKind
from custodes.video.mp4.header import init_segment
from tests.commands.called import call, environment
from tests.video import footage
from tests.video.mask import films
from tests.video.mp4.test_scan import ORIGIN


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "data")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return films.write(tmp_path / "film.mp4", 6)


def test_a_copy_is_made_and_the_report_says_what_nobody_looked_for(
    env: dict[str, str], film: Path, tmp_path: Path
) -> None:
    out, kept = tmp_path / "copy.mp4", tmp_path / "tracks.json"
    done = call(env, "mask", str(film), "--out", str(out), "--save-tracks", str(kept), "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["pictures"] == 6
    assert said["source_sha256"] == FileSource(film).digest()
    assert said["copy_sha256"] == FileSource(out).digest()
    assert said["detectors"][0]["name"] == "CenterFace"
    assert said["by_hand"] == ["plate", "sign", "licence"]
    assert "S30.2" in said["notice"]
    assert "plate, sign, licence" in done.stderr
    assert "no leave to publish" in done.stderr
    assert kept.exists()


def test_drawn_tracks_of_a_file_are_hidden(env: dict[str, str], film: Path, tmp_path: Path) -> None:
    track = drawn(1, MaskedKind.SIGN, [(0, MaskBox(0, 0, 80, 96)), (90_000, MaskBox(0, 0, 80, 96))])
    sidecar = with_tracks(find_tracks(FileSource(film), []), [track])
    (tmp_path / "tracks.json").write_bytes(sidecar.encode())
    done = call(
        env, "mask", str(film), "--out", str(tmp_path / "copy.mp4"), "--tracks", str(tmp_path / "tracks.json"), "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["masked_share"] == 0.5


def test_tracks_of_another_film_are_refused(env: dict[str, str], film: Path, tmp_path: Path) -> None:
    other = films.write(tmp_path / "other.mp4", 7)
    (tmp_path / "tracks.json").write_bytes(find_tracks(FileSource(other), []).encode())
    done = call(env, "mask", str(film), "--out", str(tmp_path / "copy.mp4"), "--tracks", str(tmp_path / "tracks.json"))
    assert done.returncode == 2
    assert "another film" in done.stderr
    assert not (tmp_path / "copy.mp4").exists()


def test_a_file_in_the_archive_s_folders_is_refused_through_a_link_too(
    env: dict[str, str], film: Path, tmp_path: Path
) -> None:
    inside = tmp_path / "data" / "footage" / "x.mp4"
    inside.parent.mkdir(parents=True)
    shutil.copy(film, inside)
    (tmp_path / "link.mp4").symlink_to(inside)
    for given in (inside, tmp_path / "link.mp4"):
        done = call(env, "mask", str(given), "--out", str(tmp_path / "copy.mp4"))
        assert done.returncode == 2
        assert "S30.2" in done.stderr
    done = call(env, "mask", str(film), "--out", str(tmp_path / "data" / "copy.mp4"))
    assert done.returncode == 2


def test_a_working_film_of_a_release_is_refused(env: dict[str, str], film: Path, tmp_path: Path) -> None:
    inside = tmp_path / "masking" / "worker-0" / "film.mp4"
    inside.parent.mkdir(parents=True)
    shutil.copy(film, inside)
    elsewhere = env | {"CUSTODES_MASK_FOLDER": str(tmp_path / "masking")}
    done = call(elsewhere, "mask", str(inside), "--out", str(tmp_path / "copy.mp4"))
    assert done.returncode == 2
    assert "S30.2" in done.stderr


def test_a_recording_that_was_copied_out_is_refused(env: dict[str, str], tmp_path: Path) -> None:
    params, _ = footage.loop()
    (tmp_path / "segment.mp4").write_bytes(init_segment(params, ORIGIN))
    done = call(env, "mask", str(tmp_path / "segment.mp4"), "--out", str(tmp_path / "copy.mp4"))
    assert done.returncode == 2
    assert "release flow" in done.stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [(("--fill", "smear"), "solid, mosaic, blur"), (("--save-tracks", "film.mp4"), "not overwritten")],
)
def test_a_wrong_call_is_refused(
    env: dict[str, str], film: Path, tmp_path: Path, more: tuple[str, str], words: str
) -> None:
    option, value = more
    value = str(tmp_path / value) if value.endswith("mp4") else value
    done = call(env, "mask", str(film), "--out", str(tmp_path / "copy.mp4"), option, value)
    assert done.returncode == 2
    assert words in done.stderr


def test_what_is_no_film_ends_with_3_and_leaves_nothing(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"no film" * 100)
    done = call(env, "mask", str(tmp_path / "bad.mp4"), "--out", str(tmp_path / "copy.mp4"))
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("copy*"))
