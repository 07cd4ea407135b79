"""What the entries about steering cameras and about speaking through them say, in one line of plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class CameraNames(Protocol):
    """Names of cameras, as `telling.Names` has them."""

    def camera(self, key: Any) -> str:
        """A camera's name."""
        ...


COMMANDS: dict[str, Promise] = {
    "move": gettext_lazy("转动或变倍"),
    "stop": gettext_lazy("停止"),
    "watchdog": gettext_lazy("失联自动停止"),
    "goto": gettext_lazy("转到预置位"),
    "set": gettext_lazy("设置预置位"),
    "remove": gettext_lazy("删除预置位"),
    "home": gettext_lazy("恢复规定指向"),
    "set_home": gettext_lazy("设置归位位置"),
    "drag_in": gettext_lazy("框选放大"),
    "drag_out": gettext_lazy("框选缩小"),
    "precise": gettext_lazy("转到指定角度"),
    "cruise": gettext_lazy("开始巡航"),
    "edge": gettext_lazy("到采集范围边缘自动停止"),
}
BARRED = ("outside", "bearing")
"""Outcomes of commands that were not given: they led out of the declared field, or nobody could tell (S34(7))."""
BY_HAND = "presets"
"""Outcome of those that would have turned by hand what is turned to presets alone."""

REASONS: dict[str, Promise] = {
    "left": gettext_lazy("本人交还"),
    "idle": gettext_lazy("长时间没有操作"),
    "taken_over": gettext_lazy("被上级岗位接管"),
    "yielded": gettext_lazy("上级平台的操控让位于本级值班人员"),
    "below": gettext_lazy("下级平台正在操控，操控到此结束"),
    "closed": gettext_lazy("上级平台结束操控"),
    "unkept": gettext_lazy("网关不再确认，操控已停止"),
    "again": gettext_lazy("本人在另一窗口重新开始"),
    "held": gettext_lazy("他人正在操控，未能开始"),
    "not_open": gettext_lazy("画面已经关闭，未能开始"),
    "unsteerable": gettext_lazy("点位不能操控，未能开始"),
    "disconnected": gettext_lazy("连接中断"),
    "revoked": gettext_lazy("查看被收回"),
    "expired": gettext_lazy("查看到期"),
    "replaced": gettext_lazy("画面在另一窗口打开"),
    "restart": gettext_lazy("媒体节点重新启动"),
    "camera": gettext_lazy("点位变更"),
    "crash": gettext_lazy("媒体节点异常中断"),
    "error": gettext_lazy("媒体节点故障"),
}


def begun(record: Mapping[str, Any], names: CameraNames) -> str:
    """Leave to steer, and whom it was taken over from."""
    text = names.camera(record.get("camera"))
    if record.get("over") and not record.get("reason"):
        return _("%(camera)s · 接管自 %(name)s") % {"camera": text, "name": record["over"]}
    if record.get("over"):
        return _("%(camera)s · 接管自 %(name)s：%(reason)s") % {
            "camera": text, "name": record["over"], "reason": record.get("reason"),
        }  # fmt: skip
    return text


def commands(record: Mapping[str, Any], names: CameraNames) -> str:
    """How many of each kind, and how many the camera did not take."""
    given = Counter(str(command["what"]) for command in record["commands"])
    words = _("、").join(
        _("%(what)s %(count)d 次") % {"what": COMMANDS.get(what, what), "count": count} for what, count in given.items()
    )
    text = f"{names.camera(record.get('camera'))} · {words}"
    outcomes = Counter(str(command["outcome"]) for command in record["commands"])
    barred = sum(outcomes.pop(kind, 0) for kind in BARRED)
    if barred:
        text += _("，其中 %(count)d 次因超出或者不能确认在采集范围内未发出") % {"count": barred}
    by_hand = outcomes.pop(BY_HAND, 0)
    if by_hand:
        text += _("，其中 %(count)d 次因该点位只准转到预置位未发出") % {"count": by_hand}
    missed = outcomes.total() - outcomes["taken"]
    return text + _("，其中 %(count)d 次设备未执行") % {"count": missed} if missed else text


def ended(record: Mapping[str, Any], names: CameraNames) -> str:
    """Why it ended, and how many commands there were."""
    reason = str(record.get("reason"))
    return _("%(camera)s · %(reason)s · 共 %(count)d 条指令") % {
        "camera": names.camera(record.get("camera")),
        "reason": REASONS.get(reason, reason),
        "count": record["commands"],
    }


def returned(record: Mapping[str, Any], names: CameraNames) -> str:
    """Whether the camera took it."""
    camera = names.camera(record.get("camera"))
    if record.get("outcome") == "taken":
        return _("%(camera)s · 无人操控，系统恢复规定指向") % {"camera": camera}
    return _("%(camera)s · 系统未能恢复规定指向，请派人检查") % {"camera": camera}


SPEECH_REASONS: dict[str, Promise] = {
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

SPEECH_STEPS: dict[str, Promise] = {
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

SPEECH_FORMS: dict[str, Promise] = {"broadcast": gettext_lazy("广播"), "talk": gettext_lazy("对讲短式")}
"""Who called whom, the device us or we the device (decision 0411)."""


def speech_begun(record: Mapping[str, Any], names: CameraNames) -> str:
    """Through which camera, and why."""
    return _("%(camera)s · 事由：%(reason)s") % {
        "camera": names.camera(record.get("camera")),
        "reason": _(str(record.get("reason"))),
    }


def speech_ended(record: Mapping[str, Any], names: CameraNames) -> str:
    """How long was spoken, in which form, and why it ended."""
    reason, step = str(record.get("reason")), str(record.get("step") or "")
    why = str(SPEECH_REASONS.get(reason, reason))
    form = str(record.get("form") or "")
    if form:
        why = f"{SPEECH_FORMS.get(form, form)} · {why}"
    if step:
        why = _("%(why)s（%(step)s）") % {"why": why, "step": SPEECH_STEPS.get(step, step)}
    camera = names.camera(record.get("camera"))
    if record.get("begun_us") is None:
        return _("%(camera)s · 没有喊话 · %(why)s") % {"camera": camera, "why": why}
    return _("%(camera)s · 喊话 %(seconds)d 秒 · %(why)s") % {
        "camera": camera,
        "seconds": round(record["spoken_us"] / 1_000_000),
        "why": why,
    }
