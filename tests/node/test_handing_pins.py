"""What was listed to be handed out outlasts retention until its piece was asked for, and no longer (decision 0240)."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from custodes.video.archive.retention import Retention
from tests.node.past import Past, write_past
from tests.node.support import FakeNotary, Installation, RunningWorker, camera
from tests.node.test_handing import leave, listed, piece, signed
from tests.patience import until

CAMERA = UUID(int=1)
GONE = Retention(training_minutes=1)
"""The footage is from ten minutes ago."""


@pytest.fixture
def past(installation: Installation) -> Past:
    """Footage from ten minutes ago, in segments of 20 s."""
    return write_past(installation, CAMERA)


@pytest.fixture
def worker(installation: Installation, notary: FakeNotary, past: Past) -> Iterator[RunningWorker]:
    """A worker whose only camera is out of reach now."""
    installation.assign([camera(0, None)])
    with RunningWorker(installation) as running:
        yield running


def purge(worker: RunningWorker) -> int:
    return worker.worker.archive.purge(GONE, 1.0).segments


def test_a_pass_between_list_and_piece_finds_it_there_and_takes_it_when_it_is_over(
    worker: RunningWorker, installation: Installation, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = leave(installation, past)
    segments = listed(installation, claims).segments
    again = listed(installation, claims, segments[2].start_us).segments
    assert [one.sequence for one in again] == [one.sequence for one in segments[2:]], "listed in pages, pinned once"
    other = leave(installation, past)
    listed(installation, other)
    assert purge(worker) > 0, "what nobody listed goes"
    answer = piece(installation, claims, segments[1], 10, 2)  # how long the first one is depends on the minute
    assert answer.status_code == 200, answer.text
    assert len(listed(installation, claims).segments) == len(segments)
    revoked = {"grants": [str(other.grant)], "reason": "案件撤销", "clause": "S27"}
    assert installation.request("POST", "/internal/revoke", revoked).status_code == 204
    assert purge(worker) == 0, "the other leave was taken back, this one goes on"
    monkeypatch.setattr("custodes.node.handing.IDLE_SECONDS", 0.2)
    assert piece(installation, claims, segments[3], 0, 1).status_code == 200
    until(lambda: purge(worker) == len(segments))
    assert listed(installation, leave(installation, past)).segments == []


def test_a_camera_that_is_not_known_has_nothing_to_pin(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    unknown = UUID(int=77)
    claims = installation.claims(
        unknown, live=False, back_seconds=0, span=(past.at(5), past.at(65)), handover=True
    )  # fmt: skip
    body = {"token": signed(installation, claims), "camera": str(unknown), "from_us": 0}
    answer = installation.request("POST", "/internal/segments", body)
    assert (answer.status_code, answer.json()["segments"]) == (200, [])
