"""The archive's records are what the ledger takes (docs/design/wire.md §7)."""

from __future__ import annotations

from custodes.ledger import canonical
from custodes.ledger.records import record_of
from custodes.video.source.state import SourceState
from tests.video.archive.conftest import Site
from tests.video.archive.test_retention import EVERYTHING, LAWFUL, go_to


def test_every_record_of_a_cameras_life_is_accepted_by_the_ledger(site: Site) -> None:
    site.record(70)
    site.recorder().source_state(SourceState("network", "network", "no answer", site.clock.wall_us()))
    site.clock.advance(10)
    site.sent.clear()
    site.record(70)
    site.recorder().close()
    site.archive.tick()
    go_to(site, 40, 1)
    site.archive.purge(LAWFUL, EVERYTHING)
    records = site.records()
    assert {record["type"] for record in records} == {"segment.sealed", "gap", "purge"}
    for record in records:
        record_of(dict(record))
        canonical.encode(record)
    assert len({record["id"] for record in records}) == len(records)
