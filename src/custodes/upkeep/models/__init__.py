"""The tables of this app."""

from custodes.upkeep.models.alarm import Alarm, AlarmCamera, AlarmEvent, AlarmState, AlarmStep, Severity
from custodes.upkeep.models.event import CameraEvent, EventKind
from custodes.upkeep.models.notice import AlarmDelivery, AlarmPreference, AlarmSubscription, Channel, Sound
from custodes.upkeep.models.picture import PictureCheck, PictureFault, PictureFaultKind, PictureState
from custodes.upkeep.models.rollup import HourRollup
from custodes.upkeep.models.status import CameraStatus, SourceState, VolumeStatus, WorkerStatus
from custodes.upkeep.models.view import DeclaredView, ViewLabel

__all__ = [
    "Alarm",
    "AlarmCamera",
    "AlarmDelivery",
    "AlarmEvent",
    "AlarmPreference",
    "AlarmState",
    "AlarmStep",
    "AlarmSubscription",
    "CameraEvent",
    "CameraStatus",
    "Channel",
    "DeclaredView",
    "EventKind",
    "HourRollup",
    "PictureCheck",
    "PictureFault",
    "PictureFaultKind",
    "PictureState",
    "Severity",
    "Sound",
    "SourceState",
    "ViewLabel",
    "VolumeStatus",
    "WorkerStatus",
]
