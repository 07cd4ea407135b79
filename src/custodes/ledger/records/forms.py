"""All records together: their names, who may append which, and their canonical bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from custodes.ledger.records.access import (
    ControlBegun,
    EvidenceBroken,
    EvidenceHanded,
    EvidenceListed,
    EvidenceMade,
    Grant,
    HoldPlaced,
    HoldReleaseAsked,
    HoldReleased,
    HoldReleaseDeclined,
    HoldReviewed,
    HoldTookEffect,
    Refusal,
    RequestStep,
    Revocation,
    SpeechBegun,
)
from custodes.ledger.records.base import Record, RecordError
from custodes.ledger.records.cases import (
    CasesStep,
    CaseStep,
    EmbargoStep,
    FindingStep,
    RegisterStep,
    ReleaseStep,
    TableImported,
)
from custodes.ledger.records.installation import (
    AlarmAcknowledged,
    AlarmCleared,
    AlarmRaised,
    BackupMade,
    CertificateIssued,
    ConfigChanged,
    Heartbeat,
    KeyRotated,
    LogContinued,
    WitnessContradicted,
)
from custodes.ledger.records.node import (
    ControlCommands,
    ControlEnded,
    ControlReturned,
    Degraded,
    Gap,
    GapFilled,
    Keeping,
    Purge,
    SegmentSealed,
    SpeechEnded,
    ViewBegun,
    ViewEnded,
    ViewHeard,
    VolumeChanged,
)
from custodes.ledger.records.people import (
    DutyBegun,
    DutyEnded,
    ListExported,
    Login,
    LoginFailed,
    Logout,
    PaperKept,
    PaperRead,
    PaperRemoved,
    PositionsRead,
    ProgramCalled,
)
from custodes.ledger.records.sharing import PlatformStated, PlatformStatement, SharingStep

AnyRecord = (
    SegmentSealed
    | Gap
    | Degraded
    | GapFilled
    | Purge
    | Keeping
    | ViewBegun
    | ViewHeard
    | ViewEnded
    | Grant
    | Refusal
    | Revocation
    | HoldPlaced
    | HoldTookEffect
    | HoldReviewed
    | HoldReleaseAsked
    | HoldReleaseDeclined
    | HoldReleased
    | DutyBegun
    | DutyEnded
    | Login
    | LoginFailed
    | Logout
    | PaperKept
    | PaperRead
    | PaperRemoved
    | PositionsRead
    | ListExported
    | ProgramCalled
    | ConfigChanged
    | RegisterStep
    | RequestStep
    | EvidenceListed
    | EvidenceMade
    | EvidenceBroken
    | EvidenceHanded
    | CaseStep
    | CasesStep
    | ReleaseStep
    | SharingStep
    | PlatformStatement
    | PlatformStated
    | EmbargoStep
    | FindingStep
    | TableImported
    | KeyRotated
    | VolumeChanged
    | BackupMade
    | CertificateIssued
    | LogContinued
    | AlarmRaised
    | AlarmAcknowledged
    | AlarmCleared
    | ControlBegun
    | ControlCommands
    | ControlEnded
    | ControlReturned
    | SpeechBegun
    | SpeechEnded
    | WitnessContradicted
    | Heartbeat
)
TYPES: dict[str, type[Record]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyRecord)}
"""Every record type by its name."""
_OF_NODES = frozenset(
    {
        *(
            "segment.sealed",
            "gap",
            "degraded",
            "gap.filled",
            "purge",
            "keeping",
            "view.begun",
            "view.heard",
            "view.ended",
            "volume.changed",
        ),
        *("control.commands", "control.ended", "control.returned", "speech.ended"),
    }
)
NODE_TYPES = _OF_NODES | {"key.rotated"}
"""What a node may append."""
WEB_TYPES = frozenset(TYPES) - _OF_NODES - {"heartbeat", "log.continued"}
"""What the web may append; `grant` only through the notary's op of that name."""

_encoder = msgspec.json.Encoder(order="sorted")
_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(AnyRecord)


def encode_record(record: Record) -> bytes:
    """Canonical bytes of a record: what its commitment is over.

    Raises:
        RecordError: a string holds a lone surrogate.
    """
    try:
        return _encoder.encode(record)
    except UnicodeEncodeError as error:
        raise RecordError("a string holds a lone surrogate") from error


def parse_record(data: bytes) -> Record:
    """Read JSON from anywhere and check its type and fields.

    Raises:
        RecordError: not JSON, an unknown type or field, or a field that is missing or of the wrong kind.
    """
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(str(error)) from error


def record_of(value: Mapping[str, Any]) -> Record:
    """The record that a mapping describes, for callers that hold plain JSON values.

    Raises:
        RecordError: as `parse_record`.
    """
    try:
        record: Record = msgspec.convert(dict(value), AnyRecord)
    except msgspec.MsgspecError as error:
        raise RecordError(str(error)) from error
    return record


def read_record(data: bytes) -> Record:
    """Read a stored record: like `parse_record`, and the bytes must be the canonical ones.

    Raises:
        RecordError: as `parse_record`, or in another form.
    """
    record = parse_record(data)
    if encode_record(record) != data:
        raise RecordError("the record is not in canonical form")
    return record
