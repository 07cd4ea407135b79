"""One camera's picture over time: each check measured, held against the references that fit, and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from custodes.video.health.black import read_black
from custodes.video.health.blurred import read_blurred
from custodes.video.health.colour_cast import read_colour_cast
from custodes.video.health.compare import IDENTITY
from custodes.video.health.covered import CoverWatch
from custodes.video.health.finding import Finding
from custodes.video.health.frozen import read_frozen
from custodes.video.health.measure import Features, measure
from custodes.video.health.moved import Aim, find_aim, read_moved
from custodes.video.health.noise import read_noise
from custodes.video.health.persistence import Watch
from custodes.video.health.picture import Picture, Plane
from custodes.video.health.reading import Fault, Reading
from custodes.video.health.thresholds import Thresholds
from custodes.video.health.white import read_white


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


OF_PLACES = (Fault.MOVED, Fault.COVERED)
"""Faults of a view, and not of the device: what stands before one of a PTZ camera's views does not stand before the others."""


@dataclass
class Place:
    """One place at which a PTZ camera stands, a fixed camera's only one.

    Attributes:
        cover: what it showed lately.
        watches: how `OF_PLACES` stand.
    """

    cover: CoverWatch
    watches: dict[Fault, Watch]

    @classmethod
    def of(cls, thresholds: Thresholds) -> Place:
        """One that nothing is known of."""
        return cls(CoverWatch(), {fault: Watch(fault, thresholds.limits[fault]) for fault in OF_PLACES})


@dataclass(frozen=True)
class Check:
    """One check, measured but not yet remembered.

    Attributes:
        reading: of each fault; None where it could not be judged.
        reference: id of the reference that fitted best, empty for none.
    """

    readings: dict[Fault, Reading | None]
    reference: str


@dataclass
class CameraJudge:
    """Judges one camera.

    Attributes:
        references: declared views: by day, at night, in snow; the one that fits a picture best counts.
    """

    references: Sequence[Reference] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    _before: Picture | None = None
    _watches: dict[Fault, Watch] = field(init=False)
    _stands: str | None = ""
    _on_its_way: bool = False
    _places: dict[str | None, Place] = field(init=False)

    def __post_init__(self) -> None:
        self._watches = {
            fault: Watch(fault, self.thresholds.limits[fault]) for fault in Fault if fault not in OF_PLACES
        }
        self._places = {"": Place.of(self.thresholds)}

    def check(self, picture: Picture, at_us: int, preset: str | None = "", moving: bool = False) -> tuple[Finding, ...]:
        """Take in one picture; how every fault stands.

        Args:
            at_us: when it was taken, µs UTC.
            preset: where a PTZ camera stands; it is held against references of that preset alone, None against none at all.
            moving: a PTZ camera is on its way: nothing that needs a steady picture is judged.
        """
        features = measure(picture)
        place = self._stand_at(preset, moving)
        check = self._read(picture, features, preset, moving)
        self._before = None if moving else picture
        for fault, watch in (self._watches | place.watches).items():
            watch.take(check.readings[fault], at_us, check.reference)
        return self.findings()

    def declare(self, references: Sequence[Reference]) -> None:
        """Other references count from now on; what was held against the old ones no longer does."""
        before, self.references = self.references, references
        for preset in list(self._places):
            if _ids(before, preset) != _ids(references, preset):
                self._places[preset] = Place.of(self.thresholds)
        for fault in (Fault.BLURRED, Fault.COLOUR_CAST):
            self._watches[fault] = Watch(fault, self.thresholds.limits[fault])

    def interrupt(self) -> None:
        """Pictures are missing: what comes next is not compared with what was before."""
        self._before = None

    def findings(self) -> tuple[Finding, ...]:
        """How every fault stands. What was found at one place stays until it is seen there that it is over."""
        here = self._places[self._stands]
        places = (here, *(place for place in self._places.values() if place is not here))
        found = []
        for fault in Fault:
            watches = [place.watches[fault] for place in places] if fault in OF_PLACES else [self._watches[fault]]
            found.append(next((one for one in watches if one.faulty), watches[0]).finding())
        return tuple(found)

    def _stand_at(self, preset: str | None, moving: bool) -> Place:
        """The place at which the camera stands now; one that it left and came back to is compared with nothing from before."""
        left = preset != self._stands or (moving and not self._on_its_way)
        self._stands, self._on_its_way = preset, moving
        if left:
            self._before = None
            self._places.pop(None, None)  # nobody declared it, and the next one is another
            for place in self._places.values():
                place.cover.leave()
        return self._places.setdefault(preset, Place.of(self.thresholds))

    def _read(self, picture: Picture, features: Features, preset: str | None, moving: bool) -> Check:
        readings: dict[Fault, Reading | None] = dict.fromkeys(Fault)
        if moving:
            return Check(readings, "")
        limits, thresholds = self.thresholds.limits, self.thresholds
        readings[Fault.BLACK] = read_black(features, thresholds)
        readings[Fault.WHITE] = read_white(features, thresholds)
        if self._before is not None:
            readings[Fault.FROZEN] = read_frozen(picture, self._before, features, thresholds)
            readings[Fault.NOISE] = read_noise(picture, self._before, features, thresholds)
        # A picture that shows nothing says nothing of what it should show.
        if any(_at_least(readings[fault], limits[fault].clears) for fault in (Fault.BLACK, Fault.WHITE)):
            readings[Fault.FROZEN] = readings[Fault.NOISE] = None
            return Check(readings, "")
        aims = self._aims(features, preset)
        if not aims:
            readings[Fault.COVERED] = self._read_covered(features, None)
            return Check(readings, "")
        reference, aim = max(aims, key=lambda pair: _fit(pair[1]))
        declared = reference.features
        readings[Fault.MOVED] = read_moved(aim, features, declared, thresholds)
        # In whichever light it was declared: what one declared view shows as well is no fault.
        alike = [pair for pair in aims if pair[1].matrix is IDENTITY] or [(reference, aim)]
        readings[Fault.COLOUR_CAST] = read_colour_cast(features, declared, thresholds)
        # A turned camera shows other edges: it is not covered as well. A covered one is soft where it is covered.
        if not _at_least(readings[Fault.MOVED], limits[Fault.MOVED].states):
            in_place = aim.matrix is IDENTITY
            readings[Fault.COVERED] = self._read_covered(features, declared.quarter if in_place else None)
        if not _at_least(readings[Fault.COVERED], limits[Fault.COVERED].states):
            readings[Fault.BLURRED] = _least(
                read_blurred(features, one.features, there.held.agreement) for one, there in alike
            )
        else:
            readings[Fault.FROZEN] = None  # what hides the scene hides its noise
        return Check(readings, reference.id)

    def _read_covered(self, features: Features, declared: Plane | None) -> Reading | None:
        limit = self.thresholds.limits[Fault.COVERED]
        return self._places[self._stands].cover.read(features, self.thresholds, limit.states, limit.clears, declared)

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


__all__ = ["CameraJudge", "Check", "Reference"]
