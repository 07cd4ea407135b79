"""Chapter 2, planning and building, second part: how a system is built, accepted, filed and removed (articles 12 to 20)."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object

_BUILDER = (Actor.BUILDING_UNIT,)

CLAUSES = (
    Clause(
        "S12.1",
        "建设公共安全视频图像信息系统，应当符合有关标准、技术规范以及网络安全等级保护等规定，预留接入公共安全视频图像信息系统联网共享平台的硬件、软件接口。",
        "Systems meet the standards, technical norms and multi-level protection rules, and keep hardware and software"
        " interfaces ready for the sharing platform.",
        Kind.DUTY,
        _BUILDER,
        (Object.SYSTEM, Object.NETWORK),
        ("S41",),
    ),
    Clause(
        "S12.2",
        "市公安机关应当会同大数据管理、国家安全等部门制定全市公共安全视频图像信息系统建设技术规范。",
        "The city police, with the departments for big data, state security and others, make the city's technical norm.",
        Kind.DUTY,
        (Actor.CITY_POLICE,),
        (Object.RULES,),
        ("S41",),
    ),
    Clause(
        "S13.1",
        "公共安全视频图像信息系统建设单位应当选择合格的安全技术防范产品以及符合相应要求的设计、施工和维护单位。",
        "The building unit chooses qualified security products and firms that are fit to design, build and maintain.",
        Kind.DUTY,
        _BUILDER,
        (Object.EQUIPMENT, Object.CONTRACT),
        ("S41",),
    ),
    Clause(
        "S13.2",
        "任何部门不得指定产品品牌和销售单位，不得指定设计、施工、维护单位。",
        "No department may prescribe a brand, a seller, or a firm for design, building or maintenance.",
        Kind.PROHIBITION,
        (Actor.DEPARTMENT, Actor.CITY_POLICE, Actor.COUNTY_POLICE),
        (Object.EQUIPMENT, Object.CONTRACT),
        ("S41",),
    ),
    Clause(
        "S14",
        "新建、改建、扩建建设工程，按照规定应当建设公共安全视频图像信息系统的，要与建设工程同时设计、同时施工、同时验收、同时使用。",
        "Where works need a system, it is designed, built, accepted and put to use at the same time as the works: the four"
        " simultaneous steps.",
        Kind.DUTY,
        _BUILDER,
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S15",
        "公共安全视频图像信息系统应当做到视频图像采集设备位置安装合理、采集范围固定，并设置明显标志。",
        "Devices are reasonably placed, cover a fixed field of view, and are clearly signed.",
        Kind.DUTY,
        (Actor.BUILDING_UNIT, Actor.USING_UNIT),
        (Object.EQUIPMENT,),
        ("S41",),
    ),
    Clause(
        "S16.1",
        "公共安全视频图像信息系统竣工后，建设单位应当按照规定组织验收，经验收合格后方可投入使用。",
        "After completion the building unit has the system accepted; only what passed may be put to use.",
        Kind.DUTY,
        _BUILDER,
        (Object.SYSTEM, Object.DOSSIER),
        ("S39(1)",),
    ),
    Clause(
        "S16.2a",
        "建设单位应当自验收合格之日起三十日内，将公共安全视频图像信息系统设计方案和验收材料等相关资料报所在县（区）公安机关备案；",
        "Within 30 days of the day on which it passed acceptance the building unit files design, acceptance papers and what"
        " belongs to them with the county police.",
        Kind.DUTY,
        _BUILDER,
        (Object.FILING,),
        ("N29",),
    ),
    Clause(
        "S16.2b",
        "本办法施行前已经建成的公共安全视频图像信息系统，使用单位应当于本办法施行后六十日内报所在县（区）公安机关备案。",
        "For systems built before the regulation came into force the using unit files within 60 days after that day.",
        Kind.DUTY,
        (Actor.USING_UNIT,),
        (Object.FILING,),
        ("N29",),
    ),
    Clause(
        "S16.2c",
        "不符合现行相关国家标准、行业标准和地方标准的，应当在所在县（区）公安机关指导下限期完成升级改造。",
        "What does not meet the standards of today is upgraded within a set term under the guidance of the county police.",
        Kind.DUTY,
        (Actor.USING_UNIT, Actor.BUILDING_UNIT),
        (Object.SYSTEM,),
    ),
    Clause(
        "S17",
        "公共安全视频图像信息系统的设计、施工、验收、维护等基础资料以及从事上述活动的单位和专业技术人员的基本信息，建设单位应当立卷归档并依法管理。",
        "The building unit keeps a file, and manages it by law, of the papers on design, building, acceptance and maintenance,"
        " and of the firms and technicians who did them.",
        Kind.DUTY,
        _BUILDER,
        (Object.DOSSIER,),
        ("S39(2)",),
    ),
    Clause(
        "S18a",
        "公共安全视频图像信息系统设备不得擅自拆除；",
        "Devices may not be removed without leave.",
        Kind.PROHIBITION,
        (Actor.ANYONE, Actor.BUILDING_UNIT, Actor.USING_UNIT),
        (Object.EQUIPMENT,),
        ("S40", "N30"),
    ),
    Clause(
        "S18b",
        "因城市建设或者场所、部位改变用途等确需拆除的，应当在拆除前十五日向所在县（区）公安机关报告。",
        "Where city works, a change of use or the like make removal necessary, the county police are told 15 days before. It"
        " is a report, not a request for permission.",
        Kind.DUTY,
        (Actor.BUILDING_UNIT, Actor.USING_UNIT),
        (Object.EQUIPMENT,),
        ("S40", "N30"),
    ),
    Clause(
        "S19",
        "园林绿化、架设管线或者设置户外广告等设施的，不得妨碍公共安全视频图像信息系统采集设备的正常运行和图像采集。",
        "Greenery, lines, outdoor advertising and other structures must not hinder devices or block their view.",
        Kind.PROHIBITION,
        (Actor.THIRD_PARTY,),
        (Object.EQUIPMENT,),
        ("S39(3)",),
    ),
    Clause(
        "S20",
        "在涉及国家安全、国家秘密的区域和场所建设公共安全视频图像信息系统，应当符合国家相关保密规定，建立严格的安全准入机制，选用安全可控的产品设备和符合要求的专业队伍，不得接入互联网以及其他公共信息网络。",
        "In areas that concern state security or secrets: secrecy rules, strict entry control, trusted products and crews, and"
        " no connection to the internet or any other public information network.",
        Kind.PROHIBITION,
        (Actor.BUILDING_UNIT, Actor.USING_UNIT),
        (Object.SYSTEM, Object.NETWORK),
        ("S41",),
    ),
)
