"""Whatever a camera sends, the recorder does not raise, and what it keeps is whole and proven."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.video.archive.verify import verify_segments
from custodes.video.source.state import SourceState
from custodes.video.unit import AccessUnit
from tests.video.archive.conftest import Site
from tests.video.footage import loop

PARAMS = [loop()[0], loop(width=192, height=112)[0], loop(bframes=2)[0]]
HOUR = 3600 * 90_000
steps = st.tuples(
    st.sampled_from(
        [3600] * 12 + [0, 1, -3600, 7200, 90_000, 200_000, 900_000, -200_000, HOUR * 24, -HOUR * 24, 1 << 40]
    ),
    st.sampled_from([0.04] * 10 + [0.0, 0.001, 1.0, 5.0, 12.0]),
    st.sampled_from([True] * 2 + [False] * 8),
    st.sampled_from([0] * 12 + [1, 2]),
    st.sampled_from([""] * 30 + ["silent", "network", "stop", "resume", "step", "back"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(steps, min_size=1, max_size=120))
def test_anything_a_camera_sends_is_kept_whole_or_left_out_and_accounted_for(
    sent: list[tuple[int, float, bool, int, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        recorder = site.recorder()
        media = 1_000_000
        for number, (ticks, seconds, key, params, event) in enumerate(sent):
            media += ticks
            site.clock.advance(seconds)
            if event in ("silent", "network"):
                recorder.source_state(SourceState(event, event, "", site.clock.wall_us()))  # type: ignore[arg-type]
            elif event == "stop":
                recorder.stop("operator")
            elif event == "resume":
                recorder.resume()
            elif event:
                site.clock.step_wall(86_400.0 if event == "step" else -86_400.0)
            recorder.take(AccessUnit(bytes([number]) * 50, key, media, site.clock.wall_us(), PARAMS[params]))
            if number % 10 == 9:
                site.archive.tick()
        recorder.close()
        site.archive.tick()
        report = verify_segments(site.volume, records=site.records())
        assert report.bad == []
        assert report.proven == len(site.files())
        kept = sum(file.read_bytes().count(bytes([n]) * 50) for file in site.files() for n in range(len(sent)))
        status = recorder.status
        assert kept == status.units - status.dropped
        assert site.rows("SELECT * FROM opened") == []
        assert site.archive.trouble == ""
        site.crash()
