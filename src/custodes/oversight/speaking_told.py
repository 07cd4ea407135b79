"""What the entries about speaking say, in one line of plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.oversight.steering_told import Names

REASONS: dict[str, Promise] = {
    "left": gettext_lazy("本人结束"),
    "idle": gettext_lazy("长时间没有说话"),
    "longest": gettext_lazy("已到最长时间"),
    "again": gettext_lazy("本人在另一窗口重新开始"),
    "flood": gettext_lazy("送来的声音超出正常速度"),
    "device": gettext_lazy("设备结束通话"),
    "failed": gettext_lazy("设备没有接通"),
    "held": gettext_lazy("他人正在喊话，未能开始"),
    "not_open": gettext_lazy("画面已经关闭"),
    "no_speaker": gettext_lazy("点位没有语音输出，未能开始"),
    "disconnected": gettext_lazy("连接中断"),
    "revoked": gettext_lazy("查看被收回"),
    "expired": gettext_lazy("查看到期"),
    "replaced": gettext_lazy("画面在另一窗口打开"),
    "restart": gettext_lazy("媒体节点重新启动"),
    "camera": gettext_lazy("点位变更"),
    "crash": gettext_lazy("媒体节点异常中断"),
    "error": gettext_lazy("媒体节点故障"),
}
OFFERED = (
    gettext_lazy("疏导人群"),
    gettext_lazy("劝阻危险行为"),
    gettext_lazy("救助求助人员"),
    gettext_lazy("提醒注意安全"),
    gettext_lazy("寻找走失人员"),
    gettext_lazy("设备试音"),
)
"""Reasons that the page offers (`frontend/src/speak/words_zh.ts`), told in the reader's language; others as they were written."""

STEPS: dict[str, Promise] = {
    "not_assigned": gettext_lazy("点位不归本节点"),
    "not_registered": gettext_lazy("设备没有在线"),
    "no_answer": gettext_lazy("设备没有应答"),
    "refused": gettext_lazy("设备拒绝"),
    "no_call": gettext_lazy("设备答应后没有呼叫"),
    "offer": gettext_lazy("设备要求的方式不支持"),
    "busy": gettext_lazy("设备正在被喊话"),
    "full": gettext_lazy("同时喊话已满"),
    "no_speaker": gettext_lazy("没有登记语音输出"),
    "gateway": gettext_lazy("国标网关没有应答"),
    "ports": gettext_lazy("没有可用的端口"),
    "gone": gettext_lazy("设备已离线"),
    "unreached": gettext_lazy("连接不到设备"),
}

FORMS: dict[str, Promise] = {"broadcast": gettext_lazy("广播"), "talk": gettext_lazy("对讲短式")}
"""Who called whom, the device us or we the device (decision 0426)."""


def begun(record: Mapping[str, Any], names: Names) -> str:
    """Through which camera, and why."""
    return _("%(camera)s · 事由：%(reason)s") % {
        "camera": names.camera(record.get("camera")),
        "reason": _(str(record.get("reason"))),
    }


def ended(record: Mapping[str, Any], names: Names) -> str:
    """How long was spoken, in which form, and why it ended."""
    reason, step = str(record.get("reason")), str(record.get("step") or "")
    why = str(REASONS.get(reason, reason))
    form = str(record.get("form") or "")
    if form:
        why = f"{FORMS.get(form, form)} · {why}"
    if step:
        why = _("%(why)s（%(step)s）") % {"why": why, "step": STEPS.get(step, step)}
    camera = names.camera(record.get("camera"))
    if record.get("begun_us") is None:
        return _("%(camera)s · 没有喊话 · %(why)s") % {"camera": camera, "why": why}
    return _("%(camera)s · 喊话 %(seconds)d 秒 · %(why)s") % {
        "camera": camera,
        "seconds": round(record["spoken_us"] / 1_000_000),
        "why": why,
    }
