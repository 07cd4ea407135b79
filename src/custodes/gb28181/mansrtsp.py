"""Playing back: what is said in INFO while a recording runs (GB/T 28181-2016 §9.8, Annex B). RTSP-like text, without a connection of its own."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from custodes.gb28181.edition import BASE, Edition
from custodes.gb28181.refused import Gb28181Refused

LONGEST = 4096
"""Octets of a body; those of Annex B have 60."""

MOST_LINES = 40
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Speeds that every device has to take; the same backward."""

MOST_SCALE = 64.0
MOST_SECONDS = 400 * 86_400


class MansrtspMethod(StrEnum):
    """What is asked for."""

    PLAY = "PLAY"
    PAUSE = "PAUSE"
    TEARDOWN = "TEARDOWN"


@dataclass(frozen=True, slots=True)
class MansrtspRequest:
    """One request.

    Attributes:
        scale: speed, below 0 backward; None where it is not to change.
        seek: seconds from the beginning of what was called for (``t=``); None where it is not to change.
        now: go on where it stands (``npt=now-``).
        until: seconds where it is to end; None for the end of all.
    """

    method: MansrtspMethod
    cseq: int
    scale: float | None = None
    seek: float | None = None
    now: bool = False
    until: float | None = None


@dataclass(frozen=True, slots=True)
class MansrtspAnswer:
    """What a device answered, where it did with more than SIP's 200.

    Attributes:
        sequence, rtp_time: where the stream goes on.
        scale: the speed at which it goes on (RFC 2326 §12.34 has it said where one was asked for); at: the place, seconds as of `MansrtspRequest.seek`;
            until: where it is to stand still, None for the end of all.
    """

    status: int
    cseq: int | None = None
    sequence: int | None = None
    rtp_time: int | None = None
    scale: float | None = None
    at: float | None = None
    until: float | None = None


def resume(cseq: int) -> MansrtspRequest:
    """Go on."""
    return MansrtspRequest(MansrtspMethod.PLAY, cseq, now=True)


def seek(cseq: int, seconds: float) -> MansrtspRequest:
    """Go to a place."""
    return MansrtspRequest(MansrtspMethod.PLAY, cseq, seek=seconds)


def speed(cseq: int, scale: float, edition: Edition = BASE, seconds: float | None = None) -> MansrtspRequest:
    """Go at a speed. Backward, peers of 2022 are told from where (`seconds`, or where it stands).

    Raises:
        Refused: no speed, or one that nobody offers.
    """
    if not math.isfinite(scale) or not 0 < abs(scale) <= MOST_SCALE:
        raise Gb28181Refused(
            "Scale", f"is not between 0 and {MOST_SCALE:g}, or its like backward", "give 0.25, 0.5, 1, 2 or 4"
        )
    if scale < 0 and edition >= Edition.E2022:
        return MansrtspRequest(MansrtspMethod.PLAY, cseq, scale, seconds, now=seconds is None)
    return MansrtspRequest(MansrtspMethod.PLAY, cseq, scale)


def pause(cseq: int) -> MansrtspRequest:
    """Stand still. No packets come then."""
    return MansrtspRequest(MansrtspMethod.PAUSE, cseq)


def teardown(cseq: int) -> MansrtspRequest:
    """End it; BYE follows."""
    return MansrtspRequest(MansrtspMethod.TEARDOWN, cseq)


def write_request(request: MansrtspRequest) -> bytes:
    """The octets, with ``RTSP/1.0`` as Annex B has it.

    Raises:
        Refused: a number that can't be right.
    """
    lines = [f"{request.method.value} RTSP/1.0", f"CSeq: {_counted(request.cseq)}"]
    if request.method is MansrtspMethod.PAUSE:
        lines.append("PauseTime: now")
    if request.method is MansrtspMethod.PLAY:
        if request.scale is not None:
            lines.append(f"Scale: {_scale(request.scale)}")
        span = _span(request)
        if span:
            lines.append(f"Range: npt={span}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def write_answer(answer: MansrtspAnswer) -> bytes:
    """The octets of an answer.

    Raises:
        Refused: a number that can't be right.
    """
    reason = {
        200: "OK",
        400: "Bad Request",
        454: "Session Not Found",
        457: "Invalid Range",
        503: "Service Unavailable",
        551: "Option not supported",
    }
    lines = [f"RTSP/1.0 {answer.status} {reason.get(answer.status, 'Failed')}"]
    if answer.cseq is not None:
        lines.append(f"CSeq: {answer.cseq}")
    if answer.scale is not None:
        lines.append(f"Scale: {_scale(answer.scale)}")
    if answer.at is not None:
        lines.append(f"Range: npt={_span(MansrtspRequest(MansrtspMethod.PLAY, 0, seek=answer.at, until=answer.until))}")
    if answer.sequence is not None and answer.rtp_time is not None:
        lines.append(f"RTP-Info: seq={answer.sequence};rtptime={answer.rtp_time}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


_START = re.compile(r"([A-Za-z]{1,16})\s+(?:\S{1,256}\s+)?(?:MANS)?RTSP/1\.0", re.IGNORECASE)
_STATUS = re.compile(r"(?:MANS)?RTSP/1\.0\s+([1-5][0-9]{2})(?:\s.*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{0,9})?")
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5]?[0-9]):([0-5]?[0-9])(?:[.:]([0-9]{1,9}))?(?:\.[0-9]{1,3})?")
_INFO = re.compile(r"(seq|rtptime)\s*=\s*([0-9]{1,10})", re.IGNORECASE)


def read_request(data: bytes) -> MansrtspRequest:
    """What a peer asks for. ``RTSP`` and ``MANSRTSP`` are the same, speed and place may stand together, ``ntp`` is taken for ``npt``.

    Raises:
        Refused: which line can't be right.
    """
    start, headers = _lines(data)
    found = _START.fullmatch(start)
    if found is None or found.group(1).upper() not in MansrtspMethod.__members__:
        raise Gb28181Refused("request line", "is none of PLAY, PAUSE, TEARDOWN", "send for example PLAY RTSP/1.0")
    method = MansrtspMethod(found.group(1).upper())
    cseq = _number(headers.get("cseq", ""))
    if cseq is None or cseq < 0 or cseq != int(cseq):
        raise Gb28181Refused("CSeq", "is missing or no number", "count requests from 1")
    if method is not MansrtspMethod.PLAY:
        return MansrtspRequest(method, int(cseq))
    scale = _read_scale(headers.get("scale"))
    place, now, until = _read_range(headers.get("range"))
    return MansrtspRequest(method, int(cseq), scale, place, now, until)


def read_answer(data: bytes) -> MansrtspAnswer | None:
    """What a device answered; None for an empty body, which is the usual answer.

    Raises:
        Refused: its first line is no status.
    """
    if not data.strip():
        return None
    start, headers = _lines(data)
    found = _STATUS.fullmatch(start)
    if found is None:
        raise Gb28181Refused("status line", "is no status", "send RTSP/1.0 200 OK")
    cseq = _number(headers.get("cseq", ""))
    told = {name.lower(): int(value) for name, value in _INFO.findall(headers.get("rtp-info", ""))}
    sequence, rtp_time = told.get("seq"), told.get("rtptime")
    scale, at, until = _told(headers)
    return MansrtspAnswer(
        int(found.group(1)),
        int(cseq) if cseq is not None else None,
        sequence if sequence is not None and sequence < 2**16 else None,
        rtp_time if rtp_time is not None and rtp_time < 2**32 else None,
        scale,
        at,
        until,
    )


def _told(headers: dict[str, str]) -> tuple[float | None, float | None, float | None]:
    """Speed, place and end of an answer; one that makes no sense says nothing."""
    try:
        scale = _read_scale(headers.get("scale"))
    except Gb28181Refused:
        scale = None
    try:
        at, _, until = _read_range(headers.get("range"))
    except Gb28181Refused:
        at = until = None
    return scale, at, until


def _lines(data: bytes) -> tuple[str, dict[str, str]]:
    if len(data) > LONGEST:
        raise Gb28181Refused("body", f"is larger than {LONGEST} octets", "send one request")
    lines = [line.strip() for line in data.decode("ascii", errors="replace").strip("\x00\r\n\t ").splitlines()]
    if not lines or not lines[0] or len(lines) > MOST_LINES:
        raise Gb28181Refused("body", f"is empty, or longer than {MOST_LINES} lines", "send one request")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return lines[0], headers


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _read_scale(text: str | None) -> float | None:
    if text is None:
        return None
    scale = _number(text)
    if scale is None or not 0 < abs(scale) <= MOST_SCALE:
        raise Gb28181Refused(
            "Scale", f"is not between 0 and {MOST_SCALE:g}, or its like backward", "send 0.25, 0.5, 1, 2 or 4"
        )
    return scale


def _read_range(text: str | None) -> tuple[float | None, bool, float | None]:
    """Where it is to go on, whether where it stands, and where to end."""
    if text is None or not text:
        return None, False, None
    unit, _, span = text.partition("=")
    unit = unit.strip().lower()
    if unit not in ("npt", "ntp", "smpte", "smpte-25", "smpte-30-drop"):
        raise Gb28181Refused("Range", "is neither npt nor smpte", "send for example npt=30-")
    begin, dash, end = span.strip().partition("-")
    begin, end = begin.strip().lower(), end.strip().lower()
    until = _seconds(end) if end else None
    if begin == "now":
        return None, True, until
    place = _seconds(begin) if begin else None
    if not dash or place is None or (until is not None and until < place):
        raise Gb28181Refused("Range", "is no span", "send for example npt=30- or npt=now-")
    return place, False, until


def _seconds(text: str) -> float:
    found = _CLOCK.fullmatch(text)
    if found is not None:
        hours, minutes, seconds = (int(number) for number in found.groups()[:3])
        return float(hours * 3600 + minutes * 60 + seconds)
    number = _number(text)
    if number is None or not 0 <= number <= MOST_SECONDS:
        raise Gb28181Refused("Range", "is no number of seconds", "count from the beginning of what was called for")
    return number


def _counted(cseq: int) -> int:
    if not 0 <= cseq < 2**31:
        raise Gb28181Refused("CSeq", "is no whole number below 2^31", "count requests from 1")
    return cseq


def _scale(scale: float) -> str:
    if not math.isfinite(scale) or not 0 < abs(scale) <= MOST_SCALE:
        raise Gb28181Refused("Scale", "is no speed", "give 0.25, 0.5, 1, 2 or 4")
    return f"{scale:.6f}".rstrip("0").rstrip(".") if scale != int(scale) else f"{int(scale)}.0"


def _span(request: MansrtspRequest) -> str:
    until = ""
    if request.until is not None:
        if not math.isfinite(request.until) or not (request.seek or 0) <= request.until <= MOST_SECONDS:
            raise Gb28181Refused(
                "Range", "ends before it begins, or is no number of seconds", "give an end behind its begin"
            )
        until = _plain(request.until)
    if request.now:
        return f"now-{until}"
    if request.seek is None:
        return ""
    if not math.isfinite(request.seek) or not 0 <= request.seek <= MOST_SECONDS:
        raise Gb28181Refused("Range", "is no number of seconds", "count from the beginning of what was called for")
    return f"{_plain(request.seek)}-{until}"


def _plain(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".")
