"""The ledger's disk is full while cameras are recorded and people want to look; a real notary, worker and web."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from custodes.access import grants
from custodes.access.models import Grant
from custodes.ledger.client import NotaryClient
from custodes.notary.keys import make_keys
from custodes.people import delivery as line
from tests.access.test_views_api import ask
from tests.ledger.madelog import ORIGIN, gap
from tests.node.support import Installation, RunningWorker, camera, camera_server, good_mounts
from tests.node.test_outages import seconds_recorded
from tests.notary.full_disk import small_disk
from tests.notary.running import notary
from tests.notary.test_full_disk import LONG, append_until_refused
from tests.patience import until
from tests.places.stage import Stage


@pytest.mark.chaos
def test_with_a_full_ledger_nobody_looks_and_recording_goes_on_and_all_goes_on_afterwards(
    tmp_path: Path, stage: Stage, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = Installation(tmp_path)
    with small_disk(6) as disk, camera_server(good_mounts(1)) as server:
        make_keys(disk.path / "keys/notary", disk.path / "keys/public", ORIGIN)
        (tmp_path / "n.sock").symlink_to(disk.path / "s")
        installation.assign([camera(0, server)])
        stage.on_duty()
        with (
            notary(disk.path, checkpoint_seconds=1) as running,
            NotaryClient(disk.path / "s") as web,
            RunningWorker(installation) as worker,
        ):
            monkeypatch.setattr(grants, "notary", lambda: web)
            monkeypatch.setattr(line, "notary", lambda: web)
            outbox = worker.worker.archive.outbox
            until(lambda: worker.recording(0) and not outbox.size())
            assert ask(client_of("operator"), stage.gate).status_code == 201
            disk.fill()
            append_until_refused(web)
            before = seconds_recorded(worker, 0)
            answer = ask(client_of("operator"), stage.gate)
            assert answer.status_code == 503
            assert "存证服务" in answer.json()["refusal"][0]["reason"]
            assert "token" not in answer.content.decode()
            until(lambda: outbox.size() > 0)
            until(lambda: seconds_recorded(worker, 0) > before)
            assert running.process.poll() is None
            disk.make_room()
            web.append([gap(60_000, LONG)])
            until(lambda: not outbox.size())
            assert ask(client_of("operator"), stage.gate).status_code == 201
            assert Grant.objects.exclude(index=None).count() == 2
