"""Chapter 1, general provisions: articles 1 to 7."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object

_DEPARTMENTS = (Actor.DEPARTMENT,)
_GOVERNMENTS = (Actor.CITY_GOVERNMENT, Actor.COUNTY_GOVERNMENT)
_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)

CLAUSES = (
    Clause(
        "S1",
        "为了规范公共安全视频图像信息系统的管理，提高预防和处置突发事件能力，维护公共安全，保障公民、法人和其他组织的合法权益，根据有关法律法规的规定，结合本市实际，制定本办法。",
        "Purpose: orderly management of these systems, better prevention of and response to emergencies, public safety,"
        " and the lawful rights of people and organisations. The list of purposes is closed.",
        Kind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "S2.1",
        "本市行政区域内公共安全视频图像信息系统的规划、建设、联网、整合、应用、维护及其监督管理，适用本办法。",
        "Scope: planning, building, linking, integrating, using, maintaining and supervising such systems within the city.",
        Kind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "S2.2",
        "本办法所称公共安全视频图像信息系统，是指利用视频图像采集设备和其他相关设备，对涉及公共安全的区域、场所和重点部位进行视频图像信息采集、传输、控制、显示、处理和存储的系统。",
        "Definition: a system that captures, transmits, controls, displays, processes and stores video of areas, places and"
        " key spots which concern public safety.",
        Kind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "S3",
        "公共安全视频图像信息系统管理应当遵循科学规划、全域覆盖、统一标准、联网共享、安全可控、依法应用的原则。",
        "Six principles: sound planning, full coverage, one standard, linking and sharing, security under control, lawful use.",
        Kind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "S4.1",
        "市、县（区）人民政府应当加强组织领导，将公共安全视频图像信息系统作为公共基础设施纳入社会经济发展规划和社会治安综合治理、突发事件应急管理以及数字城市建设体系。",
        "City and county governments lead the work and put these systems, as public infrastructure, into development plans,"
        " public-order, emergency and digital-city schemes.",
        Kind.DUTY,
        _GOVERNMENTS,
        (Object.RULES,),
        ("S41",),
    ),
    Clause(
        "S4.2",
        "公共安全视频图像信息系统工作所需经费列入同级政府财政预算。",
        "The money that the work needs is in the budget of the government of the same level.",
        Kind.DUTY,
        _GOVERNMENTS,
        (Object.RULES,),
        ("S41",),
    ),
    Clause(
        "S5.1",
        "市、县（区）人民政府建立公共安全视频图像信息系统联席会议制度，协调解决工作中的重大问题。",
        "City and county governments hold a joint meeting that settles the major questions.",
        Kind.DUTY,
        _GOVERNMENTS,
        (Object.RULES,),
        ("S41",),
    ),
    Clause(
        "S5.2",
        "功能园区管理机构做好辖区内公共安全视频图像信息系统相关工作。",
        "Managing bodies of functional parks do this work within their park.",
        Kind.DUTY,
        (Actor.PARK,),
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S6.1",
        "市、县（区）公安机关负责公共安全视频图像信息系统的指导、监督和管理工作。",
        "City and county police guide, supervise and manage these systems.",
        Kind.POWER,
        _POLICE,
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S6.2",
        "发展改革、科技、经济和信息化、财政、大数据管理、住房城乡建设、人力资源和社会保障、交通运输、教育、自然资源、商务、城市管理和综合执法、文化、市场监督管理、旅游、卫生健康、国家安全等部门在各自职能范围内，负责公共安全视频图像信息系统相关工作。",
        "Seventeen named departments, and others, do the related work within their remit.",
        Kind.DUTY,
        _DEPARTMENTS,
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S6.3",
        "邮政、金融、电信、电力以及具有公共服务管理职能的企业事业单位、社会组织应当在公安机关的指导和监督下，负责本系统、本部门、本行业公共安全视频图像信息系统相关工作。",
        "Post, finance, telecom, power and other bodies with public functions answer for the systems of their own sector, under"
        " the guidance and supervision of the police.",
        Kind.DUTY,
        (Actor.SECTOR_UNIT,),
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S7",
        "任何单位和个人不得利用公共安全视频图像信息系统非法获取国家秘密、工作秘密、商业秘密或者侵犯公民个人隐私以及其他合法权益。",
        "Nobody may use such a system to obtain state, work or business secrets unlawfully, or to violate privacy or other"
        " lawful rights.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.FOOTAGE, Object.BASE_DATA),
        ("S41", "N31"),
    ),
)
