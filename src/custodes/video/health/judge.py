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
    _cover: CoverWatch = field(default_factory=CoverWatch)
    _watches: dict[Fault, Watch] = field(init=False)

    def __post_init__(self) -> None:
        self._watches = {fault: Watch(fault, self.thresholds.limits[fault]) for fault in Fault}

    def check(self, picture: Picture, at_us: int, preset: str = "", moving: bool = False) -> tuple[Finding, ...]:
        """Take in one picture; how every fault stands.

        Args:
            at_us: when it was taken, µs UTC.
            preset: where a PTZ camera stands; it is held against references of that preset alone.
            moving: a PTZ camera is on its way: nothing that needs a steady picture is judged.
        """
        features = measure(picture)
        check = self._read(picture, features, preset, moving)
        self._before = None if moving else picture
        for fault, watch in self._watches.items():
            watch.take(check.readings[fault], at_us, check.reference)
        return self.findings()

    def declare(self, references: Sequence[Reference]) -> None:
        """Other references count from now on; what was held against the old ones no longer does."""
        self.references = references
        self._cover.forget()
        for fault in (Fault.BLURRED, Fault.COLOUR_CAST, Fault.MOVED, Fault.COVERED):
            self._watches[fault] = Watch(fault, self.thresholds.limits[fault])

    def interrupt(self) -> None:
        """Pictures are missing: what comes next is not compared with what was before."""
        self._before = None

    def findings(self) -> tuple[Finding, ...]:
        """How every fault stands."""
        return tuple(watch.finding() for watch in self._watches.values())

    def _read(self, picture: Picture, features: Features, preset: str, moving: bool) -> Check:
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
        return self._cover.read(features, self.thresholds, limit.states, limit.clears, declared)

    def _aims(self, features: Features, preset: str) -> list[tuple[Reference, Aim]]:
        """How each declared view lies in the picture."""
        return [
            (one, find_aim(features, one.features, self.thresholds))
            for one in self.references
            if one.preset == preset and one.features.luma.shape == features.luma.shape
        ]


def _fit(aim: Aim) -> tuple[bool, float]:
    """In place beats displaced, displaced beats not found; then the agreement counts."""
    return aim.matrix is not None, aim.in_place + 0.1 if aim.matrix is IDENTITY else aim.agreement


def _least(readings: Iterable[Reading | None]) -> Reading | None:
    judged = [one for one in readings if one is not None]
    return min(judged, key=lambda one: one.value) if judged else None


def _at_least(reading: Reading | None, value: float) -> bool:
    return reading is not None and reading.value >= value


__all__ = ["CameraJudge", "Check", "Reference"]
