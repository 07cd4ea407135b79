"""Lengths, sizes, percentages and a node's answers to orders about volumes in words (``{% load upkeep %}``)."""

from __future__ import annotations

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.places.devices.channel import channel_of
from custodes.places.devices.stepwords import step_words
from custodes.places.models import Camera, System
from custodes.upkeep.kept import latest_of
from custodes.upkeep.models import CameraStatus, PictureFaultKind, SourceState
from custodes.upkeep.reasons import reason_words, remark_words
from custodes.video.wire.archive import VolumeOrderOutcome

_WORDS = {
    VolumeOrderOutcome.DONE: gettext_lazy("已执行。"),
    VolumeOrderOutcome.ALREADY: gettext_lazy("已经是这样，没有改动。"),
    VolumeOrderOutcome.NOT_ALLOWED: gettext_lazy(
        "该文件夹不在服务器允许的目录（CUSTODES_VOLUME_ROOTS）之内。请服务器管理员先行设置。"
    ),
    VolumeOrderOutcome.NOT_THERE: gettext_lazy("该文件夹不存在。请先挂载硬盘，再办理。"),
    VolumeOrderOutcome.NOT_A_VOLUME: gettext_lazy("该文件夹里有其他文件，或者卷标识读不出来。请换一个空的文件夹。"),
    VolumeOrderOutcome.COPY: gettext_lazy("这是另一个存储卷的副本，原卷还在原处。请卸下其中一个。"),
    VolumeOrderOutcome.SHARED_DISK: gettext_lazy(
        "这里没有挂载单独的硬盘。请先挂载；确要与系统数据同盘的，重新办理并选中该项。"
    ),
    VolumeOrderOutcome.NESTED: gettext_lazy("该文件夹在另一个存储卷之内，或者另一个存储卷在它之内。请换一个文件夹。"),
    VolumeOrderOutcome.NOT_WRITABLE: gettext_lazy(
        "媒体节点没有写入权限。请服务器管理员把文件夹交给节点的用户，并在服务单元中放行。"
    ),
    VolumeOrderOutcome.UNKNOWN: gettext_lazy("媒体节点上没有这个存储卷。请查看最新状态后重新办理。"),
    VolumeOrderOutcome.NOT_DRAINED: gettext_lazy("该存储卷还在写入。请先停止写入。"),
    VolumeOrderOutcome.NOT_EMPTY: gettext_lazy("该存储卷上还有录像。到期删除完后再停用；未到期的录像不会为此删除。"),
    VolumeOrderOutcome.FAILED: gettext_lazy("磁盘或者文件出错，没有改动。请查看该节点的运行日志。"),
    VolumeOrderOutcome.STANDS: gettext_lazy("原来的存储卷就在原处，不需要更换。"),
}


def outcome_words(outcome: int | None) -> str:
    """The words for an outcome; empty for none."""
    return "" if outcome is None else str(_WORDS[VolumeOrderOutcome(outcome)])


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


@register.inclusion_tag("upkeep/recording_now.html")
def recording_now(camera: Camera) -> dict[str, object]:
    """Whether a camera is being recorded at this moment; why not, where it is not."""
    row = CameraStatus.objects.filter(camera=camera).first()
    known = row is not None and row.known(timezone.now())
    return {
        "camera": camera,
        "row": row if known else None,
        "last": row.at if row is not None and not known else None,
        "records": row is not None and known and row.state == SourceState.RECORDING,
        "off": row is not None and known and row.state == SourceState.OFF,
    }


@register.inclusion_tag("upkeep/step_notice.html")
def step_notice(camera: Camera) -> dict[str, object]:
    """At which step a GB/T 28181 channel gives no pictures, and what to do; what is odd about pictures that come; else nothing."""
    row = CameraStatus.objects.filter(camera=camera).first() if camera.in_use else None
    if row is None or not row.known(timezone.now()):
        return {"said": None}
    if row.state == SourceState.RECORDING:
        return {"said": remark_words(row.reason), "row": row, "kind": "attention"}
    return {
        "said": step_words(row.reason) if channel_of(camera.main_url) is not None else None,
        "row": row,
        "kind": "danger",
    }


@register.inclusion_tag("upkeep/kept_of_system.html")
def kept_of_system(system: System) -> dict[str, object]:
    """The same of all cameras of a system: how many, and where the account is."""
    keys = list(Camera.objects.filter(system=system).values_list("pk", flat=True))
    short = [row for row in latest_of(keys, timezone.localdate()).values() if row.short]
    return {"short": len(short), "days": max((row.short_days for row in short), default=0), "system": system}
