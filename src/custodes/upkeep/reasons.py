"""Why seconds are missing, in words (wire.md §7, `gap.reason`)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custodes.places.devices.stepwords import StepSaid, step_words
from custodes.video.source.state import BY_ARRIVAL, OTHER_PORT

REASONS: dict[str, Promise] = {
    "silent": _("设备在线但无数据"),
    "network": _("网络中断"),
    "refused": _("设备拒绝连接"),
    "operator": _("人工停止"),
    "restart": _("媒体节点重启"),
    "disk": _("存储空间不足或者故障"),
    "schedule": _("计划内不录"),
    "planned": _("经批准的计划中断"),
    "clock": _("时钟跳变"),
    "new": _("刚接入"),
    "codec": _("编码变化"),
    "thinned": _("存储空间不足，只留关键帧"),
    "certificate": _("设备证书不符"),
    BY_ARRIVAL: _("设备时间戳停滞，录像按到达时间记录"),
    OTHER_PORT: _("画面来自设备未声明的端口"),
    "unexplained": _("原因不明"),
    "deleted": _("期内已删除"),
    "absent": _("存储卷不在"),
}

#: Reasons that nobody has to act on.
QUIET = frozenset({"schedule", "planned", "new"})


def reason_words(reason: str) -> Promise | str:
    """The words for a reason; a step of a GB/T 28181 channel has words of its own, an unknown reason is shown as it is."""
    step = step_words(reason)
    return step.reason if step is not None else REASONS.get(reason, reason)


_REMEDIES: dict[str, Promise] = {
    BY_ARRIVAL: _("请升级设备固件或者重启设备；用软件转发原始码流的，请在转发端加上时间戳。录像没有缺失。"),
    OTHER_PORT: _(
        "设备在应答中没有声明发送端口，或者声明后从另一个端口发送；画面照常接收。防火墙只放行声明端口的会收不到，请升级设备固件，或者将传输改为 TCP。"
    ),
}


def remark_words(reason: str) -> StepSaid | None:
    """What is to be known of pictures that come and are kept; None where there is nothing."""
    remedy = _REMEDIES.get(reason)
    return StepSaid(REASONS[reason], remedy) if remedy is not None else None
