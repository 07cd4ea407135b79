"""Laws on security, secrecy, public order and the old and young: our own summary, and what follows for the program.

What could not be checked in the source is marked `unconfirmed`: it is a setting wherever a number depends on it.
"""

from __future__ import annotations

from custodes.law.clauses.clause import ClauseKind, LegalActor, Object, says

_HOLDERS = (LegalActor.USING_UNIT, LegalActor.MANAGING_UNIT)

SECURITY = (
    says(
        "DSL27",
        "在等级保护基础上建立全流程数据安全管理制度，采取技术和其他必要措施。",
        "On top of multi-level protection: rules and measures for data through their whole life.",
        ("数据全流程的制度和措施登记", "rules and measures are registered"),
        actors=_HOLDERS,
    ),
    says(
        "DSL29",
        "加强风险监测，发现缺陷立即补救；发生数据安全事件立即处置，告知用户并报告主管部门。",
        "Risks are watched and flaws mended; after an incident: act at once, tell users, report.",
        ("数据安全事件计时上报", "an incident has its clock and report"),
    ),
    says(
        "DSL35",
        "公安机关、国家安全机关因维护国家安全或者侦查犯罪调取数据，须经严格的批准手续。",
        "Police and state-security organs that take data to protect the state or investigate crime need strict approval.",
        ("调取申请须填批准文号", "requests carry the number of the approval"),
        actors=(LegalActor.REQUESTER,),
    ),
    says(
        "DSL38",
        "国家机关在法定职责范围内依法收集、使用数据，并予保密。",
        "State organs collect and use data within their duties and keep them secret.",
        ("申请限于职责范围", "requests stay within the requester's duties"),
        actors=(LegalActor.REQUESTER,),
    ),
    says(
        "DSL40",
        "委托他人建设、维护电子政务系统，存储、加工政务数据，须经严格批准并监督；受托方不得擅自留存、使用、泄露或者提供。",
        "Contractors of government systems need strict approval and are supervised; they keep, use, leak and hand on nothing.",
        ("受托方账号随合同终止，须有删除证明", "a contractor's account ends with the contract; deletion is proven"),
        actors=(LegalActor.MANAGING_UNIT, LegalActor.ENTRUSTED_UNIT),
        objects=(Object.CONTRACT,),
    ),
    says(
        "DSL45",
        "违反数据安全保护义务：五万至五十万元；拒不改正或者后果严重的，五十万至二百万元。",
        "Breach of data security: 50,000 to 500,000 yuan; 500,000 to 2 million after refusal or grave results.",
        ("仅作指引，不计算", "a pointer only"),
        ClauseKind.PRINCIPLE,
        objects=(Object.PENALTY,),
    ),
    says(
        "CSL23",
        "网络日志留存不少于六个月。",
        "Network logs are kept for at least six months.",
        ("系统日志保存不少于183日，与录像分开", "system logs are kept at least 183 days, apart from footage"),
        objects=(Object.LOG,),
    ),
    says(
        "CSL24",
        "网络产品、服务不得设置恶意程序；发现缺陷、漏洞立即补救，告知用户并报告。",
        "No malicious programs; flaws are mended at once, told to users and reported.",
        ("安全公告和漏洞处理登记", "advisories and how flaws were dealt with"),
    ),
    says(
        "CSL27",
        "制定网络安全事件应急预案，处置漏洞，发生事件及时报告。",
        "Emergency plan, flaws dealt with, incidents reported.",
        ("应急预案与漏洞公告登记", "a register of plans and advisories"),
    ),
    says(
        "CSL61",
        "不履行网络安全保护义务：责令改正、警告，可处一万至五万元；拒不改正或者造成后果的，五万至五十万元。",
        "Breach of network security: order, warning, 10,000 to 50,000 yuan; 50,000 to 500,000 after refusal or harm.",
        ("仅作指引，不计算", "a pointer only"),
        ClauseKind.PRINCIPLE,
        objects=(Object.PENALTY,),
    ),
    says(
        "CTL31",
        "公安机关会同有关部门确定防范恐怖袭击的重点目标。",
        "The police, with other departments, designate the key targets of counter-terrorism.",
        ("重点目标标记须有确定文件", "the mark of a key target rests on its paper"),
        ClauseKind.POWER,
        (LegalActor.CITY_POLICE, LegalActor.COUNTY_POLICE),
        (Object.PLACE,),
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
        "CTL88",
        "重点目标单位未履行防范义务：警告并责令改正；拒不改正的处十万元以下罚款。",
        "Key targets that neglect their duty: warning and order; after refusal up to 100,000 yuan.",
        ("仅作指引，不计算", "a pointer only"),
        ClauseKind.PRINCIPLE,
        objects=(Object.PENALTY,),
    ),
    says(
        "SSL30",
        "涉密信息系统分级保护；不得与互联网及其他公共信息网络连接（第三十一条）。",
        "Graded protection of secret systems; no link to public networks (article 31).",
        ("涉密场所禁止联网", "links of secret sites are refused"),
        ClauseKind.PROHIBITION,
        objects=(Object.NETWORK,),
    ),
    says(
        "SSL31",
        "禁止将涉密信息系统接入互联网或者其他公共信息网络，或者未经防护交换信息。",
        "Secret systems are not linked to the internet or other public networks.",
        ("涉密场所的公网链接一律拒绝", "any public link of a secret site is refused"),
        ClauseKind.PROHIBITION,
        objects=(Object.NETWORK,),
    ),
    says(
        "PSL50",
        "偷窥、偷拍、窃听、散布他人隐私的处罚。",
        "Peeping, secret filming, eavesdropping, spreading of privacy.",
        ("仅作移送指引", "referral only"),
        ClauseKind.PROHIBITION,
    ),
    says(
        "PSL56",
        "出售、提供、窃取个人信息的处罚。",
        "Selling, giving or stealing personal data.",
        ("仅作移送指引", "referral only"),
        ClauseKind.PROHIBITION,
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
        ClauseKind.PRINCIPLE,
    ),
    says(
        "EPL2",
        "老年人指六十周岁以上的公民。",
        "An elderly person is 60 or older.",
        ("“老人”默认60周岁以上", "“old” means 60 by default"),
        ClauseKind.PRINCIPLE,
    ),
    says(
        "FRM2",
        "人脸识别技术应用须必要、告知、同意，达到数量须备案。",
        "Face recognition needs necessity, notice, consent, and filing above a number.",
        ("本系统不做人脸识别", "this system recognises no faces"),
        ClauseKind.PROHIBITION,
        unconfirmed="仅据二手资料",
    ),
)
