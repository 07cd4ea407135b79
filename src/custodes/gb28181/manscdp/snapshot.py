"""Still pictures on request, firmware, and what a device tells when they are done (2022)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import ClassVar

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, Root
from custodes.gb28181.manscdp.structure import Structure, nested, one, repeated, structure
from custodes.gb28181.manscdp.values import Integer, Text, WordChoice

_SESSION = re.compile(r"[A-Za-z0-9-]{32,128}")


class _Session:
    """An identity of 32 to 128 letters, digits and dashes."""

    def read(self, text: str) -> str:
        text = text.strip()
        if not _SESSION.fullmatch(text):
            raise ValueError("is not 32 to 128 letters, digits and dashes")
        return text

    def write(self, value: str) -> str:
        return self.read(value)


SESSION = _Session()


@structure
class SnapShotConfig(Structure):
    """Take pictures and bring them to an address.

    Attributes:
        count: 1 to 10; interval: seconds between them; session: told again when they are done.
    """

    count: int = one("SnapNum", Integer(1, 10), required=True)
    interval: int = one("Interval", Integer(1, 86_400), required=True)
    upload_url: str = one("UploadURL", Text(1024), required=True)
    session: str = one("SessionID", SESSION, required=True)


@structure
class SnapShotList(Structure):
    """Names of pictures."""

    files: tuple[str, ...] = repeated("SnapShotFileID", Text(128))


@structure
class SnapShotDone(Message):
    """The pictures were brought (2022)."""

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "UploadSnapShotFinished"
    SINCE: ClassVar = Edition.E2022

    session: str = one("SessionID", SESSION, required=True)
    pictures: SnapShotList | None = nested("SnapShotList", SnapShotList)


class UpgradeResult(StrEnum):
    """How an upgrade went."""

    OK = "OK"
    ERROR = "ERROR"


@structure
class UpgradeDone(Message):
    """The device has taken its firmware in, or not (2022)."""

    ROOT: ClassVar = Root.NOTIFY
    CMD: ClassVar = "DeviceUpgradeResult"
    SINCE: ClassVar = Edition.E2022

    session: str = one("SessionID", SESSION, required=True)
    result: UpgradeResult = one("UpgradeResult", WordChoice(UpgradeResult), required=True, also=("Result",))
    firmware: str = one("Firmware", Text(256), default="")
    reason: str = one("UpgradeFailedReason", Text(1024), default="")
