"""The archive picture by picture: whatever is opened and asked for, no more comes, and what comes can be decoded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.node.gb28181.sending.reading import ArchivedPicture, RecordReader
from custodes.video.unit import Codec
from tests.node.gb28181.sending.footage import SECOND, ArchiveRoom
from tests.node.gb28181.sending.room import CAMERA

MOMENTS = st.floats(-5, 75).map(lambda seconds: round(seconds, 3))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveRoom]:
    """Fifty seconds with a gap and another codec in them, and groups of one, two and four seconds."""
    made = ArchiveRoom(tmp_path_factory.mktemp("archive"))
    made.record(12)
    made.record(12, gop=50)
    made.gap(10)
    made.record(8, Codec.H265)
    made.record(16, length=4, gop=100)
    made.done()
    yield made
    asyncio.run(made.close())


def reader_of(here: ArchiveRoom, opened: tuple[int, int], at_us: int, until_us: int) -> RecordReader:
    def opens(from_us: int, to_us: int) -> bool:
        return opened[0] <= from_us and to_us <= min(until_us, opened[1])

    return RecordReader(here.archive, CAMERA, opens, at_us, until_us)


def all_of(reader: RecordReader, *, keys_alone: bool = False) -> list[ArchivedPicture]:
    found: list[ArchivedPicture] = []
    while (some := reader.read(keys_alone=keys_alone)) is not None:
        found += some
    return found


@settings(max_examples=150, deadline=None)
@given(MOMENTS, st.floats(0, 60), MOMENTS, st.booleans())
def test_nothing_comes_of_what_is_not_opened(
    here: ArchiveRoom, begin: float, lasts: float, at: float, keys_alone: bool
) -> None:
    opened = here.at(begin), here.at(begin + lasts)
    at_us = min(max(here.at(at), opened[0]), opened[1])
    found = all_of(reader_of(here, opened, at_us, opened[1]), keys_alone=keys_alone)
    for picture in found:
        assert opened[0] <= picture.unit.wall_us < picture.until_us <= opened[1]
    known = {unit.wall_us: unit for unit in here.taken}
    assert all(picture.unit.data == known[picture.unit.wall_us].data for picture in found)
    decodable(found)
    expected = [unit for unit in here.taken if opened[0] <= unit.wall_us and unit.wall_us + 40_000 <= opened[1]]
    keys = [unit.wall_us for unit in expected if unit.key]
    recorded = any(unit.wall_us <= at_us < unit.wall_us + 40_000 for unit in here.taken)
    before = max((wall for wall in keys if wall <= at_us), default=None) if recorded else None
    behind = min((wall for wall in keys if wall > at_us), default=None)
    if at_us + 40_000 <= opened[1]:  # else not one picture is asked for
        assert next((picture.unit.wall_us for picture in found), None) == (before if before is not None else behind)


def decodable(found: list[ArchivedPicture]) -> None:
    """It begins with a key picture, so does what stands behind a hole, and times only go on."""
    assert not found or found[0].unit.key
    assert not found or found[0].due == 90_000
    for before, after in pairwise(found):
        assert after.due > before.due
        if after.unit.wall_us - before.until_us > SECOND // 2 or after.unit.params is not before.unit.params:
            assert after.unit.key
        if not after.unit.key:
            assert (after.due - before.due, after.unit.wall_us - before.unit.wall_us) == (3600, 40_000)


def test_all_of_it_comes_and_each_key_picture_stands_for_its_group(here: ArchiveRoom) -> None:
    span = here.at(-5), here.at(75)
    found = all_of(reader_of(here, span, *span))
    assert [picture.unit.data for picture in found] == [unit.data for unit in here.taken]
    assert [picture.due for picture in found] == [90_000 + 3600 * number for number in range(len(found))]
    alone = all_of(reader_of(here, span, *span), keys_alone=True)
    assert [picture.unit.data for picture in alone] == [unit.data for unit in here.taken if unit.key]
    keys = [picture.due for picture in found if picture.unit.key]
    assert [picture.due for picture in alone] == keys
    assert sum(one.until_us - one.unit.wall_us for one in alone) == pytest.approx(48 * SECOND, abs=1000)


@pytest.mark.parametrize("places", [(40, 3, 21), (22, 23.5, 57), (0, 0, 0)])
def test_it_goes_elsewhere_at_any_time(here: ArchiveRoom, places: tuple[float, ...]) -> None:
    span = here.at(-5), here.at(75)
    reader, found = reader_of(here, span, *span), []
    for number, place in enumerate(places):
        for _ in range(number + 1):
            found += reader.read() or []
        reader.turn(here.at(place))
    found += all_of(reader)
    decodable_pieces = [picture for picture in found if picture.unit.key]
    assert all(after.due > before.due for before, after in pairwise(found))
    assert decodable_pieces
    last = max(unit.wall_us for unit in here.taken if unit.key and unit.wall_us <= here.at(places[-1]))
    assert last in [picture.unit.wall_us for picture in found]


def test_what_is_damaged_is_a_hole(here: ArchiveRoom) -> None:
    span = here.at(0), here.at(12)
    [first, *_] = here.archive.sealed_segments(CAMERA, *span)
    spoilt = first.fragments[3]
    octets = first.path.read_bytes()
    first.path.chmod(0o600)
    first.path.write_bytes(octets[: spoilt.offset] + bytes(spoilt.size) + octets[spoilt.offset + spoilt.size :])
    try:
        for keys_alone in (False, True):
            found = all_of(reader_of(here, span, *span), keys_alone=keys_alone)
            assert not any(here.at(3) <= picture.unit.wall_us < here.at(4) for picture in found)
            assert any(picture.unit.wall_us >= here.at(4) for picture in found)
            decodable(found)
    finally:
        first.path.write_bytes(octets)
