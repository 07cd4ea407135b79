"""The records of the log, one typed class for each type of ``docs/design/wire.md`` §7.

Build one, and it can be encoded; decode one, and its type and fields are checked: unknown types and fields are refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from . import canonical
from .entry import is_time

_MAX = canonical.MAX_INTEGER
Int = Annotated[int, Meta(ge=-_MAX, le=_MAX)]
Count = Annotated[int, Meta(ge=0, le=_MAX)]
Text = Annotated[str, Meta(max_length=4000)]
Name = Annotated[str, Meta(min_length=1, max_length=400)]
Sha256 = Annotated[str, Meta(min_length=64, max_length=64)]
"""64 lower-case hex digits; which digits is checked by the records themselves, a pattern costs more than the rest."""
Interval = tuple[Int, Int]
"""``(from_us, to_us)``: microseconds UTC since the Unix epoch; the end is not part of it."""
Scalar = str | Int | bool | None
Value = Scalar | list[Scalar]
GapReason = Literal[
    "silent",
    "network",
    "refused",
    "operator",
    "restart",
    "disk",
    "schedule",
    "clock",
    "new",
    "codec",
    "certificate",
    "planned",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RecordError(ValueError):
    """The record is not one of wire.md §7; the message names the field."""


def at_text(wall_us: int) -> str:
    """The `at` of a record: ``2026-11-24T15:05:11.000000Z``.

    Args:
        wall_us: microseconds UTC since the Unix epoch.
    """
    return (_EPOCH + timedelta(microseconds=wall_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id() -> UUID:
    """A fresh record id (the idempotency key: keep it when a record is sent again)."""
    return uuid.uuid4()


def _check_hex(text: str) -> None:
    if text.strip("0123456789abcdef"):
        raise ValueError("a SHA-256 is written in lower-case hex digits")


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", gc=False):
    """What all records have.

    Attributes:
        id: the idempotency key.
        at: when it happened, as `at_text` writes it.
    """

    id: UUID
    at: str

    def __post_init__(self) -> None:
        if not is_time(self.at):
            raise ValueError("`at` must be RFC 3339 with microseconds and Z")

    @property
    def type(self) -> str:
        """The record's type, ``segment.sealed``."""
        return str(self.__struct_config__.tag)


class ClockReading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The host clock's synchronisation when a segment was sealed; `offset_us` is None when it is not known."""

    synchronised: bool
    offset_us: Int | None
    state: Text


class SegmentSealed(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="segment.sealed"):
    """A segment file is durable. `root` is `merkle.segment_root`; media times are 90 kHz ticks.

    `sound` is how the sound beside its pictures is coded, as RFC 6381 has it; it is left out where there is none.
    """

    camera: UUID
    stream_id: Name
    sequence: Count
    session: Count
    start_us: Int
    end_us: Int
    media_time: Int
    duration: Count
    bytes: Count
    sha256: Sha256
    root: Sha256
    fragments: Count
    codec: Name
    node: Name
    volume: Name
    path: Name
    clock: ClockReading
    camera_clock_us: Int | None
    sound: Text = ""

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        _check_hex(self.sha256)
        _check_hex(self.root)


class Gap(Record, frozen=True, kw_only=True, gc=False, tag="gap"):
    """A camera's seconds that were owed and are not there, with the cause."""

    camera: UUID
    from_us: Int
    to_us: Int
    reason: GapReason
    detail: Text


class Degraded(Record, frozen=True, kw_only=True, gc=False, tag="degraded"):
    """A camera's seconds of which less was kept than came, why, and on whose order (`detail`)."""

    camera: UUID
    from_us: Int
    to_us: Int
    kept: Literal["key_frames"]
    reason: GapReason
    detail: Text


class Purge(Record, frozen=True, kw_only=True, gc=False, tag="purge"):
    """Footage deleted lawfully; `segments` are (sequence, root)."""

    camera: UUID
    from_us: Int
    to_us: Int
    segments: tuple[tuple[Count, Sha256], ...]
    bytes: Count
    rule: Name
    detail: Text

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        for _, root in self.segments:
            _check_hex(root)


class ViewBegun(Record, frozen=True, kw_only=True, gc=False, tag="view.begun"):
    """A picture began to be shown; `at_us` None is live."""

    grant: UUID
    index: Count
    person: Name
    camera: UUID
    stream: Literal["main", "sub"]
    at_us: Int | None
    worker: Name


class ViewHeard(Record, frozen=True, kw_only=True, gc=False, tag="view.heard"):
    """Somebody who looks listens as well, from here on; `view` is the id of the look's ``view.begun``."""

    view: UUID
    grant: UUID
    index: Count
    person: Name
    camera: UUID
    worker: Name


class ViewEnded(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="view.ended"):
    """What was in fact shown of one camera, and `heard`: left out where nobody listened."""

    grant: UUID
    index: Count
    person: Name
    camera: UUID
    shown: tuple[Interval, ...]
    bytes: Count
    reason: Name
    worker: Name
    heard: tuple[Interval, ...] = ()


class Grant(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="grant"):
    """Leave to look, recorded before any token is signed. `span` None: none beyond live and `back_seconds`.

    `sound` names those of the cameras that may be heard as well; it is left out where there are none.
    """

    grant: UUID
    person: Name
    person_name: Name
    unit: Text
    post: Text
    ground: Name
    clauses: tuple[Name, ...]
    cameras: Annotated[tuple[UUID, ...], Meta(min_length=1)]
    live: bool
    back_seconds: Count
    span: Interval | None
    still: bool
    purpose: Text | None
    content: Text | None
    watermark: Name
    sound: tuple[UUID, ...] = ()


class Unmet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One condition that was not met, with its clause."""

    clause: Text
    reason: Text


class Refusal(Record, frozen=True, kw_only=True, gc=False, tag="refusal"):
    """A wish to look that was refused, and why."""

    person: Name
    person_name: Name
    unit: Text
    ground: Name
    cameras: tuple[UUID, ...]
    live: bool
    span: Interval | None
    unmet: tuple[Unmet, ...]


class Revocation(Record, frozen=True, kw_only=True, gc=False, tag="revocation"):
    """Grants taken back; none of them is renewed from here on."""

    grants: Annotated[tuple[UUID, ...], Meta(min_length=1)]
    by: Name
    reason: Text
    clause: Text


class DutyBegun(Record, frozen=True, kw_only=True, gc=False, tag="duty.begun"):
    """A duty session began."""

    session: Name
    person: Name
    system: Name
    post: Text
    reason: Text


class DutyEnded(Record, frozen=True, kw_only=True, gc=False, tag="duty.ended"):
    """A duty session ended: by hand-over, sign-out or its longest time."""

    session: Name
    person: Name
    system: Name
    post: Text
    reason: Text


class Login(Record, frozen=True, kw_only=True, gc=False, tag="login"):
    """An account signed in."""

    account: Name
    person: Name | None
    method: Text
    address: Text
    reason: Text


class LoginFailed(Record, frozen=True, kw_only=True, gc=False, tag="login.failed"):
    """An account was not let in."""

    account: Text
    person: Name | None
    method: Text
    address: Text
    reason: Text


class Logout(Record, frozen=True, kw_only=True, gc=False, tag="logout"):
    """An account signed out, or its session ended."""

    account: Name
    person: Name | None
    method: Text
    address: Text
    reason: Text


class ConfigChanged(Record, frozen=True, kw_only=True, gc=False, tag="config.changed"):
    """Settings of an object changed; secrets appear as ``(sealed)``, numbers with a fraction as text."""

    by: Name
    object: Name
    object_id: Name
    changes: dict[Name, tuple[Value, Value]]


class KeyRotated(Record, frozen=True, kw_only=True, gc=False, tag="key.rotated"):
    """A key (``log``, ``grant``, ``web``, ``node``, ``node-seal``) was replaced; `old` and `new` are its fingerprints (`keyfile.fingerprint`)."""

    key: Name
    old: Text
    new: Name


class VolumeChanged(Record, frozen=True, kw_only=True, gc=False, tag="volume.changed"):
    """A person decided about a volume of a node.

    `adopted`: what is at `path` is used from now on. `drained`: nothing more is written to it. `retired`: nothing of footage
    is left on it and it is taken out; in records without a `drained` before it, of the first version, it is what `drained` is.
    """

    node: Name
    volume: Name
    path: Name
    change: Literal["adopted", "drained", "retired"]
    by: Name
    reason: Text


class CertificateIssued(Record, frozen=True, kw_only=True, gc=False, tag="certificate.issued"):
    """The installation's own authority vouched for a key: of ``web``, of ``node``, or (``authority``) of its own.

    `names` are what the certificate is for, of an authority none; `serial` is hexadecimal; `sha256` is its fingerprint.
    """

    by: Name
    server: Literal["authority", "web", "node"]
    names: list[Name]
    serial: Name
    begins: str
    ends: str
    sha256: Sha256

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        _check_hex(self.sha256)
        if not (is_time(self.begins) and is_time(self.ends)):
            raise ValueError("`begins` and `ends` must be RFC 3339 with microseconds and Z")


class BackupMade(Record, frozen=True, kw_only=True, gc=False, tag="backup.made"):
    """A back-up was written and read again. `checkpoint` is the size of the last signed tree in it; `sha256` is of the file."""

    by: Name
    file: Name
    bytes: Count
    sha256: Sha256
    checkpoint: Count

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        _check_hex(self.sha256)


class LogContinued(Record, frozen=True, kw_only=True, gc=False, tag="log.continued"):
    """A restored log goes on under an origin and a key of its own (docs/design/ledger.md *Restoring*).

    Attributes:
        origin: of the log that was backed up.
        size, root, note: its last checkpoint in the back-up, as numbers and as it was signed; 0 and empty before the first.
        carried: entries of that log that stand before this record; those from `size` on were under no checkpoint yet.
        old, new: fingerprints of its log key and of this log's.
        backup: SHA-256 of what was restored.
        by: who restored it.
    """

    origin: Name
    size: Count
    root: Sha256
    note: Text
    carried: Count
    old: Text
    new: Name
    backup: Sha256
    by: Name

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        _check_hex(self.root)
        _check_hex(self.backup)


class AlarmRaised(Record, frozen=True, kw_only=True, gc=False, tag="alarm.raised"):
    """Something needs a person. `subject` names what it is about, `count` how many cameras; `cameras` when they are few."""

    alarm: UUID
    kind: Name
    severity: Literal["serious", "critical"]
    subject: Name
    name: Text
    since: Text
    count: Count
    cameras: tuple[UUID, ...]


class AlarmAcknowledged(Record, frozen=True, kw_only=True, gc=False, tag="alarm.acknowledged"):
    """A person says that they know of an alarm, and what they do."""

    alarm: UUID
    kind: Name
    subject: Name
    name: Text
    person: Name
    words: Text


class AlarmCleared(Record, frozen=True, kw_only=True, gc=False, tag="alarm.cleared"):
    """An alarm is over: by itself (`by` is ``system``), or closed by a person with words. `raises` counts how often its cause came."""

    alarm: UUID
    kind: Name
    subject: Name
    name: Text
    by: Name
    words: Text
    raises: Count


class ControlBegun(Record, frozen=True, kw_only=True, gc=False, tag="control.begun"):
    """Leave to steer a camera, recorded before the first command. `over` names whom it is taken over from, `reason` why."""

    steering: UUID
    grant: UUID
    person: Name
    person_name: Name
    unit: Text
    post: Text
    ground: Name
    clauses: tuple[Name, ...]
    camera: UUID
    over: Text
    reason: Text


class ControlCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One command to a camera. `motion` is pan, tilt, zoom, focus and iris in per cent, all 0 for what is no movement.

    `outcome` is empty where it was not learnt: the command was written down, then the worker died.
    """

    at_us: Int
    what: Literal["move", "stop", "watchdog", "goto", "set", "remove", "home", "set_home"]
    motion: tuple[Int, Int, Int, Int, Int]
    preset: Text
    name: Text
    outcome: Text


class ControlCommands(Record, frozen=True, kw_only=True, gc=False, tag="control.commands"):
    """Commands of one steering, in order, each written down before it was sent."""

    steering: UUID
    index: Count
    person: Name
    camera: UUID
    commands: Annotated[tuple[ControlCommand, ...], Meta(min_length=1)]
    worker: Name


class ControlEnded(Record, frozen=True, kw_only=True, gc=False, tag="control.ended"):
    """A steering is over; `commands` counts all of it."""

    steering: UUID
    index: Count
    person: Name
    camera: UUID
    commands: Count
    reason: Name
    worker: Name


class ControlReturned(Record, frozen=True, kw_only=True, gc=False, tag="control.returned"):
    """The system turned a camera back to its declared view (`preset`, empty for its home position) after `steering`."""

    steering: UUID
    camera: UUID
    preset: Text
    outcome: Name
    worker: Name


class Heartbeat(Record, frozen=True, kw_only=True, gc=False, tag="heartbeat"):
    """The log is alive: nothing else happened. `size` is the log's size before this entry."""

    size: Count


AnyRecord = (
    SegmentSealed
    | Gap
    | Degraded
    | Purge
    | ViewBegun
    | ViewHeard
    | ViewEnded
    | Grant
    | Refusal
    | Revocation
    | DutyBegun
    | DutyEnded
    | Login
    | LoginFailed
    | Logout
    | ConfigChanged
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
    | Heartbeat
)
TYPES: dict[str, type[Record]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyRecord)}
"""Every record type by its name."""
_OF_NODES = frozenset(
    {
        *("segment.sealed", "gap", "degraded", "purge", "volume.changed"),
        *("view.begun", "view.heard", "view.ended"),
        *("control.commands", "control.ended", "control.returned"),
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
