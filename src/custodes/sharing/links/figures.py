"""What was measured in a part of a trial besides its time, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SECONDS = 10_000
"""From so many milliseconds on a time is told in seconds."""


def time_of(ms: int | None) -> str:
    """How long a part took; empty where it did not come about."""
    if ms is None:
        return ""
    if ms >= SECONDS:
        return _("%(seconds)s 秒") % {"seconds": f"{ms / 1000:.1f}"}
    return _("%(ms)d 毫秒") % {"ms": ms}


def figure_of(part: Mapping[str, Any]) -> str:
    """Of a part as it is kept; empty where it has none."""
    told: list[str] = []
    if (ago := part.get("ago_s")) is not None:
        told.append(ngettext("最近消息在 %(count)d 秒前", "最近消息在 %(count)d 秒前", ago) % {"count": ago})
    if (off := part.get("off_ms")) is not None:
        words = _("时钟快 %(ms)d 毫秒") if off >= 0 else _("时钟慢 %(ms)d 毫秒")
        told.append(words % {"ms": abs(off)})
    if (got := part.get("got")) is not None and (said := part.get("said")) is not None:
        told.append(_("收到 %(got)d 条，声明 %(said)d 条") % {"got": got, "said": said})
    return _("，").join(told)
