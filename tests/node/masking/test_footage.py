"""Sealed segments as one film: cut inward, over holes and changes of codec, and only as they were sealed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from custodes.node.masking.footage import Footage, bounds_of, chosen
from custodes.node.masking.process import SegmentOrder
from custodes.video.archive.archive import Archive
from custodes.video.archive.handing import NotAsSealed
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import SystemClock
from custodes.video.mask.reading import FragmentSource
from tests.node.past import Past, write_past
from tests.node.support import Installation

CAMERA = UUID(int=1)
TICK = 3600


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, Past]]:
    installation = Installation(tmp_path_factory.mktemp("past"))
    past = write_past(installation, CAMERA)
    settings = installation.settings
    archive = Archive.open(
        settings.node_folder / "worker-0.sqlite3",
        [VolumeConfig(path, reserve_bytes=0) for path in settings.volume_paths],
        node=settings.node_name,
        worker=0,
        clock=SystemClock(),
        threads=False,
    )
    yield archive, past
    archive.close()


def orders(there: tuple[Archive, Past], begin: float, end: float) -> list[SegmentOrder]:
    archive, past = there
    span = past.at(begin), past.at(end)
    return chosen(archive.sealed_segments(CAMERA, *span), *span)


def times(found: list[SegmentOrder]) -> tuple[list[int], int]:
    footage = Footage(CAMERA, found)
    footage.check()
    return [one.time for one in FragmentSource(footage.pieces).pictures()], footage.pictures


def test_it_is_cut_inward_at_fragments(there: tuple[Archive, Past]) -> None:
    found = orders(there, 4.5, 8.3)
    begin, end = bounds_of(found)
    assert (begin, end) == (there[1].at(5), there[1].at(8))
    assert times(found) == ([at * TICK for at in range(75)], 75)


def test_it_goes_on_over_the_cut_between_two_segments(there: tuple[Archive, Past]) -> None:
    found = orders(there, 5, 30)  # a segment ends each 20 s
    assert len(found) >= 2
    shown, count = times(found)
    assert count == len(shown) == 625
    assert {later - sooner for sooner, later in itertools.pairwise(shown)} == {TICK}


def test_a_hole_in_the_recording_is_a_hole_in_the_times(there: tuple[Archive, Past]) -> None:
    shown, count = times(orders(there, 66, 173))
    assert count == len(shown)
    steps = [later - sooner for sooner, later in itertools.pairwise(shown)]
    assert sorted(steps)[:-1] == [TICK] * (len(steps) - 1)
    assert abs(max(steps) - 100 * 90_000) < 90_000


def test_it_goes_on_over_a_change_of_codec(there: tuple[Archive, Past]) -> None:
    found = orders(there, 198, 202)
    shown, count = times(found)
    assert count == len(shown)
    assert count >= 75
    assert all(later > sooner for sooner, later in itertools.pairwise(shown))
    footage = Footage(CAMERA, found)
    footage.check()
    assert len({params.codec for params in footage.params}) == 2


def test_a_span_without_a_whole_fragment_is_none(there: tuple[Archive, Past]) -> None:
    assert orders(there, 5.1, 5.9) == []
    assert orders(there, 90, 120) == []


def test_what_is_not_as_it_was_sealed_is_not_read(there: tuple[Archive, Past]) -> None:
    found = orders(there, 4.5, 8.3)
    path = Path(found[0].path)
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(NotAsSealed):
            Footage(CAMERA, found).check()
        path.unlink()
        with pytest.raises(NotAsSealed):
            Footage(CAMERA, found).check()
    finally:
        path.write_bytes(whole)
