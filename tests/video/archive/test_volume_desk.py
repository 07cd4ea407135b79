"""A person's decisions about volumes, while the archive runs: what is written to from then on, and what a restart finds."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from custodes.ledger.records import record_of
from custodes.video.archive.adoption import AdoptionDecision, Undecidable
from custodes.video.archive.retention import Retention
from custodes.video.archive.volume import NoRoom, VolumeConfig, read_identity
from custodes.video.wire.archive import VolumeOrderOutcome
from tests.video.archive.conftest import CAMERA, Site

RULE = Retention()
DAY_US = 86_400_000_000


def decision(site: Site) -> AdoptionDecision:
    return AdoptionDecision("旦增", "扩容", site.clock.wall_us(), "node-1")


def folder(site: Site, name: str) -> Path:
    made = site.folder / name
    made.mkdir()
    return made


def record_more(site: Site, seconds: int = 20) -> None:
    site.recorder().close()
    site.recorders.clear()
    site.sent.clear()
    site.clock.advance(3)
    site.record(seconds)
    site.recorder().close()
    site.archive.tick()


def stands(site: Site) -> dict[str, str]:
    return {one.path_name: one.stands for one in site.archive.forecast()}


def test_an_added_volume_is_written_to_at_once_and_stands_on_record(site: Site) -> None:
    site.record(5)
    second = folder(site, "second")
    made = site.archive.volume_desk.adopt(second, decision(site))
    site.archive.volume_desk.drain(read_identity(site.volume), decision(site))
    record_more(site)
    assert list(second.rglob("*.mp4"))
    assert stands(site) == {"volume": "draining", "second": "recording"}
    adopted, drained = site.records("volume.changed")
    assert (adopted["change"], adopted["volume"], drained["change"]) == ("adopted", made.identity, "drained")
    record_of(adopted), record_of(drained)


def test_the_file_that_is_open_when_a_volume_is_drained_is_finished(site: Site) -> None:
    site.archive.volume_desk.adopt(folder(site, "second"), decision(site))
    site.record(5)
    (opened,) = site.archive.being_written(CAMERA)
    site.archive.volume_desk.drain(opened.volume.identity, decision(site))
    site.record(70)
    site.recorder().close()
    site.archive.tick()
    assert opened.file.exists()
    first, *rest = site.rows("SELECT volume FROM segments ORDER BY start_us")
    assert all(row != first for row in rest)
    assert not site.archive.gaps(CAMERA, site.clock.wall_us() - 60_000_000, site.clock.wall_us() - 2_000_000)


def test_drained_footage_is_kept_read_and_deleted_on_its_day_and_only_then_may_the_volume_go(site: Site) -> None:
    site.record(10)
    site.recorder().close()
    site.archive.tick()
    identity, desk = read_identity(site.volume), site.archive.volume_desk
    with pytest.raises(Undecidable) as refused:
        desk.retire(identity, decision(site))
    assert refused.value.outcome is VolumeOrderOutcome.NOT_DRAINED
    desk.drain(identity, decision(site))
    files = site.files()
    with pytest.raises(Undecidable) as refused:
        desk.retire(identity, decision(site))
    assert refused.value.outcome is VolumeOrderOutcome.NOT_EMPTY
    assert site.files() == files
    assert all(site.archive.read(ref) for ref in site.archive.fragments(CAMERA, 0, 1 << 60))
    site.clock.advance(32 * 86_400)
    site.archive.purge(RULE, 1.0)
    assert site.files() == []
    desk.retire(identity, decision(site))
    assert stands(site) == {"volume": "retired"}


def test_held_footage_keeps_a_volume_from_being_retired(site: Site) -> None:
    site.record(10)
    site.recorder().close()
    site.archive.tick()
    site.hold(0, 1 << 60)
    identity, desk = read_identity(site.volume), site.archive.volume_desk
    desk.drain(identity, decision(site))
    site.clock.advance(100 * 86_400)
    site.archive.purge(RULE, 1.0)
    with pytest.raises(Undecidable) as refused:
        desk.retire(identity, decision(site))
    assert refused.value.outcome is VolumeOrderOutcome.NOT_EMPTY
    kept = site.archive.keeping(RULE).volumes[identity]
    assert kept.held == kept.protected == sum(file.stat().st_size for file in site.files())


def test_what_was_decided_holds_after_a_restart(site: Site) -> None:
    second = folder(site, "second")
    made = site.archive.volume_desk.adopt(second, decision(site))
    site.archive.volume_desk.drain(read_identity(site.volume), decision(site))
    site.volumes.append(VolumeConfig(second, reserve_bytes=0, identity=made.identity))
    site.restart()
    assert stands(site) == {"volume": "draining", "second": "recording"}
    assert site.roomy().identity == made.identity


def test_the_bare_folder_of_an_added_volume_is_not_made_a_volume_after_a_restart(site: Site) -> None:
    bare = folder(site, "second")
    site.crash()
    site.volumes.append(VolumeConfig(bare, reserve_bytes=0, identity=str(UUID(int=9))))
    site.open()
    assert list(bare.iterdir()) == []
    assert stands(site)["second"] == "missing"


def test_a_replaced_volume_owes_its_footage_and_is_read_again_when_it_is_back(site: Site) -> None:
    site.record(10)
    site.recorder().close()
    site.archive.tick()
    old = read_identity(site.volume)
    away = site.folder / "unplugged"
    site.volume.rename(away)
    site.volume.mkdir()
    site.archive.tick()
    with pytest.raises(NoRoom):
        site.roomy()
    made = site.archive.volume_desk.adopt(site.volume, decision(site))
    site.archive.tick()
    by_id = {one.identity: (one.stands, one.state) for one in site.archive.forecast()}
    assert by_id == {old: ("replaced", "replaced"), made.identity: ("recording", "ok")}
    assert site.archive.runs(CAMERA, 0, 1 << 60)  # it is owed, and stays in the account
    site.volume.rename(site.folder / "newer")
    away.rename(site.volume)
    site.archive.tick()
    assert all(site.archive.read(ref) for ref in site.archive.fragments(CAMERA, 0, 1 << 60))


def test_resuming_takes_a_drained_volume_back(site: Site) -> None:
    desk, identity = site.archive.volume_desk, read_identity(site.volume)
    desk.drain(identity, decision(site))
    with pytest.raises(NoRoom, match="drained"):
        site.roomy()
    desk.adopt(site.volume, decision(site))
    assert site.roomy().identity == identity


def test_the_week_ahead_falls_with_what_is_written_and_rises_with_what_expires(site: Site) -> None:
    site.crash()
    site.volumes = [VolumeConfig(site.volume, cap_bytes=10_000_000, reserve_bytes=0)]
    site.open()
    site.sent.clear()
    site.record(60)
    site.recorder().close()
    site.archive.tick()
    written = site.archive.volumes()[0].used
    curve = site.archive.keeping(RULE).curve
    assert len(curve) == 29
    assert curve[0] == 10_000_000 - written
    assert all(after <= before for before, after in pairwise(curve))
    site.clock.advance(30 * 86_400)
    curve = site.archive.keeping(RULE).curve
    assert max(curve) == 10_000_000  # nothing is written now, and what was goes within the week
