"""What the pages of a device's settings say: their titles, and what came of a change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from custodes.places.devices.outcomes import Outcome

TITLES: dict[str, Any] = {
    "osd": _("画面文字"),
    "plan": _("设备录像计划"),
    "video": _("视频参数"),
    "mask": _("隐私遮挡"),
    "alarm": _("报警录像与上报"),
}
"""By the name in the address."""

LEADS: dict[str, Any] = {
    "osd": _("设备写在画面上的时间和文字。位置从画面左上角量起，以像素计；字的大小由设备决定，图中只是大概。"),
    "plan": _(
        "设备自己录像的时段，与本平台的录像无关。一天至多 8 段，写作 08:00-12:00、14:00-18:00；整天写 00:00-24:00，不录像的留空。"
    ),
    "video": _("各路码流的编码、分辨率、帧率和码率。主码流用于录像；设备报告了所支持的分辨率的，只能从中选择。"),
    "mask": _("遮挡只能增加，至多 4 个区域。位置从画面左上角量起，以像素计。"),
    "alarm": _("报警时设备自己录多久，主动上报哪些报警。"),
}

_TOLD = {
    Outcome.SET: (messages.success, _("设备已按所设更改，再次读取一致。")),
    Outcome.SET_UNSAID: (messages.success, _("设备没有回复成功，但再次读取与所设一致。")),
    Outcome.DIFFERS: (messages.warning, _("设备回复成功，但再次读取与所设不一致，以读取的为准。请到设备自己的页面上更改。")),
    Outcome.UNREAD: (messages.warning, _("设备回复成功，但再次读取没有得到，是否生效不明。请稍后读取配置核对。")),
    Outcome.KEPT: (messages.warning, _("设备没有回复结果，再次读取与所设不一致。请到设备自己的页面上更改。")),
    Outcome.REFUSED: (messages.error, _("设备拒绝更改，配置没有改变。请到设备自己的页面上更改。")),
    Outcome.NO_WORD: (messages.warning, _("更改已下发，设备没有回复结果，是否生效不明。请稍后读取配置核对。")),
    Outcome.NO_ANSWER: (messages.warning, _("更改已下发，设备没有应答，是否收到不明。请稍后读取配置核对。")),
    Outcome.NOT_REGISTERED: (messages.warning, _("设备没有注册，更改没有下发。请检查设备后再试。")),
    Outcome.BUSY: (messages.warning, _("正在读取或者更改该设备的配置，这次更改没有下发。请片刻后再试。")),
    Outcome.NOT_EXPECTED: (messages.error, _("国标网关还没有取到新的心跳间隔，更改没有下发。请片刻后再试。")),
    Outcome.UNSENDABLE: (messages.error, _("设备的标准版本不支持这项更改，没有下发。请核对登记的标准版本。")),
    Outcome.NOT_READ: (messages.warning, _("更改前再读取没有得到，更改没有下发。请检查设备后再试。")),
    Outcome.CHANGED: (messages.warning, _("读取以后设备的配置已经不同，更改没有下发。请重新读取，核对后再更改。")),
    Outcome.UNCLEAR: (messages.error, _("设备所报没有全部读懂，写回会丢失，更改没有下发。请到设备自己的页面上更改。")),
    Outcome.UNRECORDED: (messages.error, _("存证日志暂不可用，更改没有下发。请联系系统管理员。")),
    Outcome.UNKNOWN: (messages.error, _("国标网关没有应答，是否下发不明。请由系统管理员检查网关。")),
}  # fmt: skip


def tell_outcome(request: HttpRequest, outcome: Outcome) -> None:
    """Say what came of a change."""
    tell, words = _TOLD[outcome]
    tell(request, words)
