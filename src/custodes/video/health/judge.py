"""One camera's picture over time: each check measured, held against the references that fit, and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from custodes.video.health.covered import CoverWatch
from custodes.video.health.finding import FaultKind, FaultWatch, Reading, StandingFault
from custodes.video.health.frozen import FrozenWatch
from custodes.video.health.image_quality import read_black, read_blurred, read_colour_cast, read_noise, read_white
from custodes.video.health.measure import Features, Plane, SmallKeyFrame, measure
from custodes.video.health.moved import IDENTITY, Aim, find_aim, read_moved
from custodes.video.health.thresholds import Thresholds


@dataclass(frozen=True)
class Reference:
    """A declared view, as a person set it.

    Attributes:
        id: names it.
        preset: the preset of a PTZ camera that it shows, empty for a fixed camera.
        features: it, measured.
    """

    id: str
    features: Features
    preset: str = ""


OF_PLACES = (FaultKind.MOVED, FaultKind.COVERED)
"""Faults of a view, and not of the device: what stands before one of a PTZ camera's views does not stand before the others."""


@dataclass
class PtzPlace:
    """One place at which a PTZ camera stands, a fixed camera's only one.

    Attributes:
        cover: what it showed lately.
        watches: how `OF_PLACES` stand.
    """

    cover: CoverWatch
    watches: dict[FaultKind, FaultWatch]

    @classmethod
    def of(cls, thresholds: Thresholds) -> PtzPlace:
        """One that nothing is known of."""
        return cls(CoverWatch(), {fault: FaultWatch(fault, thresholds.limits[fault]) for fault in OF_PLACES})


@dataclass(frozen=True)
class MeasuredCheck:
    """One check, measured but not yet remembered.

    Attributes:
        reading: of each fault; None where it could not be judged.
        reference: id of the reference that fitted best, empty for none.
    """

    readings: dict[FaultKind, Reading | None]
    reference: str


@dataclass
class CameraJudge:
    """Judges one camera.

    Attributes:
        references: declared views: by day, at night, in snow; the one that fits a picture best counts.
    """

    references: Sequence[Reference] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    _before: SmallKeyFrame | None = None
    _frozen: FrozenWatch = field(default_factory=FrozenWatch)
    _watches: dict[FaultKind, FaultWatch] = field(init=False)
    _stands: str | None = ""
    _on_its_way: bool = False
    _places: dict[str | None, PtzPlace] = field(init=False)

    def __post_init__(self) -> None:
        self._watches = {
            fault: FaultWatch(fault, self.thresholds.limits[fault]) for fault in FaultKind if fault not in OF_PLACES
        }
        self._places = {"": PtzPlace.of(self.thresholds)}

    def check(
        self, picture: SmallKeyFrame, at_us: int, preset: str | None = "", moving: bool = False
    ) -> tuple[StandingFault, ...]:
        """Take in one picture; how every fault stands.

        Args:
            at_us: when it was taken, µs UTC.
            preset: where a PTZ camera stands; it is held against references of that preset alone, None against none at all.
            moving: a PTZ camera is on its way: nothing that needs a steady picture is judged.
        """
        features = measure(picture)
        place = self._stand_at(preset, moving)
        check = self._read(picture, features, at_us, preset, moving)
        self._before = None if moving else picture
        for fault, watch in (self._watches | place.watches).items():
            watch.take(check.readings[fault], at_us, check.reference)
        return self.findings()

    def declare(self, references: Sequence[Reference]) -> None:
        """Other references count from now on; what was held against the old ones no longer does."""
        before, self.references = self.references, references
        for preset in list(self._places):
            if _ids(before, preset) != _ids(references, preset):
                self._places[preset] = PtzPlace.of(self.thresholds)
        for fault in (FaultKind.BLURRED, FaultKind.COLOUR_CAST):
            self._watches[fault] = FaultWatch(fault, self.thresholds.limits[fault])

    def interrupt(self) -> None:
        """Pictures are missing: what comes next is not compared with what was before."""
        self._before = None
        self._frozen.interrupt()

    def findings(self) -> tuple[StandingFault, ...]:
        """How every fault stands. What was found at one place stays until it is seen there that it is over."""
        here = self._places[self._stands]
        places = (here, *(place for place in self._places.values() if place is not here))
        found = []
        for fault in FaultKind:
            watches = [place.watches[fault] for place in places] if fault in OF_PLACES else [self._watches[fault]]
            found.append(next((one for one in watches if one.faulty), watches[0]).finding())
        return tuple(found)

    def _stand_at(self, preset: str | None, moving: bool) -> PtzPlace:
        """The place at which the camera stands now; one that it left and came back to is compared with nothing from before."""
        left = preset != self._stands or (moving and not self._on_its_way)
        self._stands, self._on_its_way = preset, moving
        if left:
            self.interrupt()
            self._places.pop(None, None)  # nobody declared it, and the next one is another
            for place in self._places.values():
                place.cover.leave()
        return self._places.setdefault(preset, PtzPlace.of(self.thresholds))

    def _read(
        self, picture: SmallKeyFrame, features: Features, at_us: int, preset: str | None, moving: bool
    ) -> MeasuredCheck:
        readings: dict[FaultKind, Reading | None] = dict.fromkeys(FaultKind)
        if moving:
            self._frozen.interrupt()
            return MeasuredCheck(readings, "")
        limits, thresholds = self.thresholds.limits, self.thresholds
        readings[FaultKind.BLACK] = read_black(features, thresholds)
        readings[FaultKind.WHITE] = read_white(features, thresholds)
        readings[FaultKind.FROZEN] = self._frozen.read(picture, features, at_us, limits[FaultKind.FROZEN], thresholds)
        if self._before is not None:
            readings[FaultKind.NOISE] = read_noise(picture, self._before, features, thresholds)
        # A picture that shows nothing says nothing of what it should show.
        if any(_at_least(readings[fault], limits[fault].clears) for fault in (FaultKind.BLACK, FaultKind.WHITE)):
            readings[FaultKind.FROZEN] = readings[FaultKind.NOISE] = None
            return MeasuredCheck(readings, "")
        aims = self._aims(features, preset)
        if not aims:
            readings[FaultKind.COVERED] = self._read_covered(features, None)
            return MeasuredCheck(readings, "")
        reference, aim = max(aims, key=lambda pair: _fit(pair[1]))
        declared = reference.features
        readings[FaultKind.MOVED] = read_moved(aim, features, declared, thresholds)
        # In whichever light it was declared: what one declared view shows as well is no fault.
        alike = [pair for pair in aims if pair[1].matrix is IDENTITY] or [(reference, aim)]
        readings[FaultKind.COLOUR_CAST] = read_colour_cast(features, declared, thresholds)
        # Where the view in the likest light says nothing, another light's does not: by day all is softer than lamps showed it.
        blurred = read_blurred(features, declared, aim.held.agreement)
        if blurred is not None:
            others = (pair for pair in alike if pair[0] is not reference)
            said = (read_blurred(features, one.features, there.held.agreement) for one, there in others)
            blurred = _least((blurred, *said))
        soft = _at_least(blurred, limits[FaultKind.BLURRED].clears)
        # A turned camera shows other edges: it is not covered as well. A covered one is soft where it is covered.
        if not _at_least(readings[FaultKind.MOVED], limits[FaultKind.MOVED].states):
            in_place = aim.matrix is IDENTITY
            readings[FaultKind.COVERED] = self._read_covered(features, declared.quarter if in_place else None, soft)
        if not _at_least(readings[FaultKind.COVERED], limits[FaultKind.COVERED].states):
            readings[FaultKind.BLURRED] = blurred
        else:
            readings[FaultKind.FROZEN] = None  # what hides the scene hides its noise
        return MeasuredCheck(readings, reference.id)

    def _read_covered(self, features: Features, declared: Plane | None, soft: bool = False) -> Reading | None:
        limit = self.thresholds.limits[FaultKind.COVERED]
        return self._places[self._stands].cover.read(
            features, self.thresholds, limit.states, limit.clears, declared, soft
        )

    def _aims(self, features: Features, preset: str | None) -> list[tuple[Reference, Aim]]:
        """How each declared view lies in the picture."""
        return [
            (one, find_aim(features, one.features, self.thresholds))
            for one in self.references
            if one.preset == preset and one.features.luma.shape == features.luma.shape
        ]


def _ids(references: Sequence[Reference], preset: str | None) -> list[str]:
    return [one.id for one in references if one.preset == preset]


def _fit(aim: Aim) -> tuple[bool, float]:
    """In place beats displaced, displaced beats not found; then the agreement counts."""
    return aim.matrix is not None, aim.in_place + 0.1 if aim.matrix is IDENTITY else aim.agreement


def _least(readings: Iterable[Reading | None]) -> Reading | None:
    judged = [one for one in readings if one is not None]
    return min(judged, key=lambda one: one.value) if judged else None


def _at_least(reading: Reading | None, value: float) -> bool:
    return reading is not None and reading.value >= value


__all__ = ["CameraJudge", "MeasuredCheck", "Reference"]
