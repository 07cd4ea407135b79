"""What the fields of one row of the register have to be together, for the form of one row and for a table of many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

#: What is wrong, by code.
WORDS = {
    "both_degrees": _("经度和纬度要么都填，要么都不填。"),
    "target_paper": _("确定为重点目标的，请填写文件名称和文号。"),
    "builder": _("有约定文件的，请选择约定的建设主体。"),
    "plate": _("填写运营线路的，请同时填写号牌。"),
    "whole_field": _("方位角、水平视角和可视距离要么都填，要么都不填。"),
    "whole_tilt": _("俯仰角的下限和上限要么都填，要么都不填。"),
    "tilt_order": _("俯仰角下限应当小于上限：水平为 0，向上为正，向下为负。"),
    "whole_turns": _("水平转动范围和垂直转动的下限、上限要么都填，要么都不填（见设备说明书）。"),
    "turns_order": _("垂直转动下限应当小于上限：水平为 0，向上为正，向下为负。"),
    "voice_digits": _("语音输出编码是 20 位数字（国标编码规则 A）。请按设备上的编码填写；没有的留空。"),
    "voice_channel": _("只有国标设备的通道可以登记语音输出。请先以国标设备接入，或者留空。"),
    "voice_below": _("下级平台的点位由下级平台喊话，不在本级登记语音输出。请留空。"),
    "voice_type": _(
        "应当是语音输出设备（类型编码 137）的编码，或者该通道、该设备自身的编码。请核对设备目录；没有的留空。"
    ),
    "field_position": _("填写视场的，请同时填写经度和纬度。"),
}
FIELD = ("azimuth", "angle", "reach")
TILT = ("tilt_low", "tilt_high")
TURNS = ("turns_pan", "turns_low", "turns_high")

Unfit = Iterator[tuple[str, str]]
"""Field and code."""


def position_unfit(data: Mapping[str, Any]) -> Unfit:
    """Both co-ordinates or none."""
    if (data.get("longitude") is None) != (data.get("latitude") is None):
        yield "latitude", "both_degrees"


def site_unfit(data: Mapping[str, Any]) -> Unfit:
    """Both co-ordinates, an agreement and whom it names, a target and its paper, a line and its plate."""
    yield from position_unfit(data)
    if data.get("key_target") and not data.get("key_target_document"):
        yield "key_target_document", "target_paper"
    if data.get("agreement") and not data.get("agreed_builder"):
        yield "agreed_builder", "builder"
    if data.get("route") and not data.get("plate"):
        yield "plate", "plate"


def camera_unfit(data: Mapping[str, Any]) -> Unfit:
    """Both co-ordinates or none; azimuth, angle and range together, and never without a position; the ends of a range both and in order."""
    yield from position_unfit(data)
    given = [data.get(name) is not None for name in FIELD]
    if any(given) and not all(given):
        yield "reach", "whole_field"
    elif all(given) and data.get("longitude") is None:
        yield "longitude", "field_position"
    yield from _range_unfit(data, TILT, "tilt")
    yield from _range_unfit(data, TURNS, "turns")


def _range_unfit(data: Mapping[str, Any], names: tuple[str, ...], about: str) -> Unfit:
    """All of these or none; the last is above the one before it."""
    values = [data.get(name) for name in names]
    missing = [name for name, value in zip(names, values, strict=True) if value is None]
    if missing and len(missing) < len(names):
        yield missing[-1], f"whole_{about}"
    elif not missing and values[-2] >= values[-1]:  # type: ignore[operator]
        yield names[-1], f"{about}_order"


#: A field is only held against the others when these can be read.
BESIDE = {
    "both_degrees": ("longitude", "latitude"),
    "whole_field": FIELD,
    "field_position": ("longitude",),
    "whole_tilt": TILT,
    "tilt_order": TILT,
    "whole_turns": TURNS,
    "turns_order": TURNS,
}


def add_unfit(form: Any, found: Unfit) -> None:
    """Say at the form's fields what does not fit together; what can't be read at all has its own words."""
    wrong = set(form.errors)
    for field, code in found:
        if not wrong & set(BESIDE.get(code, ())):
            form.add_error(field, WORDS[code])
