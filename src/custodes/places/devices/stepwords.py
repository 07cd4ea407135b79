"""Why no pictures come of a channel, in words with a remedy: the steps at which a call or its media stands.

A node reports ``gb:STEP`` as the reason of a camera's state: a step of `CallAnswer.step`, or of `gb28181.media.steps.MediaStep`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PREFIX = "gb:"

#: The call, before any packet (`video.wire.calls.CallAnswer.step`); then the media (`gb28181.media.steps.MediaStep`).
WORDS: dict[str, tuple[Promise, Promise]] = {
    "gateway": (_("国标网关没有应答"), _("请由系统管理员检查网关是否运行。")),
    "not_assigned": (
        _("网关尚未得到该通道的登记"),
        _("登记刚改动的，一分钟内生效；仍不恢复的，请核对设备没有停用，并且属于点位所在的系统。"),
    ),
    "not_registered": (
        _("设备没有注册"),
        _("请核对设备上填写的服务器编号、地址、端口和密码，并检查设备供电和网络。"),
    ),
    "no_answer": (_("设备已注册，但不应答点播"), _("请检查设备到平台的网络和防火墙；设备重启后再试。")),
    "refused": (
        _("设备拒绝点播"),
        _("设备的取流路数可能已满，或者通道不在线。请关闭其他平台的取流，核对通道编号。"),
    ),
    "answer": (_("设备对点播的应答不符合标准"), _("请升级设备固件，或者在国标设备页指定标准版本后再试。")),
    "not_stated": (
        _("没有向下级平台说明由谁调用、因何调用"),
        _(
            "请由系统管理员核对联网双方已交换事由说明接口的地址和证书，并检查两个网关之间的网络；本次查看已结束的，请重新打开。"
        ),
    ),
    "full": (_("网关或者设备的取流路数已满"), _("片刻后自动重试；长期如此的，请减少该设备的取流。")),
    "no-connection": (
        _("设备应答后没有建立媒体连接"),
        _("请检查防火墙是否放行媒体节点的收流端口；或者将媒体传输改为 UDP。"),
    ),
    "refused-source": (
        _("有人从不允许的地址发来媒体"),
        _(
            "设备有多个网卡或者在地址转换之后的，请由系统管理员核对允许的网络（CUSTODES_CAMERA_NETWORKS）。从媒体节点本机发来的，只有训练装置接收。"
        ),
    ),
    "nothing": (
        _("设备应答后没有发来任何数据"),
        _("请检查防火墙是否放行媒体节点的收流端口；UDP 不通的，将媒体传输改为 TCP。"),
    ),
    "other-ssrc": (_("发来的媒体流标识（SSRC）与约定的不同"), _("请重启设备；仍不恢复的，请升级设备固件。")),
    "no-ps": (
        _("发来的数据不是标准的节目流（PS）"),
        _("请在设备的国标设置中将封装改为 PS，并关闭私有协议和加密。"),
    ),
    "refused-coding": (
        _("画面的编码不支持"),
        _("请将设备的主码流改为 H.264 或者 H.265，并关闭“智能编码”等扩展。"),
    ),
    "no-picture": (_("码流中没有画面"), _("请核对通道是否为视频通道，设备前端是否有视频输入。")),
    "no-key": (_("收到画面，但没有关键帧"), _("请将设备的关键帧间隔设为一至两秒。")),
    "ports": (
        _("媒体节点没有空闲的收流端口"),
        _("请由系统管理员扩大收流端口范围（CUSTODES_NODE_MEDIA_PORTS），或者检查端口是否被其他程序占用。"),
    ),
    "address": (
        _("媒体节点没有可以告知设备的收流地址"),
        _("请由系统管理员设置设备能够到达的地址（CUSTODES_NODE_MEDIA_ADDRESS）。"),
    ),
    "ended": (_("设备结束了点播"), _("片刻后自动重新点播；反复出现的，请检查设备是否重启、取流路数是否已满。")),
    "receiving": (_("正在接收画面"), _("不用处理。")),
    "silent": (_("画面中断，没有数据"), _("设备仍在注册的，片刻后自动重新点播；反复出现的，请检查网络。")),
    "paused": (_("暂停"), _("不用处理。")),
}

#: What a device means by the status with which it refuses a call (RFC 3261 §21), where more can be said than that it refused.
REFUSALS: dict[str, tuple[Promise, Promise]] = {
    "403": (
        _("设备不允许平台点播该通道（403）"),
        _("请在设备的国标设置中核对服务器编号，并允许平台点播该通道。"),
    ),
    "404": (_("设备上没有该通道（404）"), _("请在国标设备页重新获取目录，核对通道编号。")),
    "480": (_("通道暂时不可用（480）"), _("请检查该通道的前端是否在线、有视频输入。")),
    "486": (_("设备的取流路数已满（486）"), _("请关闭其他平台的取流，或者在设备上增加取流路数。")),
    "488": (
        _("设备不支持平台要求的传输或者编码（488）"),
        _("请在国标设备页改用另一种媒体传输（UDP 或者 TCP）后再试。"),
    ),
    "503": (_("设备繁忙，不能提供服务（503）"), _("片刻后自动重试；反复出现的，请减少取流或者重启设备。")),
}


@dataclass(frozen=True)
class StepSaid:
    """At which step it stands, and what to do."""

    reason: Promise
    remedy: Promise


def words_by_step() -> dict[str, dict[str, str]]:
    """All of them by ``gb:STEP``, in the reader's language, for a page that shows pictures."""
    refusals = {f"refused:{status}": words for status, words in REFUSALS.items()}
    return {
        PREFIX + step: {"reason": str(reason), "remedy": str(remedy)}
        for step, (reason, remedy) in (WORDS | refusals).items()
    }


def is_step(reason: str) -> bool:
    """Whether a state's reason is a step of a channel."""
    return reason.startswith(PREFIX)


def step_words(reason: str) -> StepSaid | None:
    """The words for ``gb:STEP``, also with more behind it (``gb:refused:486``); None for any other reason."""
    if not is_step(reason):
        return None
    step, _colon, more = reason.removeprefix(PREFIX).partition(":")
    if step.strip() == "refused" and more.strip() in REFUSALS:
        return StepSaid(*REFUSALS[more.strip()])
    step = step.strip()
    unknown = (_("国标通道没有画面"), _("请在国标设备页核对设备是否在线、通道是否仍在目录中。"))
    return StepSaid(*WORDS.get(step, unknown))
