"""Why an RTSP session cannot go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal["password", "path", "refused", "codec", "protocol", "ended"]


@dataclass(frozen=True, slots=True)
class ClientFailure:
    """`detail` is one plain sentence without secrets."""

    kind: FailureKind
    detail: str
