"""Simulated cameras over TLS and as Motion JPEG."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from custodes.video.clock import SystemClock
from custodes.video.simcam import station
from custodes.video.simcam.cast import cast
from custodes.video.simcam.certificate import certificate_in, context_of, fingerprint_of
from custodes.video.simcam.film import FilmOrder, FilmShape, make_film
from custodes.video.simcam.mjpeg import MjpegServer
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.unit import Codec
from tests.video.source.rig import Rig

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def order(folder: Path) -> FilmOrder:
    made = FilmOrder(cast(1)[0], Codec.H264, FilmShape(320, 180, 200_000), FilmShape(160, 96, 80_000), seconds=1, gop=5)
    make_film(made, folder)
    return made


def test_over_tls_they_show_the_certificate_that_the_seed_confirms(order: FilmOrder, folder: Path) -> None:
    path = certificate_in(folder, NOW)
    assert certificate_in(folder, NOW) == path, "made once"
    assert path.stat().st_mode & 0o077 == 0
    rig = Rig(SystemClock())
    mounts = station.mounts([order], folder, None, paced=True)
    try:
        with station.serve(mounts, {"user": "secret"}, SystemClock(), 0, context_of(path)) as server:
            url = f"rtsps://127.0.0.1:{server.port}/cam-01/main"
            rig.add(url, way=ConnectionOptions("user", "secret", fingerprint=fingerprint_of(path)))
            rig.until(lambda: len(rig.units["cam"]) >= 10, "ten pictures")
    finally:
        rig.close()


def test_as_motion_jpeg_they_send_the_pictures_of_the_sub_stream(order: FilmOrder, folder: Path) -> None:
    clock = SystemClock()
    server = MjpegServer({"cam-01": order.files(folder)[1]}, station.guard_of({"user": "secret"}, clock), 0)
    server.start()
    rig = Rig(clock)
    try:
        url = f"http://127.0.0.1:{server.port}/cam-01.mjpg"
        rig.add_apart(url, way=ConnectionOptions("user", "secret", reencode=True))
        unknown = rig.add_apart(
            url.replace("cam-01", "cam-09"), "none", way=ConnectionOptions("user", "secret", reencode=True)
        )
        rig.until(lambda: len(rig.units["cam"]) >= 10, "ten pictures")
        assert (rig.units["cam"][0].params.width, rig.units["cam"][0].params.height) == (160, 96)
        rig.until(lambda: rig.names("none")[-1] == "refused", "the refusal")
        assert "no such path" in unknown.state.detail
    finally:
        rig.close()
        server.stop()
