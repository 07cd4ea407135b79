"""Speaking to a place: the announcement after which the device calls (GB/T 28181-2016 §9.12), and the end of what is played back (§9.8)."""

from __future__ import annotations

from typing import ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.device import RESULT
from custodes.gb28181.manscdp.frame import Message, Result, Root
from custodes.gb28181.manscdp.structure import one, structure
from custodes.gb28181.manscdp.values import CODE, Integer

CALL_SECONDS = 10
"""A device that said OK calls within this, or it never does."""

FILE_END = 121
"""`NotifyType` of the end of a file; 122 and 123 are not confirmed."""


@structure
class Broadcast(Message):
    """Call me, I have something to say. It has no `DeviceID`: `target` is the voice output, or the host for all of its outputs."""

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "Broadcast"
    SINCE: ClassVar = Edition.E2014
    NAMELESS: ClassVar = True

    source: str = one("SourceID", CODE, required=True)
    target: str = one("TargetID", CODE, required=True)


@structure
class BroadcastAnswer(Message):
    """The device will call, or not."""

    ROOT: ClassVar = Root.RESPONSE
    CMD: ClassVar = "Broadcast"
    SINCE: ClassVar = Edition.E2014

    result: Result = one("Result", RESULT, required=True)


@structure
class MediaStatus(Message):
    """What is played back or fetched has come to its end. Inside or outside of the call; the receiver then ends it."""

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "MediaStatus"

    notify_type: int = one("NotifyType", Integer(0, 999), required=True)

    @property
    def ended(self) -> bool:
        """The file is over."""
        return self.notify_type == FILE_END
