"""White: burnt out, by a stuck iris, failed exposure or a light into the lens that stays."""

from __future__ import annotations

from custodes.video.health.measure import Features
from custodes.video.health.reading import Reading
from custodes.video.health.thresholds import Thresholds


def read_white(features: Features, thresholds: Thresholds) -> Reading:
    """Share of the picture's middle that is saturated and shows nothing, %."""
    means, spreads = features.means[1:-1], features.spreads[1:-1]
    burnt = (means >= thresholds.saturated_level) & (spreads < thresholds.flat_spread)
    return Reading(100.0 * float(burnt.mean()), (("mean", float(features.middle.mean())),))
