"""Keepalive: a device says that it is there (GB/T 28181-2016 §9.6). Answered by SIP alone, with no body."""

from __future__ import annotations

from typing import ClassVar

from custodes.gb28181.manscdp.frame import Message, Result, Root
from custodes.gb28181.manscdp.structure import Structure, nested, one, repeated, structure
from custodes.gb28181.manscdp.values import CODE, WordChoice


@structure
class Faulty(Structure):
    """Children that do not work."""

    devices: tuple[str, ...] = repeated("DeviceID", CODE)


@structure
class Keepalive(Message):
    """A device is there; `faulty` are those of its children that do not work."""

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "Keepalive"

    status: Result = one("Status", WordChoice(Result), default=Result.OK, always=True)
    faulty: Faulty | None = nested("Info", Faulty)
