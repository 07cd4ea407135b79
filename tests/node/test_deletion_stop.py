"""A stopped deletion pass, the person's order to it, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from custodes.node.chores import Chores
from custodes.node.deletion_stop import ORDER_SECONDS, BrakeFiles, DeletionStopOrder
from tests.video.archive.conftest import Site
from tests.video.archive.test_retention import LAWFUL, go_to, recorded


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.crash()


@pytest.fixture
def chores(site: Site) -> Chores:
    """The chores of a worker whose whole archive is past its retention."""
    recorded(site, 300)
    go_to(site, 40, 1)
    nothing = SimpleNamespace()
    return Chores(
        *(site.archive, nothing, nothing, LAWFUL, 0.2, {}),  # type: ignore[arg-type]
        BrakeFiles(site.folder, 0),
        site.clock,
    )


def an_order(site: Site, files: BrakeFiles, **changes: object) -> DeletionStopOrder:
    said = files.stopped()
    assert said is not None
    plain = {
        "at_us": site.clock.wall_us(),
        "by": "root",
        "reason": "looked",
        "seen_us": said.at_us,
        "volumes": said.volumes,
        "rule": said.rule,
    }
    return DeletionStopOrder(**{**plain, **changes})


def test_a_stopped_pass_says_what_it_wanted_until_one_is_not_stopped(site: Site, chores: Chores) -> None:
    count = len(site.files())
    chores.purge()
    said = chores.brake.stopped()
    assert said is not None
    (volume,) = said.volumes
    assert (volume.path, volume.segments, volume.of) == (str(site.volume), count, count)
    assert BrakeFiles.all_of(site.folder)[0].stopped() == said
    site.clock.advance(-40 * 86_400)  # the clock had been wrong
    chores.purge()
    assert chores.brake.stopped() is None
    assert BrakeFiles.all_of(site.folder) == []
    assert len(site.files()) == count


def test_an_order_is_followed_once_and_answered(site: Site, chores: Chores) -> None:
    count = len(site.files())
    chores.purge()
    order = an_order(site, chores.brake)
    chores.brake.order(order)
    chores.obey()
    done = chores.brake.done(order)
    assert done is not None
    assert (done.segments, done.still_stopped, done.failure) == (count, (), "")
    assert chores.brake.stopped() is None
    assert site.files() == []
    assert not chores.brake.withdraw(order)
    chores.obey()
    (record,) = site.records("purge")
    assert "ordered by root: looked" in str(record["detail"])


def test_an_order_for_less_than_is_wanted_now_deletes_nothing(site: Site, chores: Chores) -> None:
    count = len(site.files())
    chores.purge()
    order = an_order(site, chores.brake)
    (volume,) = order.volumes
    fewer = volume.model_copy(update={"segments": volume.segments - 1})
    chores.brake.order(order.model_copy(update={"volumes": (fewer,)}))
    chores.obey()
    done = chores.brake.done(order)
    assert done is not None
    assert (done.segments, done.still_stopped) == (0, (str(site.volume),))
    assert len(site.files()) == count


@pytest.mark.parametrize("late", [ORDER_SECONDS + 1, -ORDER_SECONDS - 1])
def test_an_order_that_nobody_waits_for_any_more_is_not_followed(site: Site, chores: Chores, late: int) -> None:
    count = len(site.files())
    chores.purge()
    order = an_order(site, chores.brake, at_us=site.clock.wall_us() - late * 1_000_000)
    chores.brake.order(order)
    chores.obey()
    assert len(site.files()) == count
    assert not chores.brake.withdraw(order)


def test_a_broken_order_is_no_order(site: Site, chores: Chores) -> None:
    chores.purge()
    (site.folder / "purge-order-0.json").write_text('{"reason": "')
    chores.obey()
    assert site.files()


def test_an_order_that_fails_says_so(site: Site, chores: Chores, monkeypatch: pytest.MonkeyPatch) -> None:
    chores.purge()
    order = an_order(site, chores.brake)
    chores.brake.order(order)

    def fails(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(site.archive, "purge", fails)
    with pytest.raises(OSError, match="disk is gone"):
        chores.obey()
    done = chores.brake.done(order)
    assert done is not None
    assert "the disk is gone" in done.failure
