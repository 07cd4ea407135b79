"""Order 799, articles 24 to 34: supervision, liability, final provision; our own summary, the published text wins."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object

_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)
_MANAGER = (Actor.MANAGING_UNIT,)
_BOTH = (Object.FOOTAGE, Object.BASE_DATA)
_PENALTY = (Object.PENALTY,)

SUPERVISION = (
    Clause(
        "N24",
        "公安机关监督检查；对违反第七条第三款、第八条第一款、第九条第一款的行为，任何人可以举报。",
        "Police inspect; anybody may report breaches of N7.3, N8.1 and N9.",
        Kind.POWER,
        _POLICE,
        (Object.SYSTEM,),
    ),
    Clause(
        "N25",
        "公安机关内部监督；任何单位和个人可以检举、控告。",
        "The police watch themselves; anybody may accuse.",
        Kind.DUTY,
        _POLICE,
        (Object.LOG, Object.FOOTAGE),
    ),
    Clause(
        "N26",
        "违规安装：责令限期改正、删除信息；拒不改正的没收设备，对个人、单位、责任人员分别罚款。",
        "Unlawful installation: correct and delete within a term; on refusal the device is confiscated, a person pays up to"
        " 5,000 yuan, a unit up to 20,000, those responsible up to 5,000.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "N27",
        "禁装部位安装：没收设备、删除信息，对个人、单位、责任人员分别罚款。",
        "Forbidden place: the device is confiscated and footage deleted at once; a person pays 5,000 to 10,000 yuan, a unit"
        " 10,000 to 20,000, those responsible 5,000 to 10,000. Who runs the place and neglects it is ordered to correct first.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "N27.2",
        "场所管理者未履行检查、报告职责的责令改正；拒不改正的同档处罚，可以责令暂停相关业务等。",
        "Who runs the place and neglects to inspect and report is ordered to correct; on refusal the same fines, and business"
        " may be suspended.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "N28",
        "未经涉密单位同意安装：没收设备、删除信息，罚款与第二十七条相同。",
        "Without a secret unit's consent: as N27.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "N29",
        "未备案或者虚假备案：责令限期改正；拒不改正的处一万元以下罚款。",
        "No filing or a false one: correct within a term; on refusal up to 10,000 yuan.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "N30",
        "擅自改动、迁移、拆除：责令改正、警告；拒不改正或者造成严重后果的，对个人、单位、责任人员分别罚款。",
        "Unauthorised alteration, moving or removal: order and warning; on refusal or grave result a person pays up to 5,000"
        " yuan, a unit 5,000 to 10,000, those responsible up to 5,000.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "N31",
        "违反安全义务、非法提供等，依照网络安全法、数据安全法、个人信息保护法处罚；构成违反治安管理行为或者犯罪的依法追究。",
        "Breach of security duties and unlawful disclosure follow the Cybersecurity, Data Security and Personal Information"
        " Laws; public-security and criminal law where they apply.",
        Kind.PRINCIPLE,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "N32",
        "公安机关和其他国家机关工作人员违法的，依法给予处分。",
        "Officials who break the law are disciplined.",
        Kind.PRINCIPLE,
        (*_POLICE, Actor.REQUESTER),
        _PENALTY,
    ),
    Clause(
        "N33",
        "非公共场所安装的，不得侵犯他人合法权益，参照第三十一条处理。",
        "Devices in non-public places must not harm others' rights; N31 applies.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.EQUIPMENT,),
        ("N31",),
    ),
    Clause("N34", "自2025年4月1日起施行。", "In force from 1 April 2025.", Kind.PRINCIPLE),
)
