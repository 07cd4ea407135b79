"""Where sound is put beside pictures: by reports, by arrival, across jumps, and never by a report nobody can believe."""

from __future__ import annotations

from custodes.video.rtsp.sounding import SoundPlacing

SECOND = 1_000_000
RTP = 5_000_000_000


def running(
    placing: SoundPlacing, seconds: int, sound_late_us: int = 0, begun: int = 0, rtp: int = RTP
) -> list[int | None]:
    """Pictures from media time 0 and sound of the same moments; what each piece of sound is off by, ticks."""
    off = []
    for number in range(begun * 25, (begun + seconds) * 25):
        wall_us = number * 40_000 + 10 * SECOND
        placing.see_picture(number * 3600, wall_us)
        placed = placing.place(rtp + number * 320, wall_us + sound_late_us)
        off.append(None if placed is None else placed - number * 3600)
    return off


def test_before_the_first_picture_there_is_no_place_for_sound() -> None:
    assert SoundPlacing(8000).place(1, SECOND) is None


def test_the_earliest_arrivals_place_it_where_no_report_came() -> None:
    off = running(SoundPlacing(8000), 10)
    assert all(one is not None and abs(one) < 4100 for one in off)


def test_reports_place_it_exactly_though_it_arrives_late() -> None:
    placing = SoundPlacing(8000)
    placing.picture_report(77 * SECOND, 90_000)
    placing.sound_report(77 * SECOND, RTP + 8000)
    assert set(running(placing, 5, sound_late_us=300_000)[1:]) == {0}


def test_a_report_that_puts_it_seconds_away_is_not_believed() -> None:
    placing = SoundPlacing(8000)
    placing.picture_report(77 * SECOND, 90_000)
    placing.sound_report(99 * SECOND, RTP + 8000)
    assert all(one is not None and abs(one) < 4100 for one in running(placing, 5))


def test_a_jump_of_the_sounds_clock_is_followed_at_once() -> None:
    placing = SoundPlacing(8000)
    running(placing, 5)
    off = running(placing, 5, begun=5, rtp=RTP + 8000 * 3600)
    assert all(one is not None and abs(one) < 4100 for one in off)


def test_a_slow_drift_is_followed() -> None:
    placing = SoundPlacing(8000)
    worst = 0
    for number in range(25 * 3600):
        wall_us = number * 40_000
        placing.see_picture(number * 3600, wall_us)
        placed = placing.place(number * 320 + number // 40, wall_us)  # 78 ppm: 280 ms in the hour
        assert placed is not None
        worst = max(worst, abs(placed - number * 3600))
    assert worst < 9000, "it fell more than 100 ms behind"
