"""Every number by which faults are judged, with its unit and why. Chosen on scenes of seeds 2 to 23 of `bench/pictures`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from custodes.video.health.finding import FaultKind, Limit

_LIMITS = {
    # A night scene has a lamp, a window or a lit patch somewhere in its middle: never nine tenths of it without anything.
    FaultKind.BLACK: Limit(90.0, 75.0, 97.0, "% of the picture", 4, 5),
    # Snow and fog are bright and keep shades; headlights and the sun fill less than half.
    FaultKind.WHITE: Limit(55.0, 40.0, 80.0, "% of the picture", 4, 5),
    # A living sensor's noise changes nearly every block; re-coding of a standing picture under a running clock changes some.
    # Asked only where nothing moves and something should (`frozen.py`).
    FaultKind.FROZEN: Limit(30.0, 22.0, 90.0, "% of the picture", 8, 8),
    # A night camera's usual gain leaves 1 to 2 levels after its own smoothing and the encoder.
    FaultKind.NOISE: Limit(4.0, 3.0, 12.0, "levels", 4, 5),
    # Times softer than the reference. A wet car park reaches 1.29 in single checks; a wall or a field out of focus at night
    # lies between 1.2 and 1.4.
    FaultKind.BLURRED: Limit(1.25, 1.18, 2.5, "× the reference", 8, 14),
    # Shift of the light's colour, weighed by which way: sodium lamps and headlights reach 16, a weak cast begins at 26;
    # four minutes are asked, for a sunset or a lorry of one colour.
    FaultKind.COLOUR_CAST: Limit(20.0, 18.0, 40.0, "% of the colour", 14, 16),
    # Mean displacement of the declared view. A pole in the wind moves half a percent.
    FaultKind.MOVED: Limit(2.0, 1.4, 15.0, "% of the width", 8, 10),
    # Share of what was structured and is not any more. The measure itself is over five checks.
    FaultKind.COVERED: Limit(11.0, 6.0, 50.0, "% of the structure", 5, 6),
}


@dataclass(frozen=True)
class Thresholds:
    """What faults are judged by.

    Attributes:
        limits: of each fault.
        dark_level: block means under this are dark, levels (video range, black is 16). A night camera lifts shadows above it.
        flat_spread: luma spread under which a dark or bright block shows nothing, levels: above a sensor's noise at full gain.
        spot_level: one spot this much brighter than the picture's mean, within its middle, is a light: then it is not
            black, levels.
        saturated_level: block means from this on are burnt out, levels (white is 235).
        still_level: a block whose mean change is below this has not changed, levels. Rounding alone changes less.
        moving_level: smoothed difference of quarter pictures from which something moved, levels. An encoder that codes a standing
            picture anew reaches 3.5, who passes at a distance begins at 8.
        rich_spread: luma spread from which a block would show a change, levels.
        noise_quantile: noise is taken from the calmest blocks, this share of them: texture in the wind is not noise.
        structured: structure from which a small block has something to lose, levels.
        certain: and times the noise's power, so that what is left of it is known to a tenth.
        left: share of its structure under which a block has lost it, of what the others keep.
        faintest: share that others are taken to keep at least: when all is lost, it is not that all keep nothing.
        alike: correlation from which two pictures of a block show the same thing.
        step: share of a loss that must have come at once: fog takes ten checks and more.
        deep: share of what was lost that is dark, from which it counts twice.
        uneven: spread of the logarithm of brightness changes over which lamps have been switched.
        unsteady: spread of the logarithm of brightness within a minute from which light comes and goes.
        same_view: agreement of edges at which a picture shows the declared view in place.
        unlike: agreement under which it shows something else altogether.
        found_view: agreement that a displacement must reach to be believed where all of the declared view is in the picture;
            found_little: and how much more where nothing of it would be: a corner alone may look like anything.
        sway: displacement that a mast in the wind makes, share of the width.
    """

    limits: Mapping[FaultKind, Limit] = field(default_factory=lambda: MappingProxyType(_LIMITS))
    dark_level: float = 44.0
    flat_spread: float = 9.0
    spot_level: float = 60.0
    saturated_level: float = 226.0
    still_level: float = 0.25
    moving_level: float = 5.0
    rich_spread: float = 4.0
    noise_quantile: float = 0.3
    structured: float = 0.5
    certain: float = 1.2
    left: float = 0.3
    faintest: float = 0.3
    alike: float = 0.5
    step: float = 0.6
    deep: float = 0.2
    uneven: float = 0.15
    unsteady: float = 0.2
    same_view: float = 0.55
    unlike: float = 0.22
    found_view: float = 0.3
    found_little: float = 0.5
    sway: float = 0.012
