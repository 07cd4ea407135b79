"""kill -9 of the whole node at random moments under eight cameras: nothing that was whole is lost (invariant 4)."""

import os
import random
import time
from pathlib import Path
from uuid import UUID

import pytest

from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import SystemClock
from tests.chaos.check import check_archive
from tests.node.process import NodeProcess
from tests.node.support import FakeNotary, Installation, camera, camera_server, good_mounts

FEW_KILLS = 5
MANY_KILLS = int(os.environ.get("CUSTODES_CHAOS_KILLS", "50"))
CAMERAS = 8
MOST_LOST_US = 1_500_000
"""The open fragment (1 s here), and what the tick and the writer held; what the machine kept them waiting comes on top."""


@pytest.mark.parametrize(
    "kills",
    [FEW_KILLS, pytest.param(MANY_KILLS, marks=[pytest.mark.chaos, pytest.mark.timeout(1800)])],
)
def test_after_each_kill_everything_but_the_open_fragment_is_there(tmp_path: Path, kills: int) -> None:
    rng = random.Random(kills)
    installation = Installation(tmp_path)
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    killed: list[tuple[int, int, int]] = []
    with camera_server(good_mounts(CAMERAS)) as server:
        installation.assign([camera(number, server) for number in range(CAMERAS)])
        for _ in range(kills):
            node = NodeProcess(installation)
            began, waited = 0, 0
            try:
                node.wait_recording(CAMERAS)
                began, waited = time.time_ns() // 1000, node.kept_waiting_us()
                time.sleep(rng.uniform(0.2, 2.5))  # the moment is the test's input
                waited = node.kept_waiting_us() - waited
            finally:
                killed.append((began, node.kill(), waited))
    notary.stop()
    index, volume = installation.settings.node_folder / "worker-0.sqlite3", installation.settings.volume_paths[0]
    archive = Archive.open(
        index, [VolumeConfig(volume, reserve_bytes=0)], node="node-1", worker=0, clock=SystemClock(), threads=False
    )
    try:
        for number in range(CAMERAS):
            runs = archive.runs(UUID(int=number + 1), 0, 1 << 62)
            gaps = archive.gaps(UUID(int=number + 1), 0, 1 << 62)
            for began, at, waited in killed:
                reached = max([began, *(min(end, at) for start, end in runs if start < at)])
                lost = at - reached - waited
                assert lost <= MOST_LOST_US, (
                    f"camera {number} lost {lost} µs before a kill, the machine's delays not counted"
                )
                there = [reason for start, end, reason in gaps if start <= at <= end]
                # A camera that had no whole fragment yet is still `new`.
                assert there in (["restart"], ["new"]), f"camera {number}: {there}"
    finally:
        archive.close()
    found = check_archive(index, volume, notary.records)
    assert found.wrong == []
    assert found.segments >= CAMERAS
