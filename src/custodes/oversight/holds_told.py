"""What the entries about keeping footage say, in one line of plain words: holds, and the daily account of a worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custodes.oversight.moments import between
from custodes.upkeep.templatetags.upkeep import span_words

if TYPE_CHECKING:
    from custodes.oversight.telling import Names


def placed(record: Mapping[str, Any], names: Names) -> str:
    """Which footage, and why."""
    span = record["span"]
    parts = [names.some_cameras(record), between(span[0], span[1]), record["case_name"], record["number"]]
    return " · ".join(str(part) for part in (*parts, record["reason"]) if part)


def took_effect(record: Mapping[str, Any], names: Names) -> str:
    """Which workers answered, and what they found."""
    workers = _("、").join(record["workers"])
    if record["released"]:
        return _("%(workers)s 已不再保全") % {"workers": workers}
    return _("%(workers)s 已保全：在存 %(there)s，此前已删除 %(deleted)s，未曾录制 %(never)s") % {
        "workers": workers,
        **{key: span_words(record[f"{key}_us"]) for key in ("there", "deleted", "never")},
    }


def stepped(record: Mapping[str, Any], names: Names) -> str:
    """Why, and by which paper."""
    return " · ".join(str(part) for part in (record["number"], record["reason"]) if part)


def keeping(record: Mapping[str, Any], names: Names) -> str:
    """How many cameras fall short."""
    short = sum(1 for one in record["cameras"] if one[3])
    told = _("%(node)s/%(worker)s %(day)s：点位 %(count)d 个") % {
        "node": record["node"], "worker": record["worker"], "day": record["day"], "count": len(record["cameras"]),
    }  # fmt: skip
    return told + (
        ngettext("，%(short)d 个留存不足", "，%(short)d 个留存不足", short) % {"short": short} if short else ""
    )
