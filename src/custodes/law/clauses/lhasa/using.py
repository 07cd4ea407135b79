"""Chapter 4, use and maintenance: articles 26 to 31."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object

_BOTH = (Object.FOOTAGE, Object.BASE_DATA)

CLAUSES = (
    Clause(
        "S26",
        "市、县（区）人民政府应当拓宽公共安全视频图像信息系统在社会治理、智能交通、服务民生、生态建设与保护等领域的应用。",
        "Governments widen the use of these systems in public management, traffic, services and the environment. Every such"
        " use needs a lawful basis of its own; public-place images serve public safety only (PIPL 26).",
        Kind.DUTY,
        (Actor.CITY_GOVERNMENT, Actor.COUNTY_GOVERNMENT),
        (Object.SYSTEM,),
    ),
    Clause(
        "S27",
        "侦查、检察、审判机关因司法工作需要,行政机关因执法工作需要，或者有关部门因调查、处置突发事件需要，可以查阅、调取、复制公共安全视频图像信息系统的基础信息或者视频图像信息，相关单位和个人应当予以配合。",
        "Investigating, prosecuting and judging organs for judicial work, administrative organs for law enforcement, and"
        " departments that investigate or handle an emergency may consult, retrieve and copy basic information and footage;"
        " those concerned cooperate.",
        Kind.RIGHT,
        (Actor.REQUESTER, Actor.SYSTEM_MANAGER),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.1",
        "根据本办法第二十七条规定，查阅、调取、复制公共安全视频图像信息系统信息资料的，应当遵守下列规定:",
        "Whoever consults, retrieves or copies under article 27 keeps to the following.",
        Kind.DUTY,
        (Actor.REQUESTER,),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.1(1)",
        "工作人员不得少于二人；",
        "At least two officers. They are the requesters; how many of the holder's staff approve is another matter.",
        Kind.DUTY,
        (Actor.REQUESTER,),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.1(2)",
        "出示工作证件和单位介绍信函；",
        "Each shows the work card, and the unit's letter of introduction is shown.",
        Kind.DUTY,
        (Actor.REQUESTER,),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.1(3)",
        "履行相关登记手续；",
        "The request is entered in the register before anything is seen.",
        Kind.DUTY,
        (Actor.REQUESTER, Actor.SYSTEM_MANAGER),
        (*_BOTH, Object.LOG),
        ("S41",),
    ),
    Clause(
        "S28.1(4)",
        "遵守公共安全视频图像信息资料的使用、保密制度。",
        "The rules on use and secrecy of the material are kept.",
        Kind.DUTY,
        (Actor.REQUESTER,),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.2",
        "未按照前款规定查阅、调取、复制公共安全视频图像信息系统信息资料的，公共安全视频图像信息系统管理人员有权拒绝。",
        "Where one of these is missing, the system's manager has the right to refuse.",
        Kind.RIGHT,
        (Actor.SYSTEM_MANAGER,),
        _BOTH,
    ),
    Clause(
        "S29",
        "老人、儿童、智障人员走失的，监护人或者近亲属可以申请查看公共安全视频图像信息系统联网共享平台的相关视频图像信息，但不得复制和调取。",
        "When an old person, a child or a mentally disabled person is lost, guardian or near relatives may apply to see the"
        " footage of the sharing platform that bears on it, but may neither copy nor retrieve it.",
        Kind.RIGHT,
        (Actor.RELATIVE,),
        (Object.FOOTAGE, Object.PLATFORM),
        ("S41",),
    ),
    Clause(
        "S30.1",
        "公共安全视频图像信息系统的建设、使用、维护单位对于系统设计方案、设备类型、地址码等基础信息以及获取的视频图像信息负有保密义务。",
        "Units that build, use or maintain a system keep its basic information (design, device types, address codes) and its"
        " footage secret.",
        Kind.DUTY,
        (Actor.BUILDING_UNIT, Actor.USING_UNIT, Actor.MAINTAINING_UNIT),
        _BOTH,
        ("S41", "N31"),
    ),
    Clause(
        "S30.2",
        "公共安全视频图像信息系统采集、存储的视频图像信息按照规定用于公共传播时，应当对涉及当事人个体特征、机动车号牌等行踪轨迹的个人信息采取保护性措施，法律法规另有规定的除外。",
        "When footage is released to the public under the rules, personal features, number plates and other personal data that"
        " show somebody's track are protected, unless a law or regulation says otherwise.",
        Kind.DUTY,
        (Actor.PUBLISHER,),
        (Object.FOOTAGE,),
        ("S41", "N31"),
    ),
    Clause(
        "S31.1",
        "公共安全视频图像信息系统维护由建设单位或者使用单位负责。",
        "Maintenance is for the building unit or the using unit.",
        Kind.DUTY,
        (Actor.BUILDING_UNIT, Actor.USING_UNIT),
        (Object.SYSTEM,),
    ),
    Clause(
        "S31.2a",
        "建设单位、使用单位委托专业机构维护公共安全视频图像信息系统的，双方应当明确维护管理具体事项、维护时效和信息资料保密义务，保证系统安全运行。",
        "Who entrusts a firm with maintenance settles with it what is done, how soon, and how information is kept secret, and"
        " sees that the system runs safely.",
        Kind.DUTY,
        (Actor.BUILDING_UNIT, Actor.USING_UNIT, Actor.MAINTAINING_UNIT),
        (Object.CONTRACT,),
        ("S41",),
    ),
    Clause(
        "S31.2b",
        "使用单位应当对维护工作进行监督管理。",
        "The using unit supervises the maintenance.",
        Kind.DUTY,
        (Actor.USING_UNIT,),
        (Object.CONTRACT, Object.SYSTEM),
    ),
)
