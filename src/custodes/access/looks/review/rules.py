"""Which looks of one person on one local day somebody has to explain (S7; decision 0287). Pure; no rule looks into a picture.

S7 names no figure: every threshold is a setting, and the figures are ours. What the rules compare with is the person's own duty of the
weeks before, read for this pass and not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from custodes.access.models.look import FindingKind

HOUR = timedelta(hours=1)
USUAL_SESSIONS = 5
"""From so many duty sessions in the weeks before on it can be said when somebody usually stands duty."""
NUMBERS = 10
"""So many requests are named; all are counted."""
CLOSE = 1
"""A duty that begins an hour earlier or ends an hour later than usual is nothing."""


@dataclass(frozen=True, slots=True)
class ReviewedLook:
    """One look.

    Attributes:
        begun, ended: aware, local; when it was asked for, and when it ended or was last known to run.
        cameras: ids.
        live: without a span of the past.
        span: of the past, where one was asked for.
        on_duty: in a duty session.
        stated: a reason stands with it.
        asked_cameras, asked_span: of the request that it rests on.
        matter: number of the case or event that it names; `matter_cameras`, `matter_spans` are its own, empty where it says none.
    """

    grant: UUID
    index: int
    begun: datetime
    ended: datetime
    cameras: frozenset[UUID]
    live: bool = True
    span: tuple[datetime, datetime] | None = None
    on_duty: bool = True
    stated: bool = False
    asked_cameras: frozenset[UUID] | None = None
    asked_span: tuple[datetime, datetime] | None = None
    matter: str = ""
    matter_cameras: frozenset[UUID] = frozenset()
    matter_spans: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewThresholds:
    """What is looked into; from the settings ``CUSTODES_LOOKS_…``."""

    odd_from: int = 23
    odd_to: int = 6
    looks: int = 40
    cameras: int = 120
    watched: timedelta = timedelta(hours=14)
    same_camera: int = 12
    refused: int = 5
    own_images: int = 3
    matter_margin: timedelta = HOUR


@dataclass(frozen=True, slots=True)
class ReviewedDay:
    """What one person did on one local day.

    Attributes:
        looks: by the time at which they were asked for.
        refused: how many wishes to look were refused.
        duty_hours: of each duty session of the weeks before the local hours that it touched.
        own_images: numbers of the requests for somebody's own image whose picture this person checked and that were withdrawn or
            answered with not found, on the day or in the 30 days before; `own_images_today` whether one was on the day itself.
    """

    looks: tuple[ReviewedLook, ...]
    refused: int = 0
    duty_hours: tuple[frozenset[int], ...] = ()
    own_images: tuple[str, ...] = ()
    own_images_today: bool = False


@dataclass(frozen=True, slots=True)
class LookToExplain:
    """One thing to be explained.

    Attributes:
        looks: those that it is about, the first of them first.
        figure, limit: what was counted, and what was the most; 0 where nothing is counted.
    """

    kind: FindingKind
    looks: tuple[ReviewedLook, ...] = ()
    figure: int = 0
    limit: int = 0
    more: dict[str, str] = field(default_factory=dict)


Rule = Callable[[ReviewedDay, ReviewThresholds], Iterator[LookToExplain]]


def found_in(day: ReviewedDay, limits: ReviewThresholds) -> list[LookToExplain]:
    """All of it; of each kind one at most."""
    return [one for rule in RULES for one in rule(day, limits)]


def odd_hours(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """Outside of duty at night, or on duty at hours at which this person did not stand duty in the weeks before."""
    usual = _usual(day.duty_hours)
    odd = [one for one in day.looks if _odd(one, limits, usual)]
    if odd:
        yield LookToExplain(FindingKind.ODD_HOUR, tuple(odd), more={"hour": f"{odd[0].begun:%H:%M}"})


def many_looks(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """More looks within an hour than the setting says."""
    worst = max(_hours(day.looks), key=len, default=())
    if len(worst) > limits.looks:
        yield LookToExplain(FindingKind.MANY_LOOKS, worst, len(worst), limits.looks)


def many_cameras(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """More different cameras within an hour: a wall counts each of its cameras once."""
    worst: tuple[ReviewedLook, ...] = ()
    most = 0
    for looks in _hours(day.looks):
        count = len(frozenset().union(*(one.cameras for one in looks)))
        if count > most:
            worst, most = looks, count
    if most > limits.cameras:
        yield LookToExplain(FindingKind.MANY_CAMERAS, worst, most, limits.cameras)


def long_watched(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """More time in all than a shift can have; what runs beside each other counts once."""
    total, until = timedelta(), None
    for one in sorted(day.looks, key=lambda look: look.begun):
        begin = one.begun if until is None or one.begun > until else until
        if one.ended > begin:
            total += one.ended - begin
            until = one.ended
    if total > limits.watched:
        yield LookToExplain(FindingKind.LONG_WATCHED, day.looks, int(total / HOUR), int(limits.watched / HOUR))


def same_camera(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """One camera opened by itself again and again."""
    alone: dict[UUID, list[ReviewedLook]] = {}
    for one in day.looks:
        if len(one.cameras) == 1:
            alone.setdefault(next(iter(one.cameras)), []).append(one)
    worst = max(alone.values(), key=len, default=[])
    if len(worst) > limits.same_camera:
        camera = str(next(iter(worst[0].cameras)))
        yield LookToExplain(FindingKind.SAME_CAMERA, tuple(worst), len(worst), limits.same_camera, {"camera": camera})


def unstated(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """A span of the past without a reason (N16.2(3))."""
    bare = tuple(one for one in day.looks if one.span is not None and not one.stated)
    if bare:
        yield LookToExplain(FindingKind.UNSTATED, bare, len(bare))


def beyond(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """Cameras or a span that the request does not name; the decision keeps to them, and this looks whether it did."""
    out = tuple(one for one in day.looks if _beyond(one))
    if out:
        yield LookToExplain(FindingKind.BEYOND, out, len(out))


def off_matter(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """Cameras that the named case or event does not have, or hours that don't touch it: only where the look names one that says such."""
    out = tuple(one for one in day.looks if _off_matter(one, limits.matter_margin))
    if out:
        matters = "、".join(list(dict.fromkeys(one.matter for one in out))[:NUMBERS])
        yield LookToExplain(FindingKind.OFF_MATTER, out, len(out), more={"matter": matters})


def many_refused(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """Refused more often than the setting says."""
    if day.refused > limits.refused:
        yield LookToExplain(FindingKind.MANY_REFUSED, (), day.refused, limits.refused)


def own_images(day: ReviewedDay, limits: ReviewThresholds) -> Iterator[LookToExplain]:
    """Pictures checked for requests of which nothing came: with invented requests somebody could look at will."""
    if day.own_images_today and len(day.own_images) > limits.own_images:
        numbers = "、".join(day.own_images[:NUMBERS])
        yield LookToExplain(FindingKind.OWN_IMAGES, (), len(day.own_images), limits.own_images, {"numbers": numbers})


RULES: tuple[Rule, ...] = (
    *(odd_hours, many_looks, many_cameras, long_watched, same_camera, unstated, beyond, off_matter),
    *(many_refused, own_images),
)


def _odd(one: ReviewedLook, limits: ReviewThresholds, usual: frozenset[int] | None) -> bool:
    if not one.on_duty:
        return _between(one.begun.hour, limits.odd_from, limits.odd_to)
    return usual is not None and one.begun.hour not in usual


def _usual(sessions: Sequence[frozenset[int]]) -> frozenset[int] | None:
    """The local hours at which somebody stands duty, an hour more at each end; None where there was too little to say."""
    if len(sessions) < USUAL_SESSIONS:
        return None
    hours = frozenset().union(*sessions)
    return frozenset((hour + by) % 24 for hour in hours for by in range(-CLOSE, CLOSE + 1))


def _between(hour: int, begin: int, end: int) -> bool:
    """Whether the hour lies from `begin` on up to `end`, over midnight where they stand so."""
    if begin == end:
        return False
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def _hours(looks: Sequence[ReviewedLook]) -> Iterator[tuple[ReviewedLook, ...]]:
    """For each look those that begin within the hour from it on; the hour's end is not in it."""
    ordered = sorted(looks, key=lambda one: one.begun)
    last = 0
    for first, one in enumerate(ordered):
        while last < len(ordered) and ordered[last].begun - one.begun < HOUR:
            last += 1
        yield tuple(ordered[first:last])


def _beyond(one: ReviewedLook) -> bool:
    if one.asked_cameras is not None and not one.cameras <= one.asked_cameras:
        return True
    if one.asked_span is None or one.span is None:
        return False
    return one.span[0] < one.asked_span[0] or one.span[1] > one.asked_span[1]


def _off_matter(one: ReviewedLook, margin: timedelta) -> bool:
    if one.matter_cameras and not one.cameras <= one.matter_cameras:
        return True
    if one.span is None or not one.matter_spans:
        return False
    begin, end = one.span
    return not any(begin < until + margin and start - margin < end for start, until in one.matter_spans)
