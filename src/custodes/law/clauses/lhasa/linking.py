"""Chapter 3, linking and integrating: articles 21 to 25."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object

_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)

CLAUSES = (
    Clause(
        "S21",
        "市、县（区）公安机关应当对公共安全视频图像信息系统进行资源整合，建立统一的公共安全视频图像信息系统联网共享平台。",
        "City and county police bring the systems together in one sharing platform.",
        Kind.DUTY,
        _POLICE,
        (Object.PLATFORM,),
    ),
    Clause(
        "S22",
        "市公安机关负责市级公共安全视频图像信息系统联网共享平台与自治区级共享平台和县（区）级共享平台的级联。",
        "The city police join the city's platform with the region's above and the counties' below.",
        Kind.DUTY,
        (Actor.CITY_POLICE,),
        (Object.PLATFORM, Object.NETWORK),
    ),
    Clause(
        "S23",
        "市、县（区）住房城乡建设、交通运输、教育、自然资源、商务、城市管理和综合执法、文化、市场监督管理、旅游、卫生健康等部门应当将本部门、本系统管理的公共安全视频图像信息系统接入同级公共安全视频图像信息系统联网共享平台。",
        "Ten named departments, and others, connect the systems that they manage to the platform of the same level.",
        Kind.DUTY,
        (Actor.DEPARTMENT,),
        (Object.PLATFORM, Object.SYSTEM),
        ("S41",),
    ),
    Clause(
        "S24",
        "市、县（区）公安机关为了维护公共安全需要，对企业事业单位、其他组织建设的公共安全视频图像信息系统进行资源整合联网的，相关单位和个人应当予以配合。",
        "When the police link systems of enterprises, institutions and other organisations for public safety, those concerned"
        " cooperate.",
        Kind.DUTY,
        (Actor.SECTOR_UNIT, Actor.ANYONE),
        (Object.PLATFORM, Object.SYSTEM),
        ("S41",),
    ),
    Clause(
        "S25",
        "市、县（区）公安机关负责编制应当接入公共安全视频图像信息系统联网共享平台的目录，并向社会公布。",
        "City and county police draw up the directory of what has to be connected and publish it.",
        Kind.DUTY,
        _POLICE,
        (Object.PLATFORM, Object.RULES),
    ),
)
