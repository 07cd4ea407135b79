"""Lengths, sizes and percentages in words (``{% load upkeep %}``)."""

from __future__ import annotations

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.places.devices.channel import channel_of
from custodes.places.devices.stepwords import step_words
from custodes.places.models import Camera, System
from custodes.upkeep.kept import latest_of
from custodes.upkeep.models import CameraStatus, PictureFaultKind, SourceState
from custodes.upkeep.outcomes import outcome_words
from custodes.upkeep.reasons import reason_words

register = template.Library()
register.filter("reason_words", reason_words)
register.filter("outcome_words", outcome_words)

_FAULTS = dict(PictureFaultKind.choices)

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


@register.filter
def seconds_words(seconds: float) -> str:
    """A length: 3 小时 5 分, 42 秒."""
    total = round(seconds)
    if total < 60:
        return _("%(seconds)d 秒") % {"seconds": total}
    if total < 3600:
        minutes, rest = divmod(total, 60)
        text = _("%(minutes)d 分") % {"minutes": minutes}
        return text + (" " + _("%(seconds)d 秒") % {"seconds": rest} if rest else "")
    hours, rest = divmod(total, 3600)
    text = _("%(hours)d 小时") % {"hours": hours}
    return text + (" " + _("%(minutes)d 分") % {"minutes": rest // 60} if rest >= 60 else "")


@register.filter
def fault_words(fault: str) -> str:
    """A fault of a picture: 视角偏移."""
    return str(_FAULTS.get(fault, fault))


@register.filter
def span_words(us: int) -> str:
    """A length in microseconds, in words."""
    return seconds_words(us / 1_000_000)


@register.filter
def days_words(days: float) -> str:
    """Days, or hours when there are few: 31 天, 40 小时, 1 小时 34 分."""
    if days * 24 < 6:
        return hours_words(days * 24)
    if days < 2:
        return _("%(hours)d 小时") % {"hours": int(days * 24)}
    return _("%(days)d 天") % {"days": int(days)}


@register.filter
def hours_words(hours: float) -> str:
    """Hours in words: 5 小时 30 分, 40 秒."""
    return seconds_words(hours * 3600)


@register.filter
def bytes_words(size: float) -> str:
    """A size with three figures, 1000 to the step as disks are sold."""
    value = float(size)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError


@register.filter
def daily_bytes(rate: float) -> float:
    """Bytes a day at this rate a second."""
    return rate * 86_400


@register.filter
def coverage_percent(percent: float) -> str:
    """A percentage without a false 100: 100, 99.98, 97.5."""
    return f"{percent:.2f}".rstrip("0").rstrip(".")


@register.inclusion_tag("upkeep/kept_notice.html")
def kept_notice(camera: Camera) -> dict[str, object]:
    """That less of a camera was kept than had to be, by the newest account of its worker (S32); nothing where it is well."""
    row = latest_of([camera.pk], timezone.localdate()).get(camera.pk)
    return {"row": row if row is not None and row.short else None, "camera": camera}


@register.inclusion_tag("upkeep/step_notice.html")
def step_notice(camera: Camera) -> dict[str, object]:
    """At which step a GB/T 28181 channel gives no pictures, and what to do; nothing where pictures come, or of other cameras."""
    if channel_of(camera.main_url) is None or not camera.in_use:
        return {"said": None}
    row = CameraStatus.objects.filter(camera=camera).first()
    troubled = row is not None and row.known(timezone.now()) and row.state != SourceState.RECORDING
    return {"said": step_words(row.reason) if row is not None and troubled else None, "row": row}


@register.inclusion_tag("upkeep/kept_of_system.html")
def kept_of_system(system: System) -> dict[str, object]:
    """The same of all cameras of a system: how many, and where the account is."""
    keys = list(Camera.objects.filter(system=system).values_list("pk", flat=True))
    short = [row for row in latest_of(keys, timezone.localdate()).values() if row.short]
    return {"short": len(short), "days": max((row.short_days for row in short), default=0), "system": system}
