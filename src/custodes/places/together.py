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
    "field_position": _("填写视场的，请同时填写经度和纬度。"),
}
FIELD = ("azimuth", "angle", "reach")

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
    """Both co-ordinates or none; azimuth, angle and range together, and never without a position."""
    yield from position_unfit(data)
    given = [data.get(name) is not None for name in FIELD]
    if any(given) and not all(given):
        yield "reach", "whole_field"
    elif all(given) and data.get("longitude") is None:
        yield "longitude", "field_position"


#: A field is only held against the others when these can be read.
BESIDE = {
    "both_degrees": ("longitude", "latitude"),
    "whole_field": FIELD,
    "field_position": ("longitude",),
}


def add_unfit(form: Any, found: Unfit) -> None:
    """Say at the form's fields what does not fit together; what can't be read at all has its own words."""
    wrong = set(form.errors)
    for field, code in found:
        if not wrong & set(BESIDE.get(code, ())):
            form.add_error(field, WORDS[code])
