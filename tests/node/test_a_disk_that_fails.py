"""A disk whose writes fail with a real EIO out of the kernel, under a worker that records."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.node import failing_disk
from tests.node.failing_disk import FailingDisk
from tests.node.smalldisk import WANTED, real_disks, small_disks
from tests.node.test_real_disks import _ALL, FIRST, SECOND, Node, _running, files
from tests.patience import until

pytestmark = [
    real_disks,
    pytest.mark.skipif(
        bool(failing_disk.why_not()) and not os.environ.get(WANTED), reason=failing_disk.why_not() or "can be made"
    ),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FailingDisk]:
    made = FailingDisk(tmp_path / "one.img")
    try:
        yield made
    finally:
        made.throw_away()


@pytest.fixture
def node(tmp_path: Path, disk: FailingDisk) -> Iterator[Node]:
    with small_disks(tmp_path, "two") as (two,):
        for name, each in (("one", disk), ("two", two)):
            (tmp_path / name).mkdir()
            each.plug_in(tmp_path / name)
        yield from _running(tmp_path, disk, two)


def test_the_error_comes_out_of_the_kernel(tmp_path: Path, disk: FailingDisk) -> None:
    """The harness itself: without this the test below could pass for another reason."""
    where = tmp_path / "alone"
    where.mkdir()
    disk.plug_in(where)
    file = os.open(where / "a", os.O_WRONLY | os.O_CREAT)
    try:
        os.write(file, b"x" * 8192)
        disk.break_down()
        with pytest.raises(OSError, match="Input/output error") as failed:
            os.fdatasync(file)
        assert failed.value.errno == errno.EIO
    finally:
        os.close(file)


def test_its_camera_stops_for_a_moment_with_the_reason_disk_and_goes_on_elsewhere_and_nothing_is_lost_that_was_synced(
    node: Node, disk: FailingDisk
) -> None:
    where = node.mount("one")
    kept = node.reached(FIRST)
    disk.break_down()
    until(lambda: node.reasons(FIRST) == ["disk"])
    node.goes_on(FIRST)
    assert node.reasons(SECOND) == [], "the other disk's camera did not stop"
    runs = node.archive.runs(FIRST, *_ALL)
    assert runs[0][0] < kept <= runs[0][1], "what was durable before is still in the account"

    disk.pull_out()
    disk.mend()
    disk.plug_in(where)
    until(lambda: node.stands() == {"one": "recording", "two": "recording"})
    until(lambda: node.left_open("one") <= {one.path for one in node.archive.being_written(FIRST)})
    assert files(where), "the file that was open is there"
    assert all(node.archive.read(ref) for ref in node.archive.fragments(FIRST, *_ALL))
    node.goes_on(FIRST)
    node.goes_on(SECOND)
