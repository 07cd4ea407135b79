"""The records of the log, one typed class for each type of ``docs/design/wire.md`` §7, a file for each of those who write them.

Build one, and it can be encoded; decode one, and its type and fields are checked: unknown types and fields are refused.
"""

from .access import ControlBegun, Grant, Refusal, Revocation, Unmet
from .base import (
    Count,
    GapReason,
    Int,
    Interval,
    Name,
    Record,
    RecordError,
    Scalar,
    Sha256,
    Text,
    Value,
    at_text,
    new_id,
)
from .forms import NODE_TYPES, TYPES, WEB_TYPES, AnyRecord, encode_record, parse_record, read_record, record_of
from .machine import BackupMade, CertificateIssued, KeyRotated
from .node import (
    ClockReading,
    ControlCommand,
    ControlCommands,
    ControlEnded,
    ControlReturned,
    Degraded,
    Gap,
    Purge,
    SegmentSealed,
    ViewBegun,
    ViewEnded,
    ViewHeard,
    VolumeChanged,
)
from .notary import Heartbeat, LogContinued
from .people import DutyBegun, DutyEnded, Login, LoginFailed, Logout, PaperKept, PaperRead, PaperRemoved, ProgramCalled
from .register import RegisterStep
from .settings import ConfigChanged
from .upkeep import AlarmAcknowledged, AlarmCleared, AlarmRaised

__all__ = [
    "NODE_TYPES",
    "TYPES",
    "WEB_TYPES",
    "AlarmAcknowledged",
    "AlarmCleared",
    "AlarmRaised",
    "AnyRecord",
    "BackupMade",
    "CertificateIssued",
    "ClockReading",
    "ConfigChanged",
    "ControlBegun",
    "ControlCommand",
    "ControlCommands",
    "ControlEnded",
    "ControlReturned",
    "Count",
    "Degraded",
    "DutyBegun",
    "DutyEnded",
    "Gap",
    "GapReason",
    "Grant",
    "Heartbeat",
    "Int",
    "Interval",
    "KeyRotated",
    "LogContinued",
    "Login",
    "LoginFailed",
    "Logout",
    "Name",
    "PaperKept",
    "PaperRead",
    "PaperRemoved",
    "ProgramCalled",
    "Purge",
    "Record",
    "RecordError",
    "Refusal",
    "RegisterStep",
    "Revocation",
    "Scalar",
    "SegmentSealed",
    "Sha256",
    "Text",
    "Unmet",
    "Value",
    "ViewBegun",
    "ViewEnded",
    "ViewHeard",
    "VolumeChanged",
    "at_text",
    "encode_record",
    "new_id",
    "parse_record",
    "read_record",
    "record_of",
]
