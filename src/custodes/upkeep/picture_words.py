"""A fault of a picture in words: what was measured, from where on it counts, what to do; and pictures as a page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.places.node_answers import NodePicture, Pictures
from custodes.upkeep.models import PictureFault, PictureFaultKind, direction_words

NAMES: dict[str, Promise] = {
    "declared": gettext_lazy("标准视场"),
    "then": gettext_lazy("发现异常时"),
    "now": gettext_lazy("现在"),
}

UNITS: dict[str, Promise] = {
    "% of the picture": gettext_lazy("占画面 %(value)s%%"),
    "% of the width": gettext_lazy("画面宽度的 %(value)s%%"),
    "% of the structure": gettext_lazy("原有细节的 %(value)s%%"),
    "× the reference": gettext_lazy("标准视场的 %(value)s 倍"),
    "% of the colour": gettext_lazy("光色偏移 %(value)s%%"),
    "levels": gettext_lazy("%(value)s 级灰度"),
}

_FAULTS: dict[str, tuple[Promise, Promise]] = {
    PictureFaultKind.BLACK: (
        gettext_lazy("没有内容的暗部"),
        gettext_lazy("查补光、镜头盖和设备供电；夜间无灯的场所，请声明夜间的标准视场。"),
    ),
    PictureFaultKind.WHITE: (
        gettext_lazy("过曝而没有内容的部分"),
        gettext_lazy("查曝光设置和正对镜头的强光；请维护单位复位光圈。"),
    ),
    PictureFaultKind.FROZEN: (
        gettext_lazy("没有任何变化的部分"),
        gettext_lazy("编码器在重复同一张画面：重启设备；这段时间的录像不能证明现场情况，请写明起止。"),
    ),
    PictureFaultKind.NOISE: (
        gettext_lazy("噪点强度"),
        gettext_lazy("查补光和增益设置；白天仍有噪点的，传感器可能损坏。"),
    ),
    PictureFaultKind.BLURRED: (
        gettext_lazy("比标准视场模糊"),
        gettext_lazy("擦拭护罩、重新对焦；焦距经批准改变的，重新声明标准视场。"),
    ),
    PictureFaultKind.COLOUR_CAST: (
        gettext_lazy("颜色偏离标准视场"),
        gettext_lazy("查白平衡和红外滤光片；更换了照明的，重新声明标准视场。"),
    ),
    PictureFaultKind.MOVED: (
        gettext_lazy("画面偏离标准视场"),
        gettext_lazy("方位未经批准不得改变：派人复位并查明原因；经批准改变的，凭批准文号重新声明标准视场。"),
    ),
    PictureFaultKind.COVERED: (
        gettext_lazy("失去的画面细节"),
        gettext_lazy("派人清除遮挡物；绿化、管线、广告妨碍采集的，请责任人排除并保存前后画面。"),
    ),
}

CLAUSES: dict[str, tuple[str, ...]] = {
    PictureFaultKind.MOVED: ("S34(7)", "S15"),
    PictureFaultKind.COVERED: ("S19", "S31.1"),
    PictureFaultKind.FROZEN: ("S34(6)", "S31.1"),
}
"""What a fault rests on, where not on upkeep alone (S31.1)."""


def value_words(value: float, unit: str) -> str:
    """A measure with its unit."""
    shown = f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
    words = UNITS.get(unit)
    return str(words) % {"value": shown} if words is not None else f"{shown} {unit}"


def remedy(fault: str) -> str:
    """What to do about it."""
    return str(_FAULTS[fault][1])


def clauses(fault: str) -> tuple[str, ...]:
    """What it rests on."""
    return CLAUSES.get(fault, ("S31.1",))


def figures(row: PictureFault) -> Iterator[tuple[str, str]]:
    """The finding's figures in words."""
    yield str(_FAULTS[row.fault][0]), value_words(row.measure, row.unit)
    yield _("判定界限"), value_words(row.threshold, row.unit)
    if row.fault == PictureFaultKind.MOVED:
        yield from _aim(row.details)


def _aim(details: dict[str, float]) -> Iterator[tuple[str, str]]:
    if "right" not in details:
        yield _("方位"), _("画面中找不到标准视场的任何部分")
        return
    sides = [
        str(words) % {"value": f"{abs(value):.1f}"}
        for value, less, more in (
            (details["right"], gettext_lazy("向左 %(value)s%%"), gettext_lazy("向右 %(value)s%%")),
            (details.get("down", 0.0), gettext_lazy("向上 %(value)s%%"), gettext_lazy("向下 %(value)s%%")),
        )
        if abs(value) >= 0.3
        for words in (more if value > 0 else less,)
    ]
    if sides:
        yield _("镜头转向"), _("、").join(sides)
    if abs(turn := details.get("turn", 0.0)) >= 0.5:
        yield _("倾斜"), _("%(value)s 度") % {"value": f"{turn:+.1f}"}
    if abs((zoom := details.get("zoom", 1.0)) - 1) >= 0.02:
        yield _("变焦"), _("%(value)s 倍") % {"value": f"{zoom:.2f}"}
    yield _("仍在画面内的标准视场"), f"{min(details.get('overlap', 0.0), 100):.0f}%"


@dataclass(frozen=True)
class ShownPicture:
    """One picture of a page."""

    name: str
    title: str
    at: datetime
    at_us: int
    jpeg: str
    place: str | None = ""


def shown_pictures(pictures: Pictures) -> list[ShownPicture]:
    """The pictures that came, in the order in which they are compared."""
    return [
        ShownPicture(
            one.name, _title(one), datetime.fromtimestamp(one.at_us / 1_000_000, UTC), one.at_us, one.jpeg, one.place
        )
        for one in pictures.pictures
    ]


def _title(picture: NodePicture) -> str:
    if not picture.place:
        return str(NAMES[picture.name])
    return _("%(picture)s（%(direction)s）") % {
        "picture": NAMES[picture.name],
        "direction": direction_words(picture.place),
    }
