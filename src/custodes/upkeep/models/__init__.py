"""The tables of this app."""

from custodes.upkeep.models.event import CameraEvent, EventKind
from custodes.upkeep.models.rollup import HourRollup
from custodes.upkeep.models.status import CameraStatus, SourceState, VolumeStatus, WorkerStatus

__all__ = ["CameraEvent", "CameraStatus", "EventKind", "HourRollup", "SourceState", "VolumeStatus", "WorkerStatus"]
