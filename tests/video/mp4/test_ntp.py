"""NTP timestamps."""

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.mp4.fragment import ntp_from_us, us_from_ntp


@given(st.integers(0, 4_200_000_000_000_000))
def test_a_moment_survives_the_way_there_and_back(wall_us: int) -> None:
    assert us_from_ntp(ntp_from_us(wall_us)) == wall_us


def test_the_era_rolls_over_in_2036_without_notice() -> None:
    before, after = 2_085_978_495_999_999, 2_085_978_496_000_001
    assert ntp_from_us(before) > ntp_from_us(after)
    assert us_from_ntp(ntp_from_us(after)) - us_from_ntp(ntp_from_us(before)) == 2
