"""The tables of this app."""

from custodes.upkeep.models.picture import PictureCheck, PictureFault, PictureFaultKind, PictureState
from custodes.upkeep.models.rollup import HourRollup
from custodes.upkeep.models.status import CameraStatus, SourceState, VolumeStatus, WorkerStatus

__all__ = [
    "CameraStatus",
    "HourRollup",
    "PictureCheck",
    "PictureFault",
    "PictureFaultKind",
    "PictureState",
    "SourceState",
    "VolumeStatus",
    "WorkerStatus",
]
