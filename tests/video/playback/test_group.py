"""A long group of pictures is read back from what the recorder has written, picture by picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.video.archive.fragments import FootageGone
from custodes.video.hub import StreamHub
from custodes.video.playback import group
from custodes.video.playback.group import GroupReader
from custodes.video.unit import AccessUnit, Codec
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import units
from tests.video.units import unit


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.crash()


def reader(site: Site, key: AccessUnit) -> GroupReader:
    return GroupReader(lambda: site.archive.being_written(CAMERA), key)


def read_all(found: GroupReader) -> list[AccessUnit]:
    pictures: list[AccessUnit] = []
    while more := found.read():
        pictures += more
    return pictures


def same(read: list[AccessUnit], taken: list[AccessUnit]) -> bool:
    return [(u.data, u.key, u.media_time) for u in read] == [(u.data, u.key, u.media_time) for u in taken]


def take(site: Site, stream: list[AccessUnit]) -> None:
    for one in stream:
        site.recorder().take(one)


def test_what_is_written_is_read_before_it_is_durable(site: Site) -> None:
    stream = [unit(n, key=n == 0, size=5000) for n in range(25 * 20)]
    take(site, stream)
    assert site.archive.being_written(CAMERA)[0].durable == 0
    read = read_all(reader(site, stream[0]))
    assert same(read, stream[1 : 1 + len(read)])
    assert len(read) >= 25 * 19 - 1, "all but the second that is being gathered"
    assert all(abs(one.wall_us - sent.wall_us) < 2000 for one, sent in zip(read, stream[1:], strict=False))
    assert all(one.params is stream[0].params for one in read)


def test_what_is_being_gathered_comes_with_the_next_look(site: Site) -> None:
    stream = [unit(n, key=n == 0, size=500) for n in range(100)]
    found = reader(site, stream[0])
    assert found.read() == [], "nothing is written yet"
    read: list[AccessUnit] = []
    for one in stream:
        site.recorder().take(one)
        read += found.read()
    site.recorder().close()
    read += found.read()
    assert same(read, stream[1:])


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_pictures_that_are_shown_in_another_order_keep_their_times(site: Site, codec: Codec) -> None:
    stream = list(units(150, codec=codec, length=8, gop=200, bframes=2))
    take(site, stream)
    site.recorder().close()
    assert same(read_all(reader(site, stream[0])), stream[1:])


def test_a_key_frame_within_a_fragment_is_found(site: Site) -> None:
    stream = [unit(n, key=n in (0, 6, 9)) for n in range(200)]
    take(site, stream)
    site.recorder().close()
    assert same(read_all(reader(site, stream[9])), stream[10:])
    assert same(reader(site, stream[0]).read(), stream[1:6])


def test_the_group_before_is_not_taken_for_this_one(site: Site) -> None:
    stream = [unit(n, key=n in (0, 100)) for n in range(101)]
    take(site, stream)
    assert reader(site, stream[100]).read() == []
    assert reader(site, unit(0, key=True, size=77)).read() == []


def test_a_group_in_a_file_that_is_sealed_meanwhile_is_read_to_its_end(site: Site) -> None:
    stream = [unit(n, key=n == 0) for n in range(100)]
    take(site, stream)
    found = reader(site, stream[0])
    read = found.read()
    site.recorder().close()
    site.archive.tick()
    assert site.archive.being_written(CAMERA) == []
    assert same(read + read_all(found), stream[1:])


def test_a_file_that_is_gone_or_cut_off_is_said(site: Site) -> None:
    stream = [unit(n, key=n == 0) for n in range(200)]
    take(site, stream[:100])
    found = reader(site, stream[0])
    found.read()
    take(site, stream[100:])
    [file] = site.files()
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(FootageGone):
        read_all(found)
    file.unlink()
    with pytest.raises(FootageGone):
        reader(site, stream[0]).read()


def test_a_group_that_is_too_large_is_not_read_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "READ_BACK_BYTES", 100_000)
    stream = [unit(n, key=n == 0, size=1000) for n in range(200)]
    take(site, stream)
    with pytest.raises(FootageGone, match="too large"):
        reader(site, stream[0]).read()


def test_it_is_read_in_pieces(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "PIECE_BYTES", 60_000)
    stream = [unit(n, key=n == 0, size=1000) for n in range(500)]
    take(site, stream)
    found = reader(site, stream[0])
    assert 25 <= len(found.read()) <= 60


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(4, 3000), min_size=30, max_size=300),
    limit=st.integers(0, 60_000),
    key_at=st.integers(0, 40),
)
def test_recording_and_cache_have_every_picture_of_the_group_once(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], limit: int, key_at: int
) -> None:
    site = Site(tmp_path_factory.mktemp("site"))
    key_at = min(key_at, len(sizes) - 1)
    stream = [unit(n, key=n in (0, key_at), size=size) for n, size in enumerate(sizes)]
    hub = StreamHub("test", limit, recorder=site.recorder().take)
    for one in stream:
        hub.on_unit(one)
    viewer = hub.watch()
    if viewer.behind is not None:
        tail = viewer.behind.tail
        found = reader(site, stream[key_at])
        read = read_all(found)
        site.recorder().close()
        read += read_all(found)
        assert same(read, stream[key_at + 1 :])
        assert same(read[: tail.first - 1] + list(tail.units), stream[key_at + 1 :])
    else:
        assert len(viewer) == len(stream) - key_at
    site.crash()
