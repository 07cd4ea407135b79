"""Declared views on disk: replaced with a reason, kept as footage is, deleted when its time has come."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from custodes.node.health.references import MOST_IN_FORCE, BadParcel, ReferenceRefused, References
from custodes.video.archive.retention import Retention
from custodes.video.unit import AccessUnit, Codec
from tests.video.footage import loop

CAMERA = UUID(int=1)
DAY = 86_400_000_000
NOW = 1_780_000_000_000_000


@pytest.fixture
def references(tmp_path: Path) -> References:
    return References(tmp_path / "references")


@pytest.fixture(scope="module")
def unit() -> AccessUnit:
    params, coded = loop(Codec.H264)
    data = next(data for data, key, _ in coded if key)
    return AccessUnit(data, True, 7, NOW - 5, params)


def declare(references: References, unit: AccessUnit, label: str = "日间", at_us: int = NOW, days: int = 30):
    return references.declare(unit, CAMERA, label, "person-1", "验收", at_us, days)


def test_a_view_comes_back_as_it_was(references: References, unit: AccessUnit) -> None:
    declared = declare(references, unit)
    assert references.in_force(CAMERA) == [declared]
    again = references.picture(declared)
    assert (again.data, again.wall_us, again.key) == (unit.data, unit.wall_us, True)
    assert again.params.sets == unit.params.sets
    assert (declared.by, declared.reason, declared.picture_us) == ("person-1", "验收", NOW - 5)


def test_the_same_label_replaces_and_another_stands_beside(references: References, unit: AccessUnit) -> None:
    first, night = declare(references, unit), declare(references, unit, "夜间", NOW + 1)
    second = declare(references, unit, at_us=NOW + 2)
    assert [one.id for one in references.in_force(CAMERA)] == [night.id, second.id]
    ended = references.find(CAMERA, first.id)
    assert ended is not None
    assert ended.ended_us == NOW + 2


def test_no_more_than_eight_are_in_force(references: References, unit: AccessUnit) -> None:
    for number in range(MOST_IN_FORCE):
        declare(references, unit, f"view {number}")
    with pytest.raises(ReferenceRefused):
        declare(references, unit, "one more")
    declare(references, unit, "view 3", NOW + 1)
    assert len(references.in_force(CAMERA)) == MOST_IN_FORCE


def test_one_that_is_out_of_force_is_kept_for_the_retention_period_and_no_longer(
    references: References, unit: AccessUnit
) -> None:
    kept, gone = declare(references, unit, "夜间", days=90), declare(references, unit)
    in_force = declare(references, unit, "雪天")
    for one in (kept, gone):
        references.withdraw(CAMERA, one.id, NOW)
    retention = Retention("Asia/Shanghai", 30)
    assert references.purge(retention, NOW + 30 * DAY) == 0
    assert references.purge(retention, NOW + 32 * DAY) == 1
    assert references.find(CAMERA, gone.id) is None
    assert references.picture(kept).data == unit.data
    assert references.purge(retention, NOW + 92 * DAY) == 1
    assert references.in_force(CAMERA) == [in_force], "what is in force stays, however old"
    assert len(list(references.folder.rglob("*.frame"))) == 1


def test_a_camera_that_leaves_ends_its_views(references: References, unit: AccessUnit) -> None:
    declare(references, unit)
    declare(references, unit, "夜间")
    references.end_all(CAMERA, NOW + 1)
    assert references.in_force(CAMERA) == []
    assert len(list(references.folder.rglob("*.frame"))) == 2, "they are kept until their time has come"


def test_what_is_not_there_can_t_be_withdrawn(references: References, unit: AccessUnit) -> None:
    declared = declare(references, unit)
    for camera, view in ((CAMERA, uuid4()), (UUID(int=2), declared.id)):
        with pytest.raises(ReferenceRefused):
            references.withdraw(camera, view, NOW)


def test_a_broken_file_costs_its_view_alone(references: References, unit: AccessUnit) -> None:
    broken, whole = declare(references, unit), declare(references, unit, "夜间")
    folder = references.folder / str(CAMERA)
    (folder / f"{broken.id}.json").write_bytes(b"{")
    assert references.in_force(CAMERA) == [whole]
    (folder / f"{whole.id}.frame").write_bytes(b"\0\0")
    with pytest.raises(BadParcel):
        references.picture(whole)


def test_a_reader_sees_that_something_was_declared(references: References, unit: AccessUnit) -> None:
    before = references.stamp(CAMERA)
    declared = declare(references, unit)
    after = references.stamp(CAMERA)
    references.withdraw(CAMERA, declared.id, NOW)
    assert len({before, after, references.stamp(CAMERA)}) == 3
