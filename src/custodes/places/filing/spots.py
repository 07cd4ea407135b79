"""What the register knows already of what a filing asks (N14), so that nobody types it twice; above all the lines of 点位和采集范围, one camera each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import override

from custodes.places.lifecycle.gathering import day_of
from custodes.places.models import Camera, CameraState, FirmStep, System

KIND, VIEW = "设备类型：", "采集范围："
_BETWEEN = " \t　,，;；、|｜"
_FIRST = re.compile(f"[{_BETWEEN}]")


@dataclass(frozen=True, slots=True)
class SpotLine:
    """What one line says.

    Attributes:
        words: number, name and place, as they were written.
        kind: 设备类型; empty where the line doesn't say it.
        view: 采集范围; likewise.
    """

    words: str
    kind: str = ""
    view: str = ""


def line_of(camera: Camera) -> str:
    """``0101　校门　门柱南侧　设备类型：摄像机 H264 1920×1080　采集范围：校门内外``."""
    view = "，".join(
        filter(None, (camera.view, "" if camera.azimuth is None else f"方位角 {float(camera.azimuth):g}°"))
    )
    parts = (camera.number, camera.name, camera.place, KIND + kind_of(camera), VIEW + view if view else "")
    return "　".join(filter(None, parts))


def kind_of(camera: Camera) -> str:
    """设备类型, as far as the register holds it: whether it turns, then its model, or else what it sends."""
    turns = "云台摄像机" if (camera.steering or {}).get("move") else "摄像机"
    model = f"{camera.maker} {camera.model}".strip() if camera.model else ""
    sends = f"{camera.codec} {camera.width}×{camera.height}" if camera.codec else ""
    return f"{turns} {model or sends}" if model or sends else f"{turns}（型号未登记）"


def spot_of(line: str) -> SpotLine:
    """A line, taken apart at the words that `line_of` sets before kind and view, in either order."""
    told = line.replace("设备类型:", KIND).replace("采集范围:", VIEW)
    starts = sorted((told.find(mark), mark) for mark in (KIND, VIEW) if mark in told)
    ends = (*(at for at, _mark in starts[1:]), len(told))
    said = {mark: told[at + len(mark) : end].strip(_BETWEEN) for (at, mark), end in zip(starts, ends, strict=False)}
    head = told[: starts[0][0]] if starts else told
    return SpotLine(head.strip(_BETWEEN), said.get(KIND, ""), said.get(VIEW, ""))


def parted(words: str, numbers: Iterable[str]) -> tuple[str, str]:
    """The number with which a line begins, and the rest; no number where the first word is none.

    Args:
        numbers: of the system's cameras. A word that is written like one of them is a number too, though no camera has it (yet);
            where there are none, one of Latin letters and digits that ends in a digit and has two.
    """
    known = sorted(numbers, key=len, reverse=True)
    for number in known:  # a number may itself contain a blank or a comma
        if words.startswith(number) and words[len(number) : len(number) + 1] in (*_BETWEEN, ""):
            return number, words[len(number) :].strip(_BETWEEN)
    first = _FIRST.split(words, maxsplit=1)[0]
    rest = words[len(first) :].strip(_BETWEEN)
    if known:
        alike = _shape(first) in {_shape(number) for number in known}
    else:
        alike = first.isascii() and first[-1:].isdigit() and sum(char.isdigit() for char in first) > 1
    return (first, rest) if alike and rest else ("", words)


def _shape(number: str) -> str:
    """How it is written: ``SCHOOL-012`` and ``SCHOOL-9`` are alike, ``0101`` and ``0102``, but not ``0101`` and ``2``."""
    runs = [(kind, len(list(run))) for kind, run in groupby(number, _kind_of_character)]
    return f"0:{runs[0][1]}" if [kind for kind, _length in runs] == ["0"] else "".join(kind for kind, _length in runs)


def _kind_of_character(char: str) -> str:
    if char.isdigit():
        return "0"
    return "A" if char.isascii() and char.isalpha() else char


def content_of(system: System) -> dict[str, str]:
    """Answers for `fields.FIELDS` as far as they are known; empty for what is not."""
    with override("zh-hans"):  # an official form, whoever's page it is filled in on
        return _content_of(system)


def _content_of(system: System) -> dict[str, str]:
    site, unit = system.site, system.unit
    cameras = list(system.cameras.exclude(state=CameraState.RETIRED).order_by("number"))
    firms = {firm.step: str(firm.unit) for firm in system.firms.select_related("unit").order_by("since")}
    accepted, used = day_of(system, "accept"), day_of(system, "put_in_use")
    return {
        "unit": unit.name,
        "uscc": unit.uscc,
        "contact": unit.contact,
        "phone": unit.phone,
        "unit_address": unit.address,
        "site": site.name,
        "address": site.address,
        "division": site.division.name_zh,
        "places": "\n".join(line_of(camera) for camera in cameras),
        "devices": _devices(cameras),
        "retention": str(min((camera.retention_days for camera in cameras), default="")),
        "network": str(system.get_network_display()),
        "mlps": " ".join(filter(None, (str(system.get_mlps_level_display() or ""), system.mlps_number))),
        "norm": system.norm_version,
        "designer": firms.get(FirmStep.DESIGN, ""),
        "constructor": firms.get(FirmStep.CONSTRUCTION, ""),
        "maintainer": firms.get(FirmStep.MAINTENANCE, ""),
        "accepted": accepted.isoformat() if accepted else "",
        "used": used.isoformat() if used else "",
    }


def _devices(cameras: list[Camera]) -> str:
    """Number and kinds: ``摄像机 5 台：摄像机 H264 1920×1080 4 台，云台摄像机（型号未登记） 1 台``."""
    if not cameras:
        return ""
    kinds = Counter(kind_of(camera) for camera in cameras)
    parts = "，".join(f"{kind} {number} 台" for kind, number in kinds.most_common())
    return f"摄像机 {len(cameras)} 台：{parts}"
