"""Holds in a worker's index: what comes late takes nothing away, and of a hold and a deletion the first to commit wins."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from custodes.video.archive import faults
from custodes.video.archive.archive import Archive
from custodes.video.archive.dry_run import read_dry_run
from custodes.video.archive.retention import Retention, local_midnight_us
from custodes.video.archive.schema import connect
from custodes.video.wire.archive import HoldAnswer, HoldOrder
from tests.patience import PATIENCE
from tests.video.archive.conftest import CAMERA, OTHER, Site
from tests.video.archive.test_retention import EVERYTHING, LAWFUL, ZONE, go_to, local, recorded
from tests.video.footage import START_US


class Crash(BaseException):
    """The process is gone here."""


@contextmanager
def crash_at(wanted: str) -> Iterator[None]:
    def hook(name: str) -> None:
        if name == wanted:
            raise Crash

    faults.listen(hook)
    try:
        yield
    finally:
        faults.listen(None)


SECOND = 1_000_000
ALL = (START_US - SECOND, START_US + 10_000 * SECOND)


def test_a_hold_says_what_is_there_what_was_deleted_and_what_never_was(site: Site) -> None:
    recorded(site, 180)
    site.clock.advance(3600)
    end = START_US + 600 * SECOND
    [found] = site.hold(START_US - 60 * SECOND, end).cameras
    assert (found.known, found.there_us, found.deleted_us, found.ahead_us) == (True, 180 * SECOND, 0, 0)
    assert found.never_us == (600 + 60 - 180) * SECOND
    assert found.never == [(START_US - 60 * SECOND, START_US), (START_US + 180 * SECOND, end)]
    go_to(site, 40, 1)
    site.hold(0, 1, version=2, released=True)
    site.archive.purge(LAWFUL, EVERYTHING)
    [found] = site.hold(START_US, START_US + 180 * SECOND, hold=2).cameras
    assert (found.there_us, found.deleted_us, found.never_us) == (0, 180 * SECOND, 0)


def test_a_hold_may_reach_into_time_to_come_and_come_before_its_camera(site: Site) -> None:
    [found] = site.hold(START_US, START_US + 3600 * SECOND, OTHER).cameras
    assert (found.known, found.ahead_us, found.never_us) == (False, 3600 * SECOND, 0)
    site.record(60, OTHER)
    site.recorders[OTHER].close()
    site.archive.tick()
    assert site.archive.held(OTHER, 0, 1 << 60) == [(START_US, START_US + 3600 * SECOND)]
    go_to(site, 60, 1)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0


def test_of_several_holds_on_a_span_the_last_one_counts(site: Site) -> None:
    count = recorded(site)
    site.hold(*ALL, hold=1)
    site.hold(*ALL, hold=2)
    go_to(site, 40, 1)
    site.hold(*ALL, hold=1, version=2, released=True)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0
    site.hold(*ALL, hold=2, version=2, released=True)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == count


def test_an_old_assignment_drops_no_hold_that_was_pushed_later(site: Site) -> None:
    recorded(site)
    site.hold(*ALL)
    site.archive.holds.take([])  # an assignment of before: it does not name the hold
    site.archive.register(CAMERA, 30)
    go_to(site, 40, 1)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0


def test_an_old_order_changes_nothing_and_the_answer_says_what_is_known(site: Site) -> None:
    recorded(site)
    site.hold(*ALL, version=2, released=True)
    answer = site.hold(*ALL, version=1)
    assert (answer.version, answer.released) == (2, True)
    assert site.archive.held(CAMERA, 0, 1 << 60) == []
    assert site.hold(*ALL, version=3).released is False
    assert site.archive.held(CAMERA, 0, 1 << 60) == [ALL]


def test_a_hold_is_still_there_after_a_crash_right_behind_it(site: Site) -> None:
    recorded(site)
    with pytest.raises(Crash), crash_at("held"):
        site.hold(*ALL)
    site.restart()
    assert site.archive.held(CAMERA, 0, 1 << 60) == [ALL]
    go_to(site, 40, 1)
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0


def test_a_crash_before_the_commit_leaves_no_half_hold(site: Site) -> None:
    recorded(site)
    with pytest.raises(Crash), crash_at("hold"):
        site.hold(*ALL)
    assert site.rows("SELECT count(*) FROM hold_orders") == [(0,)]
    assert site.rows("SELECT sum(held) FROM segments") == [(0,)]


@pytest.mark.parametrize("delay", [0.0, 0.002, 0.01, 0.05])
def test_threads_that_hold_and_purge_at_once_never_lose_what_was_answered_as_there(site: Site, delay: float) -> None:
    """A hold for each segment and a purge of all of them, at once: what an answer called there stays, what it called deleted is."""
    recorded(site, 600)
    go_to(site, 40, 1)
    spans = site.rows("SELECT start_us, end_us FROM segments ORDER BY start_us")
    begin = threading.Barrier(len(spans) + 1)
    answers: dict[int, HoldAnswer] = {}

    def hold(number: int, start: int, end: int) -> None:
        begin.wait()
        answers[number] = site.hold(start, end, hold=number)

    def purge() -> None:
        begin.wait()
        time.sleep(delay)
        site.archive.purge(LAWFUL, EVERYTHING)

    threads = [threading.Thread(target=hold, args=(number, *span)) for number, span in enumerate(spans, 1)]
    threads.append(threading.Thread(target=purge))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    site.archive.purge(LAWFUL, EVERYTHING)
    for number, (start, end) in enumerate(spans, 1):
        [found] = answers[number].cameras
        assert found.there == site.archive.runs(CAMERA, start, end)  # type: ignore[arg-type]
        assert found.there_us + found.deleted_us == end - start  # type: ignore[operator]
    assert len(site.files()) == sum(bool(answer.cameras[0].there_us) for answer in answers.values())


def _hold_in_a_process(path: Path, order: str, go: str, said: multiprocessing.Queue[bool]) -> None:
    """A hold, by a process that knows nothing of the worker: the statements of `holds` on a connection of its own."""
    from custodes.video.archive.holds import apply_to, put_orders

    wanted = HoldOrder.model_validate_json(order)
    [camera] = wanted.cameras
    index = connect(path)
    while not Path(go).exists():
        pass
    index.execute("BEGIN IMMEDIATE")
    put_orders(index.cursor(), [(str(wanted.id), str(camera), wanted.from_us, wanted.to_us, 1, 0)])
    (row,) = index.execute("SELECT id FROM streams WHERE camera = ?", (str(camera),)).fetchone()
    apply_to(index.cursor(), row, camera)
    there = index.execute(
        "SELECT count(*) FROM segments WHERE stream = ? AND start_us < ? AND end_us > ?",
        (row, wanted.to_us, wanted.from_us),
    ).fetchone()[0]
    index.execute("COMMIT")
    index.close()
    said.put(bool(there))


@pytest.mark.parametrize("round_", range(4))
def test_processes_that_hold_and_purge_at_once_agree_on_who_was_first(site: Site, round_: int) -> None:
    recorded(site)
    (start, end), *_ = site.rows("SELECT start_us, end_us FROM segments ORDER BY start_us DESC")
    go_to(site, 40, 1)
    order = HoldOrder(id=UUID(int=9), version=1, from_us=start, to_us=end, cameras=(CAMERA,))  # type: ignore[arg-type]
    said: multiprocessing.Queue[bool] = multiprocessing.get_context("spawn").Queue()
    go = site.folder / "go"
    process = multiprocessing.get_context("spawn").Process(
        target=_hold_in_a_process, args=(site.index, order.model_dump_json(), str(go), said)
    )
    process.start()
    go.touch()
    while site.rows("SELECT count(*) FROM segments WHERE held = 0") != [(0,)]:
        site.archive.purge(LAWFUL, EVERYTHING)
        if said.empty() is False:
            break
    process.join(PATIENCE)
    assert process.exitcode == 0
    held = said.get(timeout=PATIENCE)
    site.archive.purge(LAWFUL, EVERYTHING)
    assert bool(site.archive.runs(CAMERA, start, end)) is held  # type: ignore[arg-type]
    assert len(site.files()) == int(held)


def test_what_is_being_read_out_stays_until_it_is_read(site: Site) -> None:
    count = recorded(site, 300)
    go_to(site, 40, 1)
    with site.archive.pinned(CAMERA, START_US, START_US + 1, seconds=600) as pin:
        assert site.archive.purge(LAWFUL, EVERYTHING).segments == count - 1
        site.clock.advance(500)
        assert pin.renew(600)
        site.clock.advance(500)
        assert site.archive.purge(LAWFUL, EVERYTHING).segments == 0
    assert site.archive.purge(LAWFUL, EVERYTHING).segments == 1


def test_a_pin_that_nobody_renews_ends(site: Site) -> None:
    count = recorded(site)
    go_to(site, 40, 1)
    with site.archive.pinned(CAMERA, *ALL, seconds=600) as pin:
        site.clock.advance(601)
        assert site.archive.purge(LAWFUL, EVERYTHING).segments == count
        assert not pin.renew(600)
    with pytest.raises(ValueError, match="at most 3600"), site.archive.pinned(CAMERA, *ALL, seconds=4000):
        pass


def test_a_dry_run_says_what_the_pass_then_deletes_and_what_holds_keep(site: Site) -> None:
    count = recorded(site, 300)
    site.hold(START_US + 100 * SECOND, START_US + 101 * SECOND)
    go_to(site, 30, 23)
    assert site.archive.dry_run(LAWFUL, EVERYTHING).days == ()
    go_to(site, 31, 1)
    before = site.files()
    planned = read_dry_run(site.index, LAWFUL, site.clock.wall_us(), EVERYTHING)
    assert planned == site.archive.dry_run(LAWFUL, EVERYTHING)
    [day] = planned.days
    assert (day.camera, day.day) == (CAMERA, local(START_US).date())
    assert (day.segments, day.held_segments) == (count - 1, 1)
    assert day.holds == (str(UUID(int=1)),)
    assert day.rule == "S32, N17: 30 local days"
    assert site.files() == before
    report = site.archive.purge(LAWFUL, EVERYTHING)
    assert (report.segments, report.bytes) == (day.segments, day.bytes)


def test_a_dry_run_says_that_the_brake_would_stop_the_pass(site: Site) -> None:
    count = recorded(site, 300)
    go_to(site, 31, 1)
    [volume] = site.archive.dry_run(LAWFUL, 0.2).volumes
    assert (volume.segments, volume.of, volume.braked, volume.absent) == (count, count, True, False)
    assert site.archive.purge(LAWFUL, 0.2).segments == 0


def test_the_oldest_owed_moment_is_the_beginning_of_the_thirtieth_day_back(site: Site) -> None:
    recorded(site, 120)
    go_to(site, 30, 23.9)
    [kept] = site.archive.kept(LAWFUL)
    first = local(START_US).date()
    assert kept.days == 30
    assert kept.asked_us == max(START_US, local_midnight_us(first, ZONE))
    assert (kept.oldest_us, kept.begins_us, kept.short_days) == (START_US, START_US, 0)
    go_to(site, 31, 0.1)
    [kept] = site.archive.kept(LAWFUL)
    assert kept.asked_us == local_midnight_us(first + timedelta(days=1), ZONE)
    assert kept.oldest_us == START_US, "it may be deleted and is still there"


def test_footage_that_went_too_early_is_a_shortfall_with_its_cause(site: Site) -> None:
    recorded(site, 600)
    site.archive.tick()
    site.clock.advance(86_400)
    site.archive.purge(Retention(training_minutes=1), EVERYTHING)  # as if somebody had kept less than they must
    site.record(60)
    site.recorder().close()
    site.archive.tick()
    [kept] = site.archive.kept(LAWFUL)
    assert kept.short_days == 1
    assert kept.missing["deleted"] == 600 * SECOND
    assert sum(kept.missing.values()) > 80_000 * SECOND


def test_held_footage_of_long_ago_hides_no_shortfall(site: Site) -> None:
    recorded(site, 60)
    site.hold(*ALL)
    go_to(site, 90, 1)
    site.archive.purge(LAWFUL, EVERYTHING)
    [kept] = site.archive.kept(LAWFUL)
    assert kept.oldest_us == START_US
    assert kept.begins_us is None
    assert kept.short_days > 0


def reopened(site: Site) -> Archive:
    site.crash()
    return site.open()


def test_a_lost_index_gets_its_holds_back_before_anything_is_deleted(site: Site) -> None:
    recorded(site)
    order = HoldOrder(id=UUID(int=1), version=1, from_us=ALL[0], to_us=ALL[1], cameras=(CAMERA,))
    assert site.archive.holds.take([order]) == 1
    reopened(site)
    assert site.archive.holds.take([order]) == 0
    assert site.archive.held(CAMERA, 0, 1 << 60) == [ALL]
