"""Cameras: no recording, no picture worth the name, seconds that nobody can explain."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import Permission
from custodes.upkeep.alarms.kinds.kind import COMPLETENESS_PAGE, AlarmKind, AlarmReach
from custodes.upkeep.models import Severity

_SEES = Permission.VIEW_COMPLETENESS
_MINUTE = timedelta(minutes=1)

DOWN = AlarmKind(
    "camera.down",
    Severity.SERIOUS,
    _("点位没有录像"),
    _("%(name)s 没有录像"),
    _(
        "先看点位页的原因：网络中断的，查供电、交换机和线路；被拒绝的，核对地址和密码。处理不了的，通知维护单位并记下时间。"
    ),
    _SEES,
    AlarmReach.CAMERAS,
    ("S34(6)", "S31.1"),
    _("%(name)s：%(count)d 个点位同时没有录像"),
    _MINUTE,
    _MINUTE,
    planned=True,
)
SILENT = AlarmKind(
    "camera.silent",
    Severity.SERIOUS,
    _("点位在线但无数据"),
    _("%(name)s 在线但没有数据"),
    _("设备应答而不送画面：登录设备查看编码和码流设置，必要时重启设备；恢复前这段时间没有录像。"),
    _SEES,
    AlarmReach.CAMERAS,
    ("S34(6)", "S31.1"),
    _("%(name)s：%(count)d 个点位在线但没有数据"),
    _MINUTE,
    _MINUTE,
    planned=True,
)
LOST = AlarmKind(
    "cameras.lost",
    Severity.CRITICAL,
    _("大批点位同时中断"),
    _("媒体节点 %(name)s：%(count)d 个点位同时没有录像"),
    _("很多点位同时中断，多半是交换机、汇聚线路或者机房供电。先查媒体节点到摄像机网络的这一段，不要逐个点位处理。"),
    _SEES,
    AlarmReach.NODE,
    ("S34(6)",),
    None,
    timedelta(seconds=30),
    _MINUTE,
    planned=True,
)
DEGRADED = AlarmKind(
    "camera.degraded",
    Severity.SERIOUS,
    _("画面异常"),
    _("%(name)s 画面异常"),
    _("打开画面核对：遮挡、失焦、过暗或者移位的，通知维护单位到现场；方位变动的，查明是否经过批准。"),
    _SEES,
    AlarmReach.CAMERAS,
    ("S31.1", "S34(7)"),
    _("%(name)s：%(count)d 个点位画面异常"),
    timedelta(minutes=2),  # the node asks for minutes of agreement itself before it states a fault
    timedelta(minutes=5),
    planned=True,
    judged=True,
)
TAMPERED = AlarmKind(
    "camera.tampered",
    Severity.CRITICAL,
    _("设备报告遭到破坏"),
    _("%(name)s 报告遭到遮挡、移动或者破坏"),
    _("立即查看画面和周边点位，派人到现场；确有破坏的，保护现场并报告公安机关。"),
    _SEES,
    AlarmReach.CAMERAS,
    ("S18a", "S35(1)", "S34(9)"),
    by_person=True,
    judged=True,
)
DEVICE_STORAGE = AlarmKind(
    "camera.storage",
    Severity.NOTICE,
    _("设备存储卡异常"),
    _("%(name)s 报告存储卡异常"),
    _("本系统的录像不受影响；下次维护时更换设备存储卡。"),
    _SEES,
    AlarmReach.CAMERAS,
    ("S31.1",),
    settles=timedelta(minutes=10),
    planned=True,
)
ODD_TIMES = AlarmKind(
    "camera.times",
    Severity.NOTICE,
    _("设备时间戳停滞"),
    _("%(name)s 的时间戳停滞，录像按到达时间记录"),
    _(
        "录像没有缺失，但画面的先后间隔只按到达媒体节点的时间记录，网络拥塞时会有偏差。请升级设备固件或者重启设备；用软件转发原始码流的，请在转发端加上时间戳。"
    ),
    _SEES,
    AlarmReach.CAMERAS,
    ("S31.1",),
    lasting=_MINUTE,
    settles=timedelta(minutes=10),
    planned=True,
)
UNEXPLAINED = AlarmKind(
    "gap.unexplained",
    Severity.SERIOUS,
    _("录像缺口原因不明"),
    _("%(name)s 有原因不明的录像缺口"),
    _("打开完整率看缺口的起止，问当班人员和维护单位，查清后写明原因并销警；查不清的按擅自中断上报。"),
    _SEES,
    AlarmReach.CAMERAS,
    ("S34(6)", "S35(4)"),
    _("%(name)s：%(count)d 个点位有原因不明的录像缺口"),
    by_person=True,
    planned=True,
    page=COMPLETENESS_PAGE,
)

FORBIDDEN = AlarmKind(
    "camera.forbidden",
    Severity.SERIOUS,
    _("点位位于禁止安装的部位"),
    _("%(name)s 已认定位于禁止安装的部位，已停止录像"),
    _("立即停止使用并拆除设备，报告公安机关；拆除后在点位页办理停用，告警随即解除。已有录像依法处理，不得擅自删除。"),
    _SEES,
    AlarmReach.CAMERAS,
    ("S10", "N8.1", "S38", "N27"),
)
OUT_OVERDUE = AlarmKind(
    "camera.out_overdue",
    Severity.SERIOUS,
    _("停用逾期未恢复，或者没有依据"),
    _("%(name)s 停用后没有按期恢复，或者停用没有依据"),
    _("打开点位页核对：设备已经更换的，恢复接入；不再恢复的，报告拆除；已经擅自拆除的，登记擅自拆除。"),
    _SEES,
    AlarmReach.CAMERAS,
    ("S18a", "S34(6)"),
    _("%(name)s：%(count)d 个点位停用没有按期恢复"),
)
KINDS = (DOWN, SILENT, LOST, DEGRADED, TAMPERED, DEVICE_STORAGE, ODD_TIMES, UNEXPLAINED, FORBIDDEN, OUT_OVERDUE)
