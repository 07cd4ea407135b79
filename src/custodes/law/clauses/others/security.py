"""Laws on security, secrecy, public order and the old and young: our own summary, and what follows for the program.

What could not be checked in the source is marked `unconfirmed`: it is a setting wherever a number depends on it.
"""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Kind, Object
from custodes.law.clauses.others.saying import says

_HOLDERS = (Actor.USING_UNIT, Actor.MANAGING_UNIT)

SECURITY = (
    says(
        "DSL35",
        "公安机关、国家安全机关因维护国家安全或者侦查犯罪调取数据，须经严格的批准手续。",
        "Police and state-security organs that take data to protect the state or investigate crime need strict approval.",
        ("调取申请须填批准文号", "requests carry the number of the approval"),
        actors=(Actor.REQUESTER,),
    ),
    says(
        "CSL23",
        "网络日志留存不少于六个月。",
        "Network logs are kept for at least six months.",
        ("系统日志保存不少于183日，与录像分开", "system logs are kept at least 183 days, apart from footage"),
        objects=(Object.LOG,),
    ),
    says(
        "CSL27",
        "制定网络安全事件应急预案，处置漏洞，发生事件及时报告。",
        "Emergency plan, flaws dealt with, incidents reported.",
        ("应急预案与漏洞公告登记", "a register of plans and advisories"),
    ),
    says(
        "CTL32",
        "防范恐怖袭击的重点目标，视频图像信息保存期限不得少于九十日。",
        "At key targets of counter-terrorism footage is kept for at least 90 days.",
        ("重点目标点位留存取最长规则", "the longest rule governs"),
        actors=_HOLDERS,
        objects=(Object.FOOTAGE,),
    ),
    says(
        "SSL30",
        "涉密信息系统分级保护；不得与互联网及其他公共信息网络连接（第三十一条）。",
        "Graded protection of secret systems; no link to public networks (article 31).",
        ("涉密场所禁止联网", "links of secret sites are refused"),
        Kind.PROHIBITION,
        objects=(Object.NETWORK,),
    ),
    says(
        "PSL50",
        "偷窥、偷拍、窃听、散布他人隐私的处罚。",
        "Peeping, secret filming, eavesdropping, spreading of privacy.",
        ("仅作移送指引", "referral only"),
        Kind.PROHIBITION,
    ),
    says(
        "PSL56",
        "出售、提供、窃取个人信息的处罚。",
        "Selling, giving or stealing personal data.",
        ("仅作移送指引", "referral only"),
        Kind.PROHIBITION,
    ),
    says(
        "MPL56",
        "大型公共场所应设走失未成年人安全警报系统，接到求助立即启动并报警。",
        "Large venues have a lost-child alarm, start it on request and call the police.",
        ("走失儿童查看与报警衔接", "the viewing for lost children links to it"),
    ),
    says(
        "MPL2",
        "未成年人指未满十八周岁的公民。",
        "A minor is under 18.",
        ("“儿童”未定义，采较宽解释", "“child” is undefined: the wider reading"),
        Kind.PRINCIPLE,
    ),
    says(
        "EPL2",
        "老年人指六十周岁以上的公民。",
        "An elderly person is 60 or older.",
        ("“老人”默认60周岁以上", "“old” means 60 by default"),
        Kind.PRINCIPLE,
    ),
    says(
        "FRM2",
        "人脸识别技术应用须必要、告知、同意，达到数量须备案。",
        "Face recognition needs necessity, notice, consent, and filing above a number.",
        ("本系统不做人脸识别", "this system recognises no faces"),
        Kind.PROHIBITION,
        unconfirmed="仅据二手资料",
    ),
)
