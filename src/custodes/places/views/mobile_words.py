"""How the last place of what moves is told: where, how old, whether its subscription stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.places.devices.ages import age_words
from custodes.places.models import GbMobile, Standing, Watch

WATCHES = {
    Watch.WAITING: "neutral",
    Watch.ACTIVE: "fine",
    Watch.REFUSED: "attention",
    Watch.UNANSWERED: "attention",
}
AWAY = gettext_lazy("设备不在线")


@dataclass(frozen=True)
class MobileWords:
    """One that moves, for a page.

    Attributes:
        place: longitude and latitude; empty before there was one.
        badge: colour and word of how old the place is; watch: of how its subscription stands.
        facts: all of it, with names.
    """

    row: GbMobile
    place: str
    badge: tuple[str, Any]
    watch: tuple[str, Any]
    facts: list[tuple[Any, Any]]


def words_of(row: GbMobile, now: datetime) -> MobileWords:
    """As a page tells it; to whom the position may be told alone."""
    watch = watch_of(row)
    place = "" if row.heard_at is None else f"{row.longitude:.5f}, {row.latitude:.5f}"
    facts: list[tuple[Any, Any]] = [
        (_("移动采集设备类型"), row.get_kind_display()),
        (_("最后位置（经度、纬度）"), place or _("尚未收到")),
    ]
    if row.heard_at is not None:
        said = _moment(row.said_at) if row.said_at is not None else _("设备没有报告时间，或者时钟有误")
        facts += [(_("设备所报时间"), said), (_("收到时间"), _moment(row.heard_at))]
    facts += [
        (_("位置订阅"), watch[1]),
        (_("位置上报间隔"), _("%(seconds)s 秒") % {"seconds": row.interval_s}),
        (_("登记"), f"{timezone.localtime(row.entered_at):%Y-%m-%d %H:%M} · {row.entered_by.name} · {row.reason}"),
    ]
    return MobileWords(row, place, age_of(row, now), watch, facts)


def age_of(row: GbMobile, now: datetime) -> tuple[str, Any]:
    """Colour and word of how old its last place is."""
    seen = row.seen_at
    if seen is None:
        return "neutral", _("尚未收到位置")
    if row.late(now):
        return "attention", _("自 %(at)s 起没有新位置") % {"at": _moment(seen)}
    return "fine", age_words(row, now)


def watch_of(row: GbMobile) -> tuple[str, Any]:
    """Colour and word of its subscription. A device that is away has none, whatever was said of it last."""
    if row.device.standing != Standing.ONLINE:
        return "neutral", AWAY
    watch = Watch(row.watch)
    status = f"（SIP {row.watch_status}）" if watch == Watch.REFUSED and row.watch_status else ""
    return WATCHES[watch], f"{watch.label}{status}"


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
