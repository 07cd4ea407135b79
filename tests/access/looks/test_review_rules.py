"""Which looks have to be explained: each rule at its figure and one above it."""

from __future__ import annotations

import datetime
from uuid import uuid4

import pytest

from custodes.access.looks.review.rules import RULES, ReviewedDay, ReviewedLook, ReviewThresholds, found_in
from custodes.access.models import FindingKind

ZONE = datetime.timezone(datetime.timedelta(hours=8))
DAY = datetime.datetime(2026, 6, 3, tzinfo=ZONE)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
LIMITS = ReviewThresholds(odd_from=23, odd_to=6, looks=3, cameras=4, watched=2 * HOUR, same_camera=2, refused=2)
GATE, YARD = uuid4(), uuid4()


def look(at=10 * HOUR, lasted=MINUTE, cameras=(), **more):
    begun = DAY + at
    values = {"grant": uuid4(), "index": 1, "cameras": frozenset(cameras or (uuid4(), uuid4())), **more}
    return ReviewedLook(begun=begun, ended=begun + lasted, **values)


def kinds(*looks, refused=0, duty=(), limits=LIMITS):
    return {one.kind for one in found_in(ReviewedDay(tuple(looks), refused, tuple(map(frozenset, duty))), limits)}


@pytest.mark.clause("S7")
def test_a_quiet_day_has_nothing_to_explain():
    assert kinds(look()) == set()
    assert kinds() == set()


@pytest.mark.parametrize(
    ("at", "odd"),
    [
        (22 * HOUR + 59 * MINUTE, False),
        (23 * HOUR, True),
        (datetime.timedelta(0), True),
        (6 * HOUR - MINUTE, True),
        (6 * HOUR, False),
    ],
)
def test_outside_of_duty_the_night_is_odd_from_its_hour_up_to_its_end(at, odd):
    assert (FindingKind.ODD_HOUR in kinds(look(at, on_duty=False))) is odd
    assert FindingKind.ODD_HOUR not in kinds(look(at, on_duty=True)), "who stands duty at night looks at night"


def test_without_odd_hours_none_is():
    none = ReviewThresholds(odd_from=0, odd_to=0)
    assert kinds(look(datetime.timedelta(0), on_duty=False), limits=none) == set()


@pytest.mark.parametrize(("hour", "odd"), [(7, True), (8, False), (9, False), (17, False), (18, False), (19, True)])
def test_on_duty_hours_are_held_against_the_weeks_before_with_an_hour_to_each_side(hour, odd):
    usual = [range(9, 18)] * 5
    assert (FindingKind.ODD_HOUR in kinds(look(hour * HOUR), duty=usual)) is odd


def test_of_too_few_duty_sessions_nothing_is_said():
    assert kinds(look(3 * HOUR), duty=[range(9, 18)] * 4) == set()


@pytest.mark.parametrize(("count", "many"), [(3, False), (4, True)])
def test_looks_within_an_hour(count, many):
    assert (FindingKind.MANY_LOOKS in kinds(*(look(10 * HOUR + n * MINUTE) for n in range(count)))) is many


@pytest.mark.parametrize(("last", "many"), [(HOUR - MINUTE, True), (HOUR, False)])
def test_an_hour_is_an_hour_and_its_end_is_not_in_it(last, many):
    looks = [look(10 * HOUR + each) for each in (0 * MINUTE, MINUTE, 2 * MINUTE, last)]
    assert (FindingKind.MANY_LOOKS in kinds(*looks)) is many


@pytest.mark.parametrize(("count", "many"), [(4, False), (5, True)])
def test_cameras_within_an_hour_are_counted_once_each(count, many):
    cameras = [uuid4() for _ in range(count)]
    looks = [look(10 * HOUR, cameras=cameras), look(10 * HOUR + MINUTE, cameras=cameras[:2])]
    assert (FindingKind.MANY_CAMERAS in kinds(*looks)) is many


@pytest.mark.parametrize(("lasted", "long"), [(HOUR, False), (HOUR + MINUTE, True)])
def test_time_of_looking_in_all(lasted, long):
    assert (FindingKind.LONG_WATCHED in kinds(look(10 * HOUR, HOUR), look(12 * HOUR, lasted))) is long


def test_what_runs_beside_each_other_counts_once():
    assert kinds(look(10 * HOUR, 2 * HOUR), look(10 * HOUR, 2 * HOUR), look(11 * HOUR, HOUR)) == set()


@pytest.mark.parametrize(("count", "again"), [(2, False), (3, True)])
def test_one_camera_by_itself_again_and_again(count, again):
    alone = [look((10 + n) * HOUR, cameras=[GATE]) for n in range(count)]
    assert (FindingKind.SAME_CAMERA in kinds(*alone)) is again
    others = [look((10 + n) * HOUR, cameras=[GATE, YARD]) for n in range(count)]
    assert FindingKind.SAME_CAMERA not in kinds(*others), "a wall is not one camera"


def test_the_past_without_a_reason():
    span = (DAY, DAY + HOUR)
    assert kinds(look(span=span, live=False)) == {FindingKind.UNSTATED}
    assert kinds(look(span=span, live=False, stated=True)) == set()
    assert kinds(look(live=True)) == set()


@pytest.mark.parametrize(
    ("cameras", "begin", "end", "out"),
    [
        ((GATE,), 0, 60, False),
        ((GATE,), -1, 60, True),
        ((GATE,), 0, 61, True),
        ((GATE, YARD), 0, 60, True),
    ],
)
def test_what_a_request_does_not_name(cameras, begin, end, out):
    one = look(
        cameras=cameras,
        span=(DAY + begin * MINUTE, DAY + end * MINUTE),
        stated=True,
        asked_cameras=frozenset({GATE}),
        asked_span=(DAY, DAY + HOUR),
    )
    assert (FindingKind.BEYOND in kinds(one)) is out


@pytest.mark.clause("S7")
@pytest.mark.parametrize(
    ("cameras", "begin", "end", "out"),
    [
        ((GATE,), 0, 60, False),
        ((YARD,), 0, 60, True),
        ((GATE, YARD), 0, 60, True),
        ((GATE,), -90, -61, True),
        ((GATE,), -90, -60, True),
        ((GATE,), -90, -59, False),
        ((GATE,), 119, 150, False),
        ((GATE,), 120, 150, True),
    ],
)
def test_what_lies_outside_of_the_case_or_event_that_a_look_names(cameras, begin, end, out):
    one = look(
        cameras=cameras,
        span=(DAY + begin * MINUTE, DAY + end * MINUTE),
        live=False,
        stated=True,
        matter="公（治）〔2026〕12号",
        matter_cameras=frozenset({GATE}),
        matter_spans=((DAY, DAY + HOUR),),
    )
    assert (FindingKind.OFF_MATTER in kinds(one, limits=ReviewThresholds(odd_from=0, odd_to=0))) is out


def test_where_a_matter_names_no_place_and_no_time_nothing_is_held_against_it():
    assert FindingKind.OFF_MATTER not in kinds(look(matter="查找〔2026〕3号", span=(DAY, DAY + HOUR), stated=True))
    assert FindingKind.OFF_MATTER not in kinds(look(span=(DAY, DAY + HOUR), stated=True)), "none was named"
    live = look(cameras=(GATE,), matter="1", matter_cameras=frozenset({GATE}), matter_spans=((DAY - HOUR, DAY),))
    assert FindingKind.OFF_MATTER not in kinds(live), "a live picture is of now"


@pytest.mark.parametrize(("refused", "many"), [(2, False), (3, True)])
def test_refused_again_and_again(refused, many):
    assert (FindingKind.MANY_REFUSED in kinds(refused=refused)) is many


def test_a_finding_names_its_looks_and_its_figure():
    [found] = found_in(ReviewedDay(tuple(look(10 * HOUR + n * MINUTE) for n in range(4))), ReviewThresholds(looks=3))
    assert (found.figure, found.limit, len(found.looks)) == (4, 3, 4)


def test_no_rule_knows_anything_of_a_picture():
    """What the rules are given is times, ids of cameras, numbers of requests and matters, and whether a reason stands there."""
    given = set(ReviewedLook.__dataclass_fields__) | set(ReviewedDay.__dataclass_fields__)
    assert given == {
        *(
            "grant",
            "index",
            "begun",
            "ended",
            "cameras",
            "live",
            "span",
            "on_duty",
            "stated",
            "asked_cameras",
            "asked_span",
            "matter",
            "matter_cameras",
            "matter_spans",
        ),
        *("looks", "refused", "duty_hours", "own_images", "own_images_today"),
    }
    assert len(RULES) == 10


@pytest.mark.parametrize(("count", "today", "found"), [(3, True, 0), (4, True, 1), (4, False, 0)])
def test_pictures_checked_for_requests_of_which_nothing_came(count, today, found):
    numbers = tuple(f"本影 {n} 号" for n in range(count))
    told = found_in(ReviewedDay((), own_images=numbers, own_images_today=today), ReviewThresholds(own_images=3))
    assert [one.kind for one in told] == [FindingKind.OWN_IMAGES] * found
    assert all((one.figure, one.limit) == (4, 3) for one in told)
