"""Nodes, clocks and volumes."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import Permission
from custodes.upkeep.alarms.kinds.kind import FORECAST_PAGE, AlarmKind, AlarmReach
from custodes.upkeep.models import Severity

_MINUTE = timedelta(minutes=1)
_STORE = Permission.VIEW_STORE

NODE_SILENT = AlarmKind(
    "node.silent",
    Severity.CRITICAL,
    _("媒体节点失联"),
    _("媒体节点 %(name)s 失联，%(count)d 个点位情况不明"),
    _(
        "先看服务器是否通电、能否连通，再看服务是否在运行（custodes node）。节点可能仍在录像；恢复联系前不要重装或者更换存储。"
    ),
    Permission.VIEW_COMPLETENESS,
    AlarmReach.NODE,
    ("S34(6)",),
    lasting=timedelta(seconds=20),
    settles=timedelta(seconds=30),
    planned=True,
)
WORKER_SILENT = AlarmKind(
    "worker.silent",
    Severity.CRITICAL,
    _("媒体节点的工作进程失联"),
    _("工作进程 %(name)s 失联，%(count)d 个点位情况不明"),
    _("节点上的一个工作进程不再上报。查看该节点的运行日志；进程不能自行恢复的，重启媒体节点服务。"),
    Permission.VIEW_COMPLETENESS,
    AlarmReach.NODE,
    ("S34(6)",),
    lasting=timedelta(seconds=45),
    settles=timedelta(seconds=30),
    planned=True,
)
CLOCK = AlarmKind(
    "clock.unsynchronised",
    Severity.SERIOUS,
    _("服务器时钟未同步"),
    _("媒体节点 %(name)s 的时钟未同步"),
    _("录像时间可能不准，会影响证据效力。检查该服务器的时间服务（chrony）和时间源是否连通。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S31.1",),
    lasting=timedelta(minutes=10),
    settles=timedelta(minutes=5),
    page=FORECAST_PAGE,
)
VOLUME_FAILED = AlarmKind(
    "volume.failed",
    Severity.CRITICAL,
    _("存储卷不能写入"),
    _("存储卷 %(name)s 不能写入"),
    _("这个卷上不再录像，已有录像不删。空间不足的，扩容或者加卷；读写出错的，查磁盘和挂载。不要删除未到期的录像。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32", "S34(6)"),
    lasting=timedelta(seconds=20),
    page=FORECAST_PAGE,
)
VOLUME_ABSENT = AlarmKind(
    "volume.absent",
    Severity.CRITICAL,
    _("存储卷缺失或者不符"),
    _("存储卷 %(name)s 缺失，或者不是原来的卷"),
    _("核对磁盘是否挂载在原来的位置，接回以后自动恢复。确要换卷的，由系统管理员在“存储卷”页面办理更换。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32",),
    lasting=timedelta(seconds=20),
    page=FORECAST_PAGE,
)
VOLUME_BROKEN = AlarmKind(
    "volume.broken",
    Severity.CRITICAL,
    _("存储卷读写出错"),
    _("存储卷 %(name)s 读写出错，涉及 %(count)d 个点位"),
    _(
        "这些点位已改存到其他存储卷；没有其他卷可用的，录像中断。先查服务器的磁盘、线缆和系统日志；"
        "不能修复的，在“存储卷”页面排空并更换。卷上写入恢复以后，告警自动解除。"
    ),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32", "S34(6)"),
    lasting=timedelta(seconds=20),
    page=FORECAST_PAGE,
)
VOLUME_UNDER_FLOOR = AlarmKind(
    "volume.under_floor",
    Severity.SERIOUS,
    _("存储卷容不下留存期限"),
    _("存储卷 %(name)s 容不下留存期限"),
    _("按现在的写入速度，录像未到期卷就会写满。请扩容，或者降低新录像的码率；已有录像不会为此删除。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32",),
    lasting=timedelta(minutes=10),
    settles=timedelta(minutes=30),
    page=FORECAST_PAGE,
)
VOLUME_SOON_FULL = AlarmKind(
    "volume.soon_full",
    Severity.CRITICAL,
    _("存储卷即将写满"),
    _("存储卷 %(name)s 按现在的写入速度将在 %(left)s内写满"),
    _("写满以前必须扩容或者加卷，否则停止录像。先查哪些点位的码率升高了（存储预测）。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32", "S34(6)"),
    lasting=timedelta(minutes=10),
    settles=timedelta(minutes=30),
    page=FORECAST_PAGE,
)
STORE_SHORT = AlarmKind(
    "store.short",
    Severity.SERIOUS,
    _("存储空间即将不足"),
    _("媒体节点 %(name)s 的存储空间即将不足"),
    _("请扩容或者加卷，先查哪些点位的码率升高了。等级低的点位可以批准只留关键帧（存储预测）；已有录像不会为此删除。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32", "S34(6)"),
    lasting=timedelta(minutes=5),
    settles=timedelta(minutes=10),
    page=FORECAST_PAGE,
)
STORE_THINNED = AlarmKind(
    "store.thinned",
    Severity.SERIOUS,
    _("空间不足，部分点位只留关键帧"),
    _("媒体节点 %(name)s 空间不足，部分点位只留关键帧"),
    _("按批准的指令，等级低的点位正在降级录像，逐段登记。请尽快扩容；空间恢复后自动恢复完整录像。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32", "S34(6)"),
    lasting=timedelta(seconds=20),
    settles=timedelta(minutes=10),
    page=FORECAST_PAGE,
)
STORE_STOPPED = AlarmKind(
    "store.stopped",
    Severity.CRITICAL,
    _("空间不足，部分点位停止录像"),
    _("媒体节点 %(name)s 空间不足，部分点位停止录像"),
    _(
        "为保证等级较高的点位继续录像，等级低的点位已停止录像，缺口原因登记为存储空间。请立即扩容；不要删除未到期的录像。"
    ),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32", "S34(6)"),
    lasting=timedelta(seconds=20),
    settles=timedelta(minutes=10),
    page=FORECAST_PAGE,
)
VOLUME_BRAKED = AlarmKind(
    "volume.braked",
    Severity.SERIOUS,
    _("到期录像的删除已暂停"),
    _("存储卷 %(name)s 的到期删除已暂停"),
    _("一次要删除的录像超过允许比例。先核对服务器时钟和留存期限，再由运维人员运行 custodes purge，查看后决定。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S32",),
    lasting=_MINUTE,
    page=FORECAST_PAGE,
)

KINDS = (
    NODE_SILENT,
    WORKER_SILENT,
    CLOCK,
    VOLUME_FAILED,
    VOLUME_ABSENT,
    VOLUME_BROKEN,
    VOLUME_UNDER_FLOOR,
    VOLUME_SOON_FULL,
    VOLUME_BRAKED,
    STORE_SHORT,
    STORE_THINNED,
    STORE_STOPPED,
)
