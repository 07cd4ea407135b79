"""Laws that protect people and data: our own summary, and what follows for the program.

What could not be checked in the source is marked `unconfirmed`: it is a setting wherever a number depends on it.
"""

from __future__ import annotations

from custodes.law.clauses.clause import ClauseKind, LegalActor, Object, says

_HOLDERS = (LegalActor.USING_UNIT, LegalActor.MANAGING_UNIT)
_PENALTY = (Object.PENALTY,)

PRIVACY = (
    says(
        "PIPL6",
        "处理个人信息应限于实现目的的最小范围。",
        "Processing is limited to the smallest scope that the purpose needs.",
        ("申请应限定点位和时段", "requests name cameras and a span"),
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL13",
        "处理个人信息须有依据：同意；履行法定职责或者法定义务所必需；紧急情况下保护生命健康和财产安全所必需等。",
        "Processing needs a basis: consent; a statutory duty; saving life, health or property in an emergency; and others.",
        ("采集声音须有封闭列表中的事由", "sound is recorded for a reason of a closed list only"),
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL17",
        "处理前告知处理者、目的、方式、种类、保存期限和权利行使方式。",
        "People are told who, why, how, what, how long, and their rights.",
        ("生成告知标识文字", "the text of the sign is generated"),
        actors=_HOLDERS,
    ),
    says(
        "PIPL18",
        "法律规定应当保密或者不需要告知的，可以不告知；紧急情况消除后补行告知。",
        "No notice where the law wants secrecy or none; after an emergency it is made up for.",
        ("不告知须登记法定理由", "not telling needs its lawful reason on record"),
        ClauseKind.PRINCIPLE,
    ),
    says(
        "PIPL19",
        "保存期限为实现目的所必要的最短时间。",
        "Storage is as short as the purpose allows.",
        ("留存有上限，到期删除", "retention has a ceiling"),
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL21",
        "委托处理应约定目的、期限、方式、种类、保护措施，并监督受托人；到期返还或者删除，未经同意不得转委托。",
        "Entrusted processing needs a contract on purpose, term, method, kinds, protection; data go back or are deleted; no"
        " sub-processing without consent.",
        ("委托合同的必备条款", "terms that a contract must have"),
        actors=(LegalActor.MANAGING_UNIT, LegalActor.ENTRUSTED_UNIT),
        objects=(Object.CONTRACT,),
    ),
    says(
        "PIPL25",
        "未经单独同意不得公开个人信息。",
        "No publication of personal data without separate consent.",
        ("公开传播须有依据并遮蔽", "release needs a basis and masking"),
        ClauseKind.PROHIBITION,
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL26",
        "公共场所图像采集应为维护公共安全所必需，设置显著标识；所收集图像只能用于维护公共安全，取得单独同意的除外。",
        "Images from public places serve public safety only, unless separate consent is given; a clear sign is set.",
        ("用途为封闭列表，不设“其他”", "the list of purposes has no “other”"),
        ClauseKind.PROHIBITION,
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL28",
        "生物识别、行踪轨迹、不满十四周岁未成年人的信息为敏感个人信息，严格保护。",
        "Biometrics, movement trails, data of under-14s are sensitive and strictly protected.",
        ("不做人脸模板，不做跨点位轨迹；未成年人一律遮蔽", "no face templates, no trails; minors are always masked"),
        ClauseKind.PROHIBITION,
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL29",
        "处理敏感个人信息应取得单独同意，法律规定书面的从其规定。",
        "Sensitive data need separate consent, in writing where the law says so.",
        ("敏感信息的其他用途须有单独同意", "other uses of sensitive data need separate consent"),
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL30",
        "处理敏感个人信息应另行告知必要性和对个人的影响。",
        "Of sensitive data people are also told why they are needed and what that does to them.",
        ("告知文字写明必要性和影响", "notices say need and effect"),
        actors=_HOLDERS,
    ),
    says(
        "PIPL31",
        "处理不满十四周岁未成年人信息应取得父母或者监护人同意，并制定专门规则。",
        "Data of under-14s need a parent's or guardian's consent and rules of their own.",
        ("未成年人一律遮蔽", "minors are always masked"),
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL34",
        "国家机关处理个人信息不得超出履行法定职责的范围和限度；依第三十五条履行告知义务，妨碍履职的除外。",
        "State organs stay within their powers and tell people unless that hinders the duty (article 35).",
        ("登记告知或者不告知的决定", "the decision to tell or not is recorded"),
        actors=(LegalActor.REQUESTER,),
    ),
    says(
        "PIPL35",
        "国家机关履行法定职责处理个人信息应当告知，依法保密或者妨碍履职的除外。",
        "State organs tell people, unless secrecy is due or it hinders their duty.",
        ("登记告知或者不告知及理由", "told or not, and why, is recorded"),
        actors=(LegalActor.REQUESTER,),
    ),
    says(
        "PIPL44",
        "个人对其个人信息的处理有知情权、决定权，有权限制或者拒绝。",
        "People have a right to know and decide, and to limit or refuse processing.",
        ("登记本人的请求和处理结果", "requests of the person and their outcome are registered"),
        ClauseKind.RIGHT,
        (LegalActor.PERSON_SHOWN,),
        (Object.FOOTAGE,),
    ),
    says(
        "PIPL45",
        "个人有权查阅、复制其个人信息，法定保密或者妨碍履职的除外。",
        "A person may look at and copy their own data, with exceptions.",
        ("本人影像申请登记处理结果和依据", "requests for one's own image are registered with outcome and ground"),
        ClauseKind.RIGHT,
        (LegalActor.PERSON_SHOWN,),
        (Object.FOOTAGE,),
    ),
    says(
        "PIPL47",
        "目的实现、期限届满等情形应主动删除。",
        "Data are deleted when the purpose is met or the term is over.",
        ("到期删除并记录原因", "the purge records why"),
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL49",
        "自然人死亡的，其近亲属为自身的合法、正当利益，可以查阅、复制死者的相关个人信息；死者生前另有安排的除外。",
        "Near relatives of a dead person may look at and copy that person's data for a lawful interest of their own, unless the person arranged otherwise.",
        (
            "近亲属申请死者影像的，核对死亡和亲属关系证明",
            "death and kinship are checked before a relative is given the image",
        ),
        ClauseKind.RIGHT,
        (LegalActor.PERSON_SHOWN,),
        (Object.FOOTAGE,),
    ),
    says(
        "PIPL50",
        "应当建立便捷的申请受理和处理机制；拒绝个人请求的，应当说明理由，个人可以依法向人民法院提起诉讼。",
        "Requests are taken and handled by easy ways; a refusal states its reason, and the person may sue.",
        (
            "受理、答复逐步登记，拒绝必须写明理由和救济途径",
            "taking in and answering are on record; a refusal states reason and the ways open",
        ),
        actors=_HOLDERS,
        objects=(Object.FOOTAGE,),
    ),
    says(
        "PIPL51",
        "分类管理、加密去标识、权限管理、教育培训、应急预案；定期合规审计（第五十四条）。",
        "Classes, encryption, permissions, training, emergency plans; regular audits (article 54).",
        ("年度合规审计任务", "a yearly audit task"),
        actors=_HOLDERS,
    ),
    says(
        "PIPL54",
        "定期对处理个人信息遵守法律的情况进行合规审计。",
        "Compliance is audited at intervals.",
        ("年度合规审计任务", "a yearly audit task"),
        actors=_HOLDERS,
    ),
    says(
        "PIPL55",
        "处理敏感信息、委托、对外提供、公开等应事前影响评估；报告和处理记录至少保存三年（第五十六条）。",
        "Impact assessment before; report and records are kept for at least three years (article 56).",
        ("访问和发布记录至少保存三年", "access and release records are kept three years"),
        objects=(Object.LOG,),
    ),
    says(
        "PIPL56",
        "影响评估应含目的方式、对个人的影响和风险、保护措施；报告和处理情况记录至少保存三年。",
        "An assessment weighs purpose, effect and protection; report and record are kept for at least three years.",
        ("评估报告与处理记录保存三年", "assessments and records are kept three years"),
        objects=(Object.LOG,),
    ),
    says(
        "PIPL57",
        "发生泄露应立即补救并通知主管部门和个人。",
        "After a leak: remedy at once, tell the authority and the people.",
        ("泄露事件流程", "an incident branch for leaks"),
    ),
    says(
        "PIPL66",
        "违法处理个人信息的处罚。",
        "Penalties for unlawful processing.",
        ("仅作指引，不计算", "a pointer only"),
        ClauseKind.PRINCIPLE,
        objects=_PENALTY,
    ),
)
