"""Whether FFmpeg's libraries in this Python can open what cameras send, and write what is shown of it."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.codec import Codec
from django.utils.translation import gettext_lazy as _

from custodes.web.doctor.finding import Finding, Patient, fault, ok

SUBJECT = "codecs"
NEEDED = (("h264", "r"), ("hevc", "r"), ("h264", "w"), ("mjpeg", "w"))


def check(patient: Patient) -> Iterator[Finding]:
    """Decoders for key frames, encoders for stills and simulated cameras."""
    missing = [name for name, mode in NEEDED if not _has(name, mode)]
    if missing:
        yield fault(
            SUBJECT, _("缺少编解码器：{names}。"), "uv sync --frozen --reinstall-package av", names=", ".join(missing)
        )
    else:
        yield ok(SUBJECT, _("H.264、H.265 可以解码（PyAV {version}）。"), version=av.__version__)


def _has(name: str, mode: str) -> bool:
    try:
        Codec(name, mode)  # type: ignore[arg-type]
    except av.codec.codec.UnknownCodecError:
        return False
    return True
