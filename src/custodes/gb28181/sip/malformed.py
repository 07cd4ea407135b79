"""What can be wrong with octets or with a message, as one typed error whose fault is also the name of a drop counter."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class MessageFault(StrEnum):
    """Which rule a message breaks."""

    HEAD_TOO_LONG = "head-too-long"
    BODY_TOO_LONG = "body-too-long"
    TOO_MANY_FIELDS = "too-many-fields"
    NO_START_LINE = "no-start-line"
    VERSION = "version"
    CONTROL = "control-character"
    CONTENT_LENGTH = "content-length"
    MISSING_FIELD = "missing-field"
    BAD_FIELD = "bad-field"
    BAD_URI = "bad-uri"
    CUT_SHORT = "cut-short"
    GARBAGE = "garbage"


class Malformed(ValueError):
    """Octets are no SIP message, or a message breaks a rule without which it can't be answered as it wants.

    Attributes:
        fault: which rule.
        message: what could be read nevertheless, so that a request can be answered with 400; None where nothing could.
    """

    def __init__(self, fault: MessageFault, text: str, message: Any = None) -> None:
        super().__init__(text)
        self.fault = fault
        self.message = message
