"""Order 799, articles 15 to 23: running and use; our own summary, the published text wins."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object

_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)
_MANAGER = (Actor.MANAGING_UNIT,)
_BOTH = (Object.FOOTAGE, Object.BASE_DATA)
_PENALTY = (Object.PENALTY,)

USING = (
    Clause(
        "N15.1",
        "保障系统运行安全，防止攻击、入侵、病毒、篡改、泄露，保持数据原始完整。",
        "The system runs safely: no attack, intrusion, virus, tampering or leak; data stay original and whole.",
        Kind.DUTY,
        _MANAGER,
        (Object.SYSTEM, Object.FOOTAGE, Object.LOG),
        ("N31",),
    ),
    Clause(
        "N15.2",
        "委托运营维护的，应当签订安全保密协议并加强监督。",
        "Who entrusts operation or maintenance signs an agreement on security and secrecy and supervises.",
        Kind.DUTY,
        (Actor.MANAGING_UNIT, Actor.ENTRUSTED_UNIT),
        (Object.CONTRACT,),
        ("N31",),
    ),
    Clause(
        "N16.1",
        "合法使用，不得超出维护公共安全的范围。",
        "Use is lawful and within public safety.",
        Kind.DUTY,
        _MANAGER,
        _BOTH,
        ("N31",),
    ),
    Clause(
        "N16.2",
        "采取下列防止滥用、泄露的措施。",
        "The following is done against misuse and leaks.",
        Kind.DUTY,
        _MANAGER,
        _BOTH,
        ("N31",),
    ),
    Clause(
        "N16.2(1)",
        "相关人员入职审查、保密教育、岗位培训。",
        "Staff are vetted on entry, taught secrecy and trained.",
        Kind.DUTY,
        _MANAGER,
        (Object.STAFF,),
        ("N31",),
    ),
    Clause(
        "N16.2(2)",
        "授权管理、访问控制等技术措施。",
        "Authorisation and access control.",
        Kind.DUTY,
        _MANAGER,
        _BOTH,
        ("N31",),
    ),
    Clause(
        "N16.2(3)",
        "如实登记查阅、调取的事由、内容和调用人员的单位、姓名。",
        "Every look and retrieval is truthfully registered: reason, content, unit and names.",
        Kind.DUTY,
        _MANAGER,
        (*_BOTH, Object.LOG),
        ("N31",),
    ),
    Clause("N16.2(4)", "其他必要措施。", "Other measures that are needed.", Kind.DUTY, _MANAGER, _BOTH, ("N31",)),
    Clause(
        "N17",
        "视频图像信息保存不少于三十日；达成处理目的后应当删除。",
        "Footage is kept for at least 30 days, and deleted once its purpose is met: a floor and a ceiling.",
        Kind.DUTY,
        _MANAGER,
        (Object.FOOTAGE,),
        ("N31",),
    ),
    Clause(
        "N18",
        "传输服务的提供者保障传输安全。",
        "Carriers keep transmission safe.",
        Kind.DUTY,
        (Actor.THIRD_PARTY,),
        (Object.NETWORK,),
        ("N31",),
    ),
    Clause(
        "N19",
        "受托单位及其人员负有保密义务，不得擅自留存、加工、泄露。",
        "The entrusted unit and its people keep secrecy: they keep, process and leak nothing.",
        Kind.PROHIBITION,
        (Actor.ENTRUSTED_UNIT, Actor.MAINTAINING_UNIT),
        _BOTH,
        ("N31",),
    ),
    Clause(
        "N20",
        "国家机关依照法定权限和程序，在必要限度内查阅、调取。",
        "State organs consult and retrieve within their lawful powers, by procedure, and no more than needed.",
        Kind.RIGHT,
        (Actor.REQUESTER,),
        _BOTH,
        ("N32",),
    ),
    Clause(
        "N21",
        "本人、近亲属或者负有监护、看护、代管责任的人，为保护生命健康、财产安全，经管理单位同意可以查阅；不得非法对外提供。",
        "The person, near relatives, or who has custody, care or charge may look, to protect life, health or property, with"
        " the managing unit's consent; they must not pass it on.",
        Kind.RIGHT,
        (Actor.PERSON_SHOWN, Actor.RELATIVE),
        (Object.FOOTAGE,),
        ("N31",),
    ),
    Clause(
        "N22",
        "公开传播时，对人脸、机动车号牌等敏感个人信息和法人、非法人组织的名称、营业执照等采取严格保护措施。",
        "In public release, faces, number plates and other sensitive data, and names and licences of organisations, are"
        " strictly protected.",
        Kind.DUTY,
        (Actor.PUBLISHER,),
        (Object.FOOTAGE,),
        ("N31",),
    ),
    Clause(
        "N23",
        "六项禁止：非法对外提供或者公开；擅自改动、迁移、拆除、喷涂、遮挡设备；侵入、控制系统；窃取数据；"
        "删除、隐匿、修改、增加数据；其他妨碍行为。",
        "Six prohibitions: unlawful release; altering, moving, removing, spraying or blocking devices; intrusion; theft of"
        " data; deleting, hiding, changing or adding data; other hindrance.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.SYSTEM, Object.EQUIPMENT, *_BOTH, Object.LOG),
        ("N30", "N31"),
    ),
)
