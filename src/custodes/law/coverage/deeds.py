"""What the program does for a clause, in words for whoever reads the law and not the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custodes.law.deadlines.table import BACKWARD_BY_KIND, BY_KIND
from custodes.law.grounds.registry import GROUNDS


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that the program does.

    Attributes:
        where: the page that does it: ``deadline`` or ``fine`` of the law's calculators, empty for none of them.
    """

    zh: str
    en: str
    where: str = ""


_CHECK = Deed(
    "逐项检查是否履行，给出状态、期限和缺少的材料", "checks whether it is met: status, due day and what is missing"
)
_FINE = Deed("计算处罚的前置步骤和罚款幅度", "computes what has to come first and the range of a fine", "fine")
_RETENTION = Deed("计算留存期限，到期前不删除", "computes how long footage is kept and deletes none before", "")

MODULES: dict[str, Deed] = {
    "custodes.people.scope": Deed(
        "每人只能看到本单位、本辖区的对象", "everybody sees the objects of their own unit or division"
    ),
    "custodes.people.duty": Deed("值班的开始、交接和结束都有记录", "duty begins, is handed over and ends on record"),
    "custodes.places.lifecycle.guards": Deed(
        "系统的每一步办理前逐项核对条件，不满足即列明条款和办法",
        "asks before each step of a system's life what is unmet, each with its clause and remedy",
    ),
    "custodes.places.lifecycle.trial": Deed(
        "试运行的画面只有建设和验收的人员可以查看", "shows a trial run to who builds and who accepts alone"
    ),
    "custodes.places.lifecycle.case": Deed(
        "施行前建成的系统登记后即为在用，缺少的资料列为待办",
        "takes systems from before the regulation as in use; missing papers become tasks",
    ),
    "custodes.places.filing.case": Deed(
        "办理备案、退回补正、出具回执，逾期也受理；施行前建成、已在别处备案的系统转入原回执，按已备案管理",
        "takes filings however late, sends them back or gives a receipt; takes over the receipts of systems from before that were filed elsewhere",
    ),
    "custodes.places.lifecycle.gathering": Deed(
        "在用系统新接入的点位照常录像，标志、采集范围和重叠理由列为待办",
        "records cameras that are added to a system in use, and lists the sign, field and reason that they lack as tasks",
    ),
    "custodes.places.filing.clocks": Deed(
        "同时计算两个备案期限和逾期天数，列出、统计逾期未备案的系统",
        "counts both terms for filing and the days late; lists and counts systems whose filing is late",
        "deadline",
    ),
    "custodes.places.dossiers": Deed(
        "案卷资料分类归档，指出缺少的资料和人员", "files papers by kind and says which are missing"
    ),
    "custodes.places.removal.rules": Deed(
        "计算最迟报告和最早可以拆除的日期",
        "counts until when a removal has to be reported, and from when on it may be done",
        "deadline",
    ),
    "custodes.places.removal.case": Deed(
        "报告拆除，报告后不足十五日的不予登记拆除并给出最早日期；发现擅自拆除的，登记经过并办结",
        "reports removals; before the fifteenth day it refuses and names the first day; enters and settles those found without a report",
    ),
    "custodes.places.retiring": Deed(
        "在用点位须写明依据和恢复日期，由另一人批准后停用，逾期未恢复的告警",
        "takes a camera in use out of use on a ground, until a day and by two persons; past the day an alarm stands",
    ),
    "custodes.places.changes.gate": Deed(
        "在用点位的位置、指向和设备，没有批准的变更、更正或者擅自改变的登记，不予修改",
        "changes place, direction or device of a camera in use under an approved change, a correction or an incident alone",
    ),
    "custodes.places.changes.case": Deed(
        "申请、审批、实施变更，登记擅自改变，每一步存证",
        "takes changes from request to filing, and enters what was changed without leave",
    ),
    "custodes.places.devices.configuring": Deed(
        "国标设备的名称、心跳、画面文字、录像计划、视频参数、镜像和隐私遮挡，经有权的人员写明理由、先存证再更改，更改后读取核对",
        "changes name, heartbeat, text over the picture, recording plan, streams, mirror and privacy mask of GB/T 28181 devices by who has "
        "that right, for a stated reason, on record first, and reads them again",
    ),
    "custodes.places.devices.settingrules": Deed(
        "国标设备画面上的时间和点位名称不得去掉，唯一的录像不得缩短，录像画质不得低于登记，隐私遮挡只增不减",
        "keeps the time and the place's name in a device's picture, the only recording as long, the picture as good as is registered, and "
        "what a mask hides hidden",
    ),
    "custodes.places.changes.clock": Deed(
        "计算变更备案的时限，逾期也受理", "counts the term for filing a change; late is taken", "deadline"
    ),
    "custodes.places.importing.cameras": Deed(
        "导入点位时逐行核对，禁止安装的部位不予登记，有疑点的交人工核对",
        "judges each row of an import; a prohibited spot is not entered, a doubtful one waits for a person",
    ),
    "custodes.people.exporting": Deed(
        "导出清单前写入存证日志，只含本人可见的行，位置等基础信息按权限给出",
        "records before a list leaves, with the rows of one's scope alone and exact base data for who may read them",
    ),
    "custodes.places.upgrades.case": Deed(
        "通知限期升级改造，自送达次日起计算期限，接收方案和完成材料，现场复查，逾期转监督检查",
        "sets a term to upgrade and counts it from delivery, takes plan and papers, enters the recheck and refers what is late",
        "deadline",
    ),
    "custodes.upkeep.dates.round": Deed(
        "期限到期前、到期当天和逾期时提醒办理的岗位、单位和监督机关，每次只提醒一次",
        "tells post, unit and supervisor before a term ends, on its day and when it is late, once each",
    ),
    "custodes.access.decision": Deed(
        "查看前逐项核对依据，不满足即拒绝并说明条款", "checks the ground before each look and refuses by clause"
    ),
    "custodes.access.grants": Deed(
        "查看前登记事由和内容，写入存证日志", "enters reason and content in the log before a look"
    ),
    "custodes.access.control.steering": Deed(
        "操控摄像机须在岗、先登记，每条指令写入存证日志",
        "lets cameras be turned by the post on duty alone, each command on record",
    ),
    "custodes.access.control.speaking": Deed(
        "通过点位喊话须在岗、正在查看、写明事由，先登记后接通；不保留所说的话",
        "lets whoever is on duty and looks speak through a camera, with a reason, on record before the device is called; no word is kept",
    ),
    "custodes.node.speaking": Deed(
        "同一点位同时只有一人喊话，查看结束即停止，结束时间、时长和原因写入存证日志",
        "lets one person at a time speak through a camera, ends it with the look, and puts its end, length and reason on record",
    ),
    "custodes.node.steering.desk": Deed(
        "无人操控后自动转回规定的指向", "turns a camera back to its declared view when nobody steers it"
    ),
    "custodes.node.steering.bounds": Deed(
        "设备报告方向的，云台转动超出规定的采集范围即不执行或者停止并转回；设备不报告的，操控时提示，可以限定只转到预置位",
        "keeps a camera that tells where it points within its declared field: what leads out of it is not given, or stopped and turned back; of one that does not tell the pad says so, and it may be limited to presets",
    ),
    "custodes.node.gate": Deed(
        "媒体节点只向持有有效授权的人送出画面", "the media node sends pictures to holders of a valid grant only"
    ),
    "custodes.law.grounds.agency": Deed(
        "查阅、调取、复制的条件逐项核对，缺项即拒绝", "checks a request item by item and refuses what lacks one"
    ),
    "custodes.access.agency.looking": Deed(
        "只在准予的点位和时段内、两名工作人员同时在场时显示画面，每次续看重新核对",
        "shows what a granted request names, while both officers are there, and asks again at each renewal",
    ),
    "custodes.access.agency.presence": Deed(
        "两名工作人员中有人离开或者退出登录的，画面在两秒内停止；失去联系的，十秒后停止；并说明理由",
        "stops the picture within two seconds when one of the two officers leaves or signs out, ten seconds after one was last heard of, and says why",
    ),
    "custodes.access.agency.asking": Deed(
        "同一介绍信函在同一持有单位只办理一件申请", "takes a letter of introduction for one request of a holder"
    ),
    "custodes.access.agency.deciding": Deed(
        "登记、审批、拒绝、提供、归还逐步办理，写入存证日志；拒绝与准予同样留存",
        "takes a request from the register to its end, each step on record; a refusal is kept as a grant is",
    ),
    "custodes.access.agency.approvals": Deed(
        "按本单位设定的人数审批，申请人不审批本人的申请",
        "has as many of the holder's staff approve as it has set, and nobody who asks",
    ),
    "custodes.access.release.guards": Deed(
        "每条轨迹和抽查画面由人复核，另一人审批，缺一不能公开",
        "lets footage become public only when a person has reviewed every track and another has approved",
    ),
    "custodes.access.release.deciding": Deed(
        "公开前再核对成品校验值，公开和撤回写入存证日志",
        "compares the copy's hash once more before it is published; publishing and taking down are on record",
    ),
    "custodes.video.mask.verifying": Deed(
        "成品写成后逐项核对：没有声音、位置、时间和原始画面",
        "reads each masked copy back: no sound, place or time, and no original picture in it",
    ),
    "custodes.access.looks.reach": Deed(
        "列出本单位提供的查看和平台对本单位点位的查看；审计管理员、监督检查员看得到全部",
        "shows a unit who looked at its cameras, and audit administrators and inspectors of the police all of it at once",
    ),
    "custodes.access.looks.embargo": Deed(
        "暂缓告知由申请方提出、另一名审批人批准，到期自动告知",
        "keeps looks from a unit only where a second person agreed, until a named day",
    ),
    "custodes.access.looks.review.rules": Deed(
        "核对查看的时间、次数、事由，需要说明的列入复核",
        "finds looks whose hours, number or reason somebody has to explain",
    ),
    "custodes.access.looks.review.case": Deed(
        "查看的本人说明，他人判定情况正常或者记为事件",
        "has whoever looked explain and another judge, each step on record",
    ),
    "custodes.oversight.looks_passed": Deed(
        "节点显示与网页准予不一致的，逐项记为事件",
        "keeps each place where web and node differ as an incident, once",
    ),
    "custodes.access.supervised.looking": Deed(
        "只在选定的点位和时段内、民警在场时显示印有查看人姓名的画面，每次续看重新核对，不提供文件",
        "shows what was narrowed beside an officer, with the viewer's name in each picture, and asks again at each renewal; no file",
    ),
    "custodes.access.missing.case": Deed(
        "走失人员查看从受理到复核逐步办理，写入存证日志；发现走失人员先通知处警民警",
        "takes a missing person's viewing from its opening to its review, each step on record; a find goes to police first",
    ),
    "custodes.access.individual.case": Deed(
        "个人查阅由管理单位答复，不同意的写明理由，逐步写入存证日志",
        "has the managing unit answer an individual's request, a refusal with its reason, each step on record",
    ),
    "custodes.access.ownimage.case": Deed(
        "本人影像申请有依据才能不予提供，拒绝必须写明理由，逐步写入存证日志",
        "lets a request for one's own image be refused on an unmet condition alone and with its reason, each step on record",
    ),
    "custodes.access.missing.clock": Deed(
        "临时证明超过时限，查看随即停止", "stops viewing when a provisional proof has run out"
    ),
    "custodes.law.building.sound": Deed(
        "声音默认关闭，只按列明的事由、经批准后采集，并给出告知标识用语",
        "keeps sound off but for listed, approved reasons, and words the sign",
    ),
    "custodes.places.internal": Deed("点位资料签名传送，不对外显示", "a camera's data travel signed and are not shown"),
    "custodes.video.wire.seal": Deed(
        "点位密码加密保存，不再显示", "a camera's password is sealed and never shown again"
    ),
    "custodes.access.holds.case": Deed(
        "设定信息保全：各工作进程答复后生效，到期也不删除；解除须经两人，写明理由和文书",
        "holds footage as evidence: in effect when each worker has answered, not deleted when its term is over, released by two, "
        "with reason and document",
    ),
    "custodes.video.archive.kept": Deed(
        "每日查明各点位最早可回放的录像，记录不足及原因",
        "finds each day how far back each camera can be played, and records what fell short and why",
    ),
    "custodes.places.keeping": Deed(
        "按最长的一项确定每个点位的存储期限", "takes for each camera the longest term that applies"
    ),
    "custodes.video.archive.retention": Deed(
        "期满前不删除，删除均有记录", "deletes nothing before its term, and records each deletion"
    ),
    "custodes.video.archive.completeness": Deed(
        "逐日核算完整率，缺失的每一秒都有原因",
        "accounts for each second of each day, with the reason for what is missing",
    ),
    "custodes.video.archive.verify": Deed(
        "核验录像与封存记录逐字节一致", "verifies footage byte by byte against its sealed record"
    ),
    "custodes.video.archive.recovery": Deed(
        "断电、崩溃后自动修复并如实登记缺失", "repairs itself after a crash and records what was lost"
    ),
    "custodes.video.recorder.recorder": Deed("录像中断自动登记起止和原因", "records when recording stopped, and why"),
    "custodes.video.plan": Deed(
        "投票期间不采集，计划外的每一秒都按缺口登记",
        "takes nothing in during a vote, and owes each second outside of what was approved",
    ),
    "custodes.places.cityplans.guards": Deed(
        "规划未会同规定的部门、未经批准，技术规范未会同制定的，不能登记为施行",
        "puts no plan in force that lacks a department or the approval, and no norm without its partners",
    ),
    "custodes.places.cityplans.case": Deed(
        "规划和技术规范的每一步都有何人、何时、依据和存证记录",
        "keeps who, when, why and the record of each step of plans and norms",
    ),
    "custodes.places.cityplans.facts": Deed(
        "逐句核对规划和技术规范是否指定品牌或者单位，须改写或者说明",
        "checks plans and norms sentence by sentence for brands and firms, to be mended or answered",
    ),
    "custodes.sharing.directory.candidates": Deed(
        "按登记算出同级各部门应当接入的系统",
        "computes from the register which systems the departments of a level have to connect",
    ),
    "custodes.sharing.directory.standing": Deed(
        "按部门列出应当接入的系统、是否列入目录、是否申请和启用联网；联网是否通畅、设备是否在线由国标网关实测，分别显示在联网页面和设备页面，本表不汇总",
        "lists by department which systems have to connect, whether the directory lists them, whether a link was asked for and put in force; whether links and devices are up the gateway measures, and their own pages say: this table does not sum it up",
    ),
    "custodes.sharing.directory.secrecy": Deed(
        "涉密系统和国家安全机关的系统不列入目录；辅助核对公布的名称是否含地址、位置、电话、设备，由批准人把关",
        "keeps classified systems and those of state security out of the directory; helps to notice names that tell an address, a place, a telephone or a device, for which the approver answers",
    ),
    "custodes.sharing.directory.case": Deed(
        "编制应当接入目录，增列和不列入须写明理由；经没有参与编制的人员批准后向社会公布，各版保留，校验值存证",
        "compiles the directory of systems that must connect, where what is added or left out wants a reason, and publishes it once somebody approved it who did not compile it; every version is kept, its hash is in the log",
    ),
    "custodes.sharing.links.guards": Deed(
        "涉密系统在申请、审查、启用各步都不予联网；没有本级平台、没有通过测试的不能启用",
        "joins no classified system at any step; without an own platform and a test that passed no link is put in force",
    ),
    "custodes.sharing.links.entering": Deed(
        "登记本级平台及其编码，没有登记的不能联网",
        "keeps the own platform with its id: without it no link is made",
    ),
    "custodes.sharing.links.case": Deed(
        "与上级、下级平台和部门、单位系统的联网：申请、审查、由人登记五项测试的结果、由另一人启用、暂停、终止，每一步存证；启用后网关向上级平台注册并保持联网",
        "keeps the links with platforms above and below and with systems of departments and units: asked, examined, the five parts of the test entered by a person, put in force by another, suspended, ended, each on record; in force, the gateway registers with the platform above and keeps the link up",
    ),
    "custodes.sharing.links.testing": Deed(
        "启用前由国标网关实际试联：注册、心跳、目录；下级平台还测校时、设备信息和说明通道，要求试呼的，呼叫一个点位而不接收画面；另核对其存证日志是否由本级见证。不试画面；测得的结果与人登记的测试结果一并存证",
        "has the gateway try a link before it is put in force: registration, keepalive, catalogue; of a platform below also its clock, its answer about itself, the side channel, and a call to one camera without taking pictures where that was asked for; whether its log is witnessed here is looked up. Pictures are not tried; what was measured goes on record beside what a person enters",
    ),
    "custodes.sharing.links.reporting": Deed(
        "共享点位的报警、移动点位的最后位置报送上级平台，默认不报送；由一人提出、另一人批准，一人即可停止；只报送点位、时间和标准规定的报警类型或者位置，不报送轨迹、速度和方向",
        "tells an upper platform alarms of the shared cameras, and the last place of those that move, off by default, when one proposed it and another approved it, one stops it; which camera, when and the standard's kind or where alone, no way, speed or direction",
    ),
    "custodes.sharing.grants.case": Deed(
        "向上级平台提供画面须逐项授权：范围、时段、期限，由另一人批准",
        "lets an upper platform have nothing without a grant: which cameras, which hours, until when, approved by another person",
    ),
    "custodes.sharing.links.refusals": Deed(
        "逐项判断上级平台可否取得某点位，默认不予提供，写明条款；查阅、下载、控制须有办案人员说明，或者有事由不明先予提供的决定",
        "judges what an upper may have of a camera, denies by default with the clause, and wants the officer's statement for recordings and steering, or, of a platform that can't state it, a decision",
    ),
    "custodes.sharing.serving.wanting": Deed(
        "上级平台请求画面、录像或者云台控制的，先判断、先存证，再提供；不予提供的存证写明条款",
        "answers what an upper platform asks for only behind its record: decided first, refused with the clause on record",
    ),
    "custodes.sharing.stated.keeping": Deed(
        "上级平台的办案人员先说明单位、姓名、事由和依据，约定的还有警号，存证后才受理查阅、下载和云台控制；一份说明只用于一次调用",
        "hears the upper's officer state unit, name, reason and ground, and the badge's number where it was agreed, on record before it is answered, and takes one statement for one call",
    ),
    "custodes.sharing.tree.showing": Deed(
        "共享目录只能放入本辖区在用的点位，涉密系统的点位放不进去",
        "lets only cameras in use of the own division into a shared tree, none of a classified system",
    ),
    "custodes.sharing.serving.uppers": Deed(
        "按标准目录列出向上级平台共享的内容，联网启用后才有",
        "lists what an upper platform is shown, as the standard's catalogue, once the link is in force",
    ),
    "custodes.sharing.cooperation.case": Deed(
        "公安机关的配合请求写明公共安全需要和答复期限，单位答复、催办、逾期和不予配合均留存",
        "keeps the police's requests to cooperate with their need and last day, the unit's answer, reminders, and what came late or was declined",
    ),
    "custodes.places.deciding": Deed(
        "计划中断、分时段录像须写明原因并由另一人批准，依法不得分时段停录的不予受理",
        "wants a reason and another person's approval for interruptions and recording hours, which are refused where the law does",
    ),
    "custodes.places.planning": Deed(
        "投票、选举期间任何人不得查看实时画面", "opens no live picture to anybody during a vote"
    ),
    "custodes.upkeep.declaring": Deed(
        "声明标准视场，谁在何时因何声明均有记录", "declares what a camera is to show: who, when and why are on record"
    ),
    "custodes.video.health.moved": Deed(
        "画面偏离标准视场即告警", "raises an alarm when a camera looks elsewhere than declared"
    ),
    "custodes.video.health.covered": Deed("画面被遮挡即告警", "raises an alarm when a camera is covered"),
    "custodes.video.source.address": Deed("只连接允许网段内的设备", "connects to devices of allowed networks only"),
    "custodes.ledger.verify": Deed(
        "存证日志可脱机核验，改动必被发现", "the log can be verified offline; a change is found"
    ),
    "custodes.notary.store": Deed("运行记录只增不改", "the operating record is only ever added to"),
    "custodes.oversight.log_phrases": Deed(
        "公安机关人员的查看同样可供内部监督查阅", "looks by the police can be read by those who supervise them"
    ),
}


def deeds(code: Sequence[str]) -> tuple[Deed, ...]:
    """What the code of a clause (`table.Row.code`) does, each thing once."""
    return tuple(dict.fromkeys(_deed(name) for name in code))


def _deed(name: str) -> Deed:
    table, _, key = name.partition(":")
    if table == "custodes.law.deadlines.table":
        kind = BACKWARD_BY_KIND.get(key) or BY_KIND[key]
        return Deed(f"计算期限：{kind.zh}", f"counts the deadline: {kind.en}", "deadline")
    if table == "custodes.law.fines.table":
        return _FINE
    if name.startswith("custodes.law.duties."):
        return _CHECK
    if name.startswith("custodes.law.retention."):
        return _RETENTION
    if name.endswith(".unmet"):
        entry = next(one for one in GROUNDS.values() if f"{one.unmet.__module__}.unmet" == name)
        return Deed(f"作为查看依据“{entry.zh}”的条件核对", f"checked as a condition of the ground “{entry.en}”")
    return MODULES[table]
