"""How a system is built, accepted, filed and removed; linking and integrating; use and maintenance: articles 12 to 31."""

from __future__ import annotations

from custodes.law.clauses.clause import Clause, ClauseKind, LegalActor, Object

_BUILDER = (LegalActor.BUILDING_UNIT,)

BUILDING = (
    Clause(
        "S12.1",
        "建设公共安全视频图像信息系统，应当符合有关标准、技术规范以及网络安全等级保护等规定，预留接入公共安全视频图像信息系统联网共享平台的硬件、软件接口。",
        "Systems meet the standards, technical norms and multi-level protection rules, and keep hardware and software"
        " interfaces ready for the sharing platform.",
        ClauseKind.DUTY,
        _BUILDER,
        (Object.SYSTEM, Object.NETWORK),
        ("S41",),
    ),
    Clause(
        "S12.2",
        "市公安机关应当会同大数据管理、国家安全等部门制定全市公共安全视频图像信息系统建设技术规范。",
        "The city police, with the departments for big data, state security and others, make the city's technical norm.",
        ClauseKind.DUTY,
        (LegalActor.CITY_POLICE,),
        (Object.RULES,),
        ("S41",),
    ),
    Clause(
        "S13.1",
        "公共安全视频图像信息系统建设单位应当选择合格的安全技术防范产品以及符合相应要求的设计、施工和维护单位。",
        "The building unit chooses qualified security products and firms that are fit to design, build and maintain.",
        ClauseKind.DUTY,
        _BUILDER,
        (Object.EQUIPMENT, Object.CONTRACT),
        ("S41",),
    ),
    Clause(
        "S13.2",
        "任何部门不得指定产品品牌和销售单位，不得指定设计、施工、维护单位。",
        "No department may prescribe a brand, a seller, or a firm for design, building or maintenance.",
        ClauseKind.PROHIBITION,
        (LegalActor.DEPARTMENT, LegalActor.CITY_POLICE, LegalActor.COUNTY_POLICE),
        (Object.EQUIPMENT, Object.CONTRACT),
        ("S41",),
    ),
    Clause(
        "S14",
        "新建、改建、扩建建设工程，按照规定应当建设公共安全视频图像信息系统的，要与建设工程同时设计、同时施工、同时验收、同时使用。",
        "Where works need a system, it is designed, built, accepted and put to use at the same time as the works: the four"
        " simultaneous steps.",
        ClauseKind.DUTY,
        _BUILDER,
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S15",
        "公共安全视频图像信息系统应当做到视频图像采集设备位置安装合理、采集范围固定，并设置明显标志。",
        "Devices are reasonably placed, cover a fixed field of view, and are clearly signed.",
        ClauseKind.DUTY,
        (LegalActor.BUILDING_UNIT, LegalActor.USING_UNIT),
        (Object.EQUIPMENT,),
        ("S41",),
    ),
    Clause(
        "S16.1",
        "公共安全视频图像信息系统竣工后，建设单位应当按照规定组织验收，经验收合格后方可投入使用。",
        "After completion the building unit has the system accepted; only what passed may be put to use.",
        ClauseKind.DUTY,
        _BUILDER,
        (Object.SYSTEM, Object.DOSSIER),
        ("S39(1)",),
    ),
    Clause(
        "S16.2a",
        "建设单位应当自验收合格之日起三十日内，将公共安全视频图像信息系统设计方案和验收材料等相关资料报所在县（区）公安机关备案；",
        "Within 30 days of the day on which it passed acceptance the building unit files design, acceptance papers and what"
        " belongs to them with the county police.",
        ClauseKind.DUTY,
        _BUILDER,
        (Object.FILING,),
        ("N29",),
    ),
    Clause(
        "S16.2b",
        "本办法施行前已经建成的公共安全视频图像信息系统，使用单位应当于本办法施行后六十日内报所在县（区）公安机关备案。",
        "For systems built before the regulation came into force the using unit files within 60 days after that day.",
        ClauseKind.DUTY,
        (LegalActor.USING_UNIT,),
        (Object.FILING,),
        ("N29",),
    ),
    Clause(
        "S16.2c",
        "不符合现行相关国家标准、行业标准和地方标准的，应当在所在县（区）公安机关指导下限期完成升级改造。",
        "What does not meet the standards of today is upgraded within a set term under the guidance of the county police.",
        ClauseKind.DUTY,
        (LegalActor.USING_UNIT, LegalActor.BUILDING_UNIT),
        (Object.SYSTEM,),
    ),
    Clause(
        "S17",
        "公共安全视频图像信息系统的设计、施工、验收、维护等基础资料以及从事上述活动的单位和专业技术人员的基本信息，建设单位应当立卷归档并依法管理。",
        "The building unit keeps a file, and manages it by law, of the papers on design, building, acceptance and maintenance,"
        " and of the firms and technicians who did them.",
        ClauseKind.DUTY,
        _BUILDER,
        (Object.DOSSIER,),
        ("S39(2)",),
    ),
    Clause(
        "S18a",
        "公共安全视频图像信息系统设备不得擅自拆除；",
        "Devices may not be removed without leave.",
        ClauseKind.PROHIBITION,
        (LegalActor.ANYONE, LegalActor.BUILDING_UNIT, LegalActor.USING_UNIT),
        (Object.EQUIPMENT,),
        ("S40", "N30"),
    ),
    Clause(
        "S18b",
        "因城市建设或者场所、部位改变用途等确需拆除的，应当在拆除前十五日向所在县（区）公安机关报告。",
        "Where city works, a change of use or the like make removal necessary, the county police are told 15 days before. It"
        " is a report, not a request for permission.",
        ClauseKind.DUTY,
        (LegalActor.BUILDING_UNIT, LegalActor.USING_UNIT),
        (Object.EQUIPMENT,),
        ("S40", "N30"),
    ),
    Clause(
        "S19",
        "园林绿化、架设管线或者设置户外广告等设施的，不得妨碍公共安全视频图像信息系统采集设备的正常运行和图像采集。",
        "Greenery, lines, outdoor advertising and other structures must not hinder devices or block their view.",
        ClauseKind.PROHIBITION,
        (LegalActor.THIRD_PARTY,),
        (Object.EQUIPMENT,),
        ("S39(3)",),
    ),
    Clause(
        "S20",
        "在涉及国家安全、国家秘密的区域和场所建设公共安全视频图像信息系统，应当符合国家相关保密规定，建立严格的安全准入机制，选用安全可控的产品设备和符合要求的专业队伍，不得接入互联网以及其他公共信息网络。",
        "In areas that concern state security or secrets: secrecy rules, strict entry control, trusted products and crews, and"
        " no connection to the internet or any other public information network.",
        ClauseKind.PROHIBITION,
        (LegalActor.BUILDING_UNIT, LegalActor.USING_UNIT),
        (Object.SYSTEM, Object.NETWORK),
        ("S41",),
    ),
)


_POLICE = (LegalActor.CITY_POLICE, LegalActor.COUNTY_POLICE)

LINKING = (
    Clause(
        "S21",
        "市、县（区）公安机关应当对公共安全视频图像信息系统进行资源整合，建立统一的公共安全视频图像信息系统联网共享平台。",
        "City and county police bring the systems together in one sharing platform.",
        ClauseKind.DUTY,
        _POLICE,
        (Object.PLATFORM,),
    ),
    Clause(
        "S22",
        "市公安机关负责市级公共安全视频图像信息系统联网共享平台与自治区级共享平台和县（区）级共享平台的级联。",
        "The city police join the city's platform with the region's above and the counties' below.",
        ClauseKind.DUTY,
        (LegalActor.CITY_POLICE,),
        (Object.PLATFORM, Object.NETWORK),
    ),
    Clause(
        "S23",
        "市、县（区）住房城乡建设、交通运输、教育、自然资源、商务、城市管理和综合执法、文化、市场监督管理、旅游、卫生健康等部门应当将本部门、本系统管理的公共安全视频图像信息系统接入同级公共安全视频图像信息系统联网共享平台。",
        "Ten named departments, and others, connect the systems that they manage to the platform of the same level.",
        ClauseKind.DUTY,
        (LegalActor.DEPARTMENT,),
        (Object.PLATFORM, Object.SYSTEM),
        ("S41",),
    ),
    Clause(
        "S24",
        "市、县（区）公安机关为了维护公共安全需要，对企业事业单位、其他组织建设的公共安全视频图像信息系统进行资源整合联网的，相关单位和个人应当予以配合。",
        "When the police link systems of enterprises, institutions and other organisations for public safety, those concerned"
        " cooperate.",
        ClauseKind.DUTY,
        (LegalActor.SECTOR_UNIT, LegalActor.ANYONE),
        (Object.PLATFORM, Object.SYSTEM),
        ("S41",),
    ),
    Clause(
        "S25",
        "市、县（区）公安机关负责编制应当接入公共安全视频图像信息系统联网共享平台的目录，并向社会公布。",
        "City and county police draw up the directory of what has to be connected and publish it.",
        ClauseKind.DUTY,
        _POLICE,
        (Object.PLATFORM, Object.RULES),
    ),
)


_BOTH = (Object.FOOTAGE, Object.BASE_DATA)

USING = (
    Clause(
        "S26",
        "市、县（区）人民政府应当拓宽公共安全视频图像信息系统在社会治理、智能交通、服务民生、生态建设与保护等领域的应用。",
        "Governments widen the use of these systems in public management, traffic, services and the environment. Every such"
        " use needs a lawful basis of its own; public-place images serve public safety only (PIPL 26).",
        ClauseKind.DUTY,
        (LegalActor.CITY_GOVERNMENT, LegalActor.COUNTY_GOVERNMENT),
        (Object.SYSTEM,),
    ),
    Clause(
        "S27",
        "侦查、检察、审判机关因司法工作需要,行政机关因执法工作需要，或者有关部门因调查、处置突发事件需要，可以查阅、调取、复制公共安全视频图像信息系统的基础信息或者视频图像信息，相关单位和个人应当予以配合。",
        "Investigating, prosecuting and judging organs for judicial work, administrative organs for law enforcement, and"
        " departments that investigate or handle an emergency may consult, retrieve and copy basic information and footage;"
        " those concerned cooperate.",
        ClauseKind.RIGHT,
        (LegalActor.REQUESTER, LegalActor.SYSTEM_MANAGER),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.1",
        "根据本办法第二十七条规定，查阅、调取、复制公共安全视频图像信息系统信息资料的，应当遵守下列规定:",
        "Whoever consults, retrieves or copies under article 27 keeps to the following.",
        ClauseKind.DUTY,
        (LegalActor.REQUESTER,),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.1(1)",
        "工作人员不得少于二人；",
        "At least two officers. They are the requesters; how many of the holder's staff approve is another matter.",
        ClauseKind.DUTY,
        (LegalActor.REQUESTER,),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.1(2)",
        "出示工作证件和单位介绍信函；",
        "Each shows the work card, and the unit's letter of introduction is shown.",
        ClauseKind.DUTY,
        (LegalActor.REQUESTER,),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.1(3)",
        "履行相关登记手续；",
        "The request is entered in the register before anything is seen.",
        ClauseKind.DUTY,
        (LegalActor.REQUESTER, LegalActor.SYSTEM_MANAGER),
        (*_BOTH, Object.LOG),
        ("S41",),
    ),
    Clause(
        "S28.1(4)",
        "遵守公共安全视频图像信息资料的使用、保密制度。",
        "The rules on use and secrecy of the material are kept.",
        ClauseKind.DUTY,
        (LegalActor.REQUESTER,),
        _BOTH,
        ("S41",),
    ),
    Clause(
        "S28.2",
        "未按照前款规定查阅、调取、复制公共安全视频图像信息系统信息资料的，公共安全视频图像信息系统管理人员有权拒绝。",
        "Where one of these is missing, the system's manager has the right to refuse.",
        ClauseKind.RIGHT,
        (LegalActor.SYSTEM_MANAGER,),
        _BOTH,
    ),
    Clause(
        "S29",
        "老人、儿童、智障人员走失的，监护人或者近亲属可以申请查看公共安全视频图像信息系统联网共享平台的相关视频图像信息，但不得复制和调取。",
        "When an old person, a child or a mentally disabled person is lost, guardian or near relatives may apply to see the"
        " footage of the sharing platform that bears on it, but may neither copy nor retrieve it.",
        ClauseKind.RIGHT,
        (LegalActor.RELATIVE,),
        (Object.FOOTAGE, Object.PLATFORM),
        ("S41",),
    ),
    Clause(
        "S30.1",
        "公共安全视频图像信息系统的建设、使用、维护单位对于系统设计方案、设备类型、地址码等基础信息以及获取的视频图像信息负有保密义务。",
        "Units that build, use or maintain a system keep its basic information (design, device types, address codes) and its"
        " footage secret.",
        ClauseKind.DUTY,
        (LegalActor.BUILDING_UNIT, LegalActor.USING_UNIT, LegalActor.MAINTAINING_UNIT),
        _BOTH,
        ("S41", "N31"),
    ),
    Clause(
        "S30.2",
        "公共安全视频图像信息系统采集、存储的视频图像信息按照规定用于公共传播时，应当对涉及当事人个体特征、机动车号牌等行踪轨迹的个人信息采取保护性措施，法律法规另有规定的除外。",
        "When footage is released to the public under the rules, personal features, number plates and other personal data that"
        " show somebody's track are protected, unless a law or regulation says otherwise.",
        ClauseKind.DUTY,
        (LegalActor.PUBLISHER,),
        (Object.FOOTAGE,),
        ("S41", "N31"),
    ),
    Clause(
        "S31.1",
        "公共安全视频图像信息系统维护由建设单位或者使用单位负责。",
        "Maintenance is for the building unit or the using unit.",
        ClauseKind.DUTY,
        (LegalActor.BUILDING_UNIT, LegalActor.USING_UNIT),
        (Object.SYSTEM,),
    ),
    Clause(
        "S31.2a",
        "建设单位、使用单位委托专业机构维护公共安全视频图像信息系统的，双方应当明确维护管理具体事项、维护时效和信息资料保密义务，保证系统安全运行。",
        "Who entrusts a firm with maintenance settles with it what is done, how soon, and how information is kept secret, and"
        " sees that the system runs safely.",
        ClauseKind.DUTY,
        (LegalActor.BUILDING_UNIT, LegalActor.USING_UNIT, LegalActor.MAINTAINING_UNIT),
        (Object.CONTRACT,),
        ("S41",),
    ),
    Clause(
        "S31.2b",
        "使用单位应当对维护工作进行监督管理。",
        "The using unit supervises the maintenance.",
        ClauseKind.DUTY,
        (LegalActor.USING_UNIT,),
        (Object.CONTRACT, Object.SYSTEM),
    ),
)
