"""Key frames only: what is kept, that no second is lost where it begins and ends, and how it is accounted for."""

from __future__ import annotations

from datetime import UTC, datetime

import av
import pytest

from custodes.video.archive.verify import verify_segments
from custodes.video.source.state import SourceState
from tests.video.archive.conftest import CAMERA, Site
from tests.video.footage import START_US

ORDER = "standing order of 扎西"
_ALL = (0, 1 << 60)


def thin_between(site: Site, before: int, thinned: int, after: int, **how: object) -> None:
    site.record(before, **how)
    site.recorder().thin(ORDER)
    site.record(thinned, **how)
    site.recorder().keep_whole()
    site.record(after, **how)
    site.recorder().close()
    site.archive.tick()


def pictures_by_second(site: Site) -> list[int]:
    """How many pictures were kept of each second, from the first picture on."""
    found: dict[int, int] = {}
    starts = {file: datetime.strptime(file.stem, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC) for file in site.files()}
    for file, start in starts.items():
        with av.open(str(file)) as container:
            shown = [packet.pts * packet.time_base for packet in container.demux(video=0) if packet.size]
        begun = (start - min(starts.values())).total_seconds()
        for time in shown:
            second = round((begun + float(time - min(shown))) * 25) // 25
            found[second] = found.get(second, 0) + 1
    return [found[second] for second in sorted(found)]


@pytest.mark.parametrize("bframes", [0, 2])
def test_from_the_next_key_frame_on_only_key_frames_are_kept_and_then_everything_again(site, bframes):
    thin_between(site, 5, 5, 5, bframes=bframes)
    assert pictures_by_second(site) == [25] * 5 + [1] * 5 + [25] * 5


@pytest.mark.parametrize("bframes", [0, 2])
def test_no_second_is_lost_where_it_begins_and_where_it_ends(site, bframes):
    thin_between(site, 5, 6, 5, bframes=bframes)
    runs = site.archive.runs(CAMERA, *_ALL)
    assert len(runs) == 1
    assert runs[0][1] - runs[0][0] == pytest.approx(16_000_000, abs=100_000)
    assert site.records("gap") == []


def test_the_account_says_how_much_was_thinned_and_the_record_on_whose_order(site):
    thin_between(site, 5, 6, 5)
    day = datetime.fromtimestamp(START_US / 1e6, UTC).date()
    counted = site.archive.completeness(CAMERA, day, "UTC")
    assert counted.degraded_us == pytest.approx(6_000_000, abs=50_000)
    assert counted.reasons.get("unexplained") is None
    [record] = site.records("degraded")
    assert (record["kept"], record["reason"], record["detail"]) == ("key_frames", "disk", ORDER)
    assert record["to_us"] - record["from_us"] == counted.degraded_us
    assert site.archive.degraded(CAMERA, *_ALL) == [(record["from_us"], record["to_us"])]


def test_a_long_group_of_pictures_is_no_hole(site):
    thin_between(site, 8, 20, 8, gop=100, length=4)
    assert site.records("gap") == []
    [record] = site.records("degraded")
    assert record["to_us"] - record["from_us"] == pytest.approx(20_000_000, abs=50_000)


def test_a_camera_that_falls_silent_while_thinned_is_recorded_up_to_its_last_picture(site):
    site.record(5, gop=100, length=4)
    site.recorder().thin(ORDER)
    site.record(9, gop=100, length=4)  # key frames at 8 and 12 s, pictures up to 14 s
    site.recorder().source_state(SourceState("network", "network", "gone", site.clock.wall_us()))
    site.archive.tick()
    [run] = site.archive.runs(CAMERA, *_ALL)
    assert run[1] - START_US == pytest.approx(14_000_000, abs=50_000)
    [span] = site.archive.degraded(CAMERA, *_ALL)
    assert span[1] == run[1]


def test_what_is_thinned_when_the_process_dies_is_known_afterwards(site):
    site.record(5)
    site.recorder().thin(ORDER)
    site.record(5)
    archive = site.restart()
    [span] = archive.degraded(CAMERA, *_ALL)
    [run] = archive.runs(CAMERA, *_ALL)
    assert span[1] == run[1]
    assert span[0] - START_US == pytest.approx(5_000_000, abs=50_000)
    site.record(5)
    site.recorder().close()
    site.archive.tick()
    assert len(site.records("degraded")) == 1


def test_a_lasting_one_is_recorded_hour_by_hour(site):
    site.record(3)
    site.recorder().thin(ORDER)
    site.record(3)
    site.clock.advance(3600)
    site.archive.tick()
    [record] = site.records("degraded")
    assert record["to_us"] % 3_600_000_000 == 0


def test_what_was_thinned_is_verified_like_everything_else(site):
    thin_between(site, 5, 6, 5)
    report = verify_segments(site.volume, records=site.records())
    assert (report.ok, report.unproven, report.proven) == (True, [], 3)
