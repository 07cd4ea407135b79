"""Records of the media nodes: what was kept, lost and deleted, what was shown, and how cameras were turned."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from custodes.ledger.records.base import Count, GapReason, Int, Interval, Name, Record, Sha256, Text, check_hex


class ClockReading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The host clock's synchronisation when a segment was sealed; `offset_us` is None when it is not known."""

    synchronised: bool
    offset_us: Int | None
    state: Text


class SegmentSealed(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="segment.sealed"):
    """A segment file is durable. `root` is `merkle.segment_root`; media times are 90 kHz ticks.

    `sound` is how the sound beside its pictures is coded, as RFC 6381 has it; it is left out where there is none. `source` is ``device``
    where it was taken later from the device's own recordings, and its times are by the device's clock; else it is left out.
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
    source: Literal["", "device"] = ""

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        check_hex(self.sha256)
        check_hex(self.root)


class Gap(Record, frozen=True, kw_only=True, gc=False, tag="gap"):
    """A camera's seconds that were owed and are not there, with the cause."""

    camera: UUID
    from_us: Int
    to_us: Int
    reason: GapReason
    detail: Text


class GapFilled(Record, frozen=True, kw_only=True, gc=False, tag="gap.filled"):
    """What of a gap was taken from the device's own recordings: `filled` lists it. The gap's record stays: it was not recorded here."""

    camera: UUID
    from_us: Int
    to_us: Int
    source: Literal["device"]
    filled: tuple[tuple[Int, Int], ...]
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
            check_hex(root)


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


class ViewBegun(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="view.begun"):
    """A picture began to be shown; `at_us` None is live.

    `source` is ``device`` where it was the device's own recording, which is not in the archive; left out else.
    """

    grant: UUID
    index: Count
    person: Name
    camera: UUID
    stream: Literal["main", "sub"]
    at_us: Int | None
    worker: Name
    source: Literal["", "device"] = ""


class ViewHeard(Record, frozen=True, kw_only=True, gc=False, tag="view.heard"):
    """Somebody who looks listens as well, from here on; `view` is the id of the look's ``view.begun``."""

    view: UUID
    grant: UUID
    index: Count
    person: Name
    camera: UUID
    worker: Name


class ViewEnded(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="view.ended"):
    """What was in fact shown of one camera, and `heard`: left out where nobody listened.

    `source` is ``device`` as of its ``view.begun``; the times of `shown` are by the device's clock then, less what that was ahead.
    """

    grant: UUID
    index: Count
    person: Name
    camera: UUID
    shown: tuple[Interval, ...]
    bytes: Count
    reason: Name
    worker: Name
    heard: tuple[Interval, ...] = ()
    source: Literal["", "device"] = ""


class ControlCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """One command to a camera. `motion` is pan, tilt, zoom, focus and iris in per cent, all 0 for what is no movement.

    `outcome` is empty where it was not learnt: the command was written down, then the worker died. `preset` is the cruise too; `where` is
    the box in parts of the picture, or degrees and times of zoom, and left out where there is neither.
    """

    at_us: Int
    what: Literal[
        "move",
        "stop",
        "watchdog",
        "goto",
        "set",
        "remove",
        "home",
        "set_home",
        "drag_in",
        "drag_out",
        "precise",
        "cruise",
        "edge",
    ]
    motion: tuple[Int, Int, Int, Int, Int]
    preset: Text
    name: Text
    outcome: Text
    where: Text = ""


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


class SpeechEnded(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="speech.ended"):
    """A speech through a camera's loudspeaker is over, or came to nothing.

    Attributes:
        begun_us: when the device took it; None where it never did.
        ended_us: when it was over.
        spoken_us: how much sound went to the device.
        reason: why it ended; ``failed`` with the `step` at which the call to the device stopped.
        form: how the device was reached, or tried last: ``broadcast``, announced to, so that it called; ``talk``, called by us. Left out
            where neither was tried, where it was given up before its node was told of one, and in records from before there were two.
    """

    speech: UUID
    index: Count
    person: Name
    camera: UUID
    begun_us: Int | None
    ended_us: Int
    spoken_us: Count
    reason: Name
    step: Text
    worker: Name
    form: Literal["", "broadcast", "talk"] = ""


class Keeping(Record, frozen=True, kw_only=True, gc=False, tag="keeping"):
    """How far back a worker's footage could be played on a local day (S32).

    Attributes:
        rule: the least that applies to every camera.
        cameras: of each ``(camera, days that are asked for, oldest playable moment or None, days short)``.
    """

    node: Name
    worker: Count
    day: Name
    rule: Name
    cameras: tuple[tuple[UUID, Count, Int | None, Count], ...]
