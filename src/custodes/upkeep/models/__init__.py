"""The tables of this app."""

from custodes.upkeep.models.alarm import Alarm, AlarmCamera, AlarmEvent, AlarmState, AlarmStep, Severity
from custodes.upkeep.models.escalation import AlarmEscalation, AlarmTelling, EscalationChain
from custodes.upkeep.models.event import CameraEvent, EventKind
from custodes.upkeep.models.feed import DateFeed
from custodes.upkeep.models.held import HeldAlarm
from custodes.upkeep.models.keeping import KeptDay
from custodes.upkeep.models.notice import AlarmDelivery, AlarmPreference, AlarmSubscription, Channel, Sound
from custodes.upkeep.models.picture import PictureCheck, PictureFault, PictureFaultKind, PictureState
from custodes.upkeep.models.reminder import DateMail, DateNotice, ReminderRound, Stage
from custodes.upkeep.models.rollup import HourRollup
from custodes.upkeep.models.status import CameraStatus, SourceState, VolumeStands, VolumeStatus, WorkerStatus
from custodes.upkeep.models.view import DeclaredView, ViewLabel, direction_words

__all__ = [
    "Alarm",
    "AlarmCamera",
    "AlarmDelivery",
    "AlarmEscalation",
    "AlarmEvent",
    "AlarmPreference",
    "AlarmState",
    "AlarmStep",
    "AlarmSubscription",
    "AlarmTelling",
    "CameraEvent",
    "CameraStatus",
    "Channel",
    "DateFeed",
    "DateMail",
    "DateNotice",
    "DeclaredView",
    "EscalationChain",
    "EventKind",
    "HeldAlarm",
    "HourRollup",
    "KeptDay",
    "PictureCheck",
    "PictureFault",
    "PictureFaultKind",
    "PictureState",
    "ReminderRound",
    "Severity",
    "Sound",
    "SourceState",
    "Stage",
    "ViewLabel",
    "VolumeStands",
    "VolumeStatus",
    "WorkerStatus",
    "direction_words",
]
