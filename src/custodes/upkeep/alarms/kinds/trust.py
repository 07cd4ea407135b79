"""The log and its notary, keys and certificates, back-up, and the alarms' own ways."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import Permission
from custodes.upkeep.alarms.kinds.kind import (
    CHECKPOINT_PAGE,
    RECIPIENTS_PAGE,
    RECONCILIATION_PAGE,
    WITNESSED_PAGE,
    AlarmKind,
    AlarmReach,
)
from custodes.upkeep.models import Severity

_LEDGER = Permission.VIEW_LEDGER
_STORE = Permission.VIEW_STORE
_HOUR = timedelta(hours=1)

NOTARY_DOWN = AlarmKind(
    "notary.down",
    Severity.CRITICAL,
    _("存证服务不可用"),
    _("存证服务不可用"),
    _("存证恢复前不能准予任何查看；录像照常，记录排队等待。查看存证服务是否在运行（custodes notary）、磁盘是否已满。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S35(3)",),
    lasting=timedelta(seconds=30),
    settles=timedelta(seconds=30),
)
RECORDS_WAITING = AlarmKind(
    "records.waiting",
    Severity.SERIOUS,
    _("记录迟迟没有存证"),
    _("记录排队超过十分钟没有存证"),
    _("查看存证服务的运行日志。等待期间不要重装或者清空网页服务的数据库：其中有还没有存证的记录。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S35(3)",),
)
RECORD_REFUSED = AlarmKind(
    "record.refused",
    Severity.SERIOUS,
    _("存证服务拒收记录"),
    _("存证服务拒收记录，网页和存证的版本可能不一致"),
    _("核对两个服务是否为同一版本并同时升级；被拒收的记录保留在网页数据库中，升级后自动再送。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S35(3)",),
)
CHECKPOINT_LATE = AlarmKind(
    "checkpoint.late",
    Severity.SERIOUS,
    _("检查点没有按时签署"),
    _("存证日志的检查点没有按时签署"),
    _("新记录已写入而没有签署，暂时不能出具证明。查看存证服务的运行日志和签名密钥。"),
    _LEDGER,
    AlarmReach.INSTALLATION,
    ("S35(3)",),
    lasting=timedelta(minutes=5),
    settles=timedelta(minutes=2),
    page=CHECKPOINT_PAGE,
)
CHECKPOINT_ALONE = AlarmKind(
    "checkpoint.alone",
    Severity.SERIOUS,
    _("存证日志没有见证，也没有另存"),
    _("存证日志的检查点没有上级见证，也没有另存到其他磁盘"),
    _(
        "掌握本机的人可以另造一份日志、抽掉记录而不被发现。请与上级平台建立见证（custodes witness join），"
        "或者把检查点另存到另一台设备的磁盘（CUSTODES_CHECKPOINT_COPY）。"
    ),
    _LEDGER,
    AlarmReach.INSTALLATION,
    ("S35(3)",),
    settles=timedelta(0),
    page=CHECKPOINT_PAGE,
)
COSIGNATURE_MISSING = AlarmKind(
    "cosignature.missing",
    Severity.SERIOUS,
    _("缺少上级联署"),
    _("检查点缺少上级联署"),
    _("上级见证没有在限期内联署最近的检查点。先查到上级平台的网络，再与上级值班联系。"),
    _LEDGER,
    AlarmReach.INSTALLATION,
    ("S35(3)",),
    lasting=timedelta(minutes=10),
    settles=timedelta(minutes=2),
    page=WITNESSED_PAGE,
)
LOWER_REWRITTEN = AlarmKind(
    "lower.rewritten",
    Severity.CRITICAL,
    _("下级日志疑被改写"),
    _("%(name)s 的存证日志疑被改写"),
    _("下载两份检查点作为证据，封存下级日志文件夹的副本，在查清之前不要让下级重装或者恢复备份；按篡改记录上报。"),
    _LEDGER,
    AlarmReach.INSTALLATION,
    ("S35(3)",),
    by_person=True,
    page=WITNESSED_PAGE,
)
LOWER_SILENT = AlarmKind(
    "lower.silent",
    Severity.SERIOUS,
    _("下级日志未按时报送检查点"),
    _("%(name)s 的存证日志未按时报送检查点"),
    _("先查到下级平台的网络，再与下级值班联系，核对其存证服务和见证设置。长时间不报送的，到现场核验其日志。"),
    _LEDGER,
    AlarmReach.INSTALLATION,
    settles=timedelta(minutes=2),
    page=WITNESSED_PAGE,
)
LOGS_UNREADABLE = AlarmKind(
    "lower.unreadable",
    Severity.SERIOUS,
    _("见证设置有误"),
    _("见证设置有误：%(name)s"),
    _("改正文件后自动生效；在此之前新的下级日志不予见证。"),
    _STORE,
    AlarmReach.INSTALLATION,
    settles=timedelta(0),
    page=WITNESSED_PAGE,
)
WITNESS_REWOUND = AlarmKind(
    "witness.rewound",
    Severity.CRITICAL,
    _("见证被退回"),
    _("见证 %(name)s 被退回到较早的状态"),
    _(
        "该见证联署过的内容，它自己已不记得，其密钥不能再证明日志没有第二部历史，因此已停止联署。由运行该见证的平台查明原因（恢复备份、虚拟机快照或者他人所为），更换见证密钥（custodes rotate witness），并把新的见证文件交给各下级。"
    ),
    _LEDGER,
    AlarmReach.INSTALLATION,
    ("S35(3)",),
    settles=timedelta(0),
    page=WITNESSED_PAGE,
)
MISMATCH = AlarmKind(
    "reconciliation.mismatch",
    Severity.CRITICAL,
    _("查看与授权对不上"),
    _("有 %(count)d 次查看没有对应的授权"),
    _("打开查看核对，逐条核实时间、人员和点位。不能说明的，按未经允许获取视频处理，保全记录并上报。"),
    _LEDGER,
    AlarmReach.INSTALLATION,
    ("S35(2)", "S34(9)"),
    by_person=True,
    page=RECONCILIATION_PAGE,
)
STEERING_MISMATCH = AlarmKind(
    "reconciliation.steering",
    Severity.CRITICAL,
    _("操控与准予对不上"),
    _("有 %(count)d 条操控记录与准予对不上"),
    _("打开查看核对，逐条核实时间、人员、点位和指令。不能说明的，按擅自操控处理，保全记录并上报，检查点位现在的指向。"),
    _LEDGER,
    AlarmReach.INSTALLATION,
    ("S34(7)", "S35(2)"),
    by_person=True,
    page=RECONCILIATION_PAGE,
)
SPEAKING_MISMATCH = AlarmKind(
    "reconciliation.speaking",
    Severity.CRITICAL,
    _("喊话与准予对不上"),
    _("有 %(count)d 次喊话与准予对不上"),
    _("打开查看核对，逐条核实时间、人员、点位和时长。不能说明的，按擅自使用系统处理，保全记录并上报。"),
    _LEDGER,
    AlarmReach.INSTALLATION,
    ("S34(1)", "S35(2)"),
    by_person=True,
    page=RECONCILIATION_PAGE,
)
CERTIFICATE_EXPIRING = AlarmKind(
    "certificate.expiring",
    Severity.SERIOUS,
    _("网站证书即将到期"),
    _("证书 %(name)s 即将到期"),
    _("到期后网页打不开、节点连不上。请签发新证书，替换后重启网页和媒体节点服务。"),
    _STORE,
    AlarmReach.INSTALLATION,
)
CERTIFICATE_EXPIRED = AlarmKind(
    "certificate.expired",
    Severity.CRITICAL,
    _("网站证书已到期"),
    _("证书 %(name)s 已到期"),
    _("立即换上新证书并重启网页和媒体节点服务；在此之前浏览器会拒绝打开页面。"),
    _STORE,
    AlarmReach.INSTALLATION,
)
STATEMENTS_EXPIRING = AlarmKind(
    "statements.expiring",
    Severity.SERIOUS,
    _("说明通道证书即将到期"),
    _("说明通道证书 %(name)s 即将到期"),
    _(
        "到期后上级、下级平台不再受理说明，查阅、下载录像和云台控制都会被拒绝。请运行 custodes rotate gateway-statements，将新证书交给各平台登记。"
    ),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S22",),
)
STATEMENTS_EXPIRED = AlarmKind(
    "statements.expired",
    Severity.CRITICAL,
    _("说明通道证书已到期"),
    _("说明通道证书 %(name)s 已到期"),
    _("上级、下级平台不再受理说明。请运行 custodes rotate gateway-statements，将新证书交给各平台登记后启用。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S22",),
)
KEY_OLD = AlarmKind(
    "key.old",
    Severity.NOTICE,
    _("密钥使用已满两年"),
    _("密钥 %(name)s 使用已满两年"),
    _("由运维人员择机运行 custodes rotate 更换；旧密钥签过的仍然可以核验。"),
    _STORE,
    AlarmReach.INSTALLATION,
)
BACKUP_OVERDUE = AlarmKind(
    "backup.overdue",
    Severity.SERIOUS,
    _("备份逾期"),
    _("没有按期备份"),
    _("查看备份任务是否运行、备份盘是否可写，然后补做一次备份。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S31.1",),
    settles=timedelta(0),
    facts={"limit_days": (_("应当每隔（日）"), str)},
)
UNDELIVERED = AlarmKind(
    "notice.undelivered",
    Severity.SERIOUS,
    _("告警通知送不到"),
    _("告警通知送不到：%(name)s"),
    _("核对地址是否还有人用、邮件服务或者对方程序是否正常，然后点“发送测试通知”；送到后本条自动消除。"),
    _STORE,
    AlarmReach.INSTALLATION,
    settles=timedelta(0),
    page=RECIPIENTS_PAGE,
)
NOBODY_TOLD = AlarmKind(
    "notice.nobody",
    Severity.SERIOUS,
    _("有地方的告警没有接收人"),
    _("%(name)s 的紧急告警没有接收人"),
    _("请在告警接收中为这些辖区指定接收人。在此之前，紧急告警通知值班长；没有值班长的，通知系统管理员。"),
    _STORE,
    AlarmReach.INSTALLATION,
    ("S34(1)",),
    settles=timedelta(0),
    page=RECIPIENTS_PAGE,
)
WATCH_FAILED = AlarmKind(
    "watch.failed",
    Severity.SERIOUS,
    _("告警检查本身失败"),
    _("告警检查“%(name)s”失败"),
    _("这一类告警暂时不可靠。查看网页服务的运行日志（alarms.source_failed），并联系维护人员。"),
    _STORE,
    AlarmReach.INSTALLATION,
    lasting=_HOUR / 30,
)

KINDS = (
    NOTARY_DOWN,
    RECORDS_WAITING,
    RECORD_REFUSED,
    CHECKPOINT_LATE,
    CHECKPOINT_ALONE,
    COSIGNATURE_MISSING,
    LOWER_REWRITTEN,
    LOWER_SILENT,
    LOGS_UNREADABLE,
    WITNESS_REWOUND,
    MISMATCH,
    STEERING_MISMATCH,
    SPEAKING_MISMATCH,
    CERTIFICATE_EXPIRING,
    CERTIFICATE_EXPIRED,
    STATEMENTS_EXPIRING,
    STATEMENTS_EXPIRED,
    KEY_OLD,
    BACKUP_OVERDUE,
    UNDELIVERED,
    NOBODY_TOLD,
    WATCH_FAILED,
)
