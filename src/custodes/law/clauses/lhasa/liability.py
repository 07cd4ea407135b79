"""Chapters 6 and 7, legal liability and final provision: articles 37 to 42."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object

_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)
_PENALTY = (Object.PENALTY,)

LIABILITY = (
    Clause(
        "S37",
        "违反本办法第九条规定，应当建设公共安全视频图像信息系统而未建设的，由公安机关责令限期建设并予以通报批评；逾期未建设的，处以一万元以上三万元以下罚款。",
        "Who should have built under article 9 and did not is ordered to build within a term and publicly criticised; who then"
        " still does not is fined 10,000 to 30,000 yuan.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "S38",
        "违反本办法第十条规定的，由公安机关责令立即停止使用、限期拆除；逾期未拆除的，由公安机关依法处置，单位安装的，对单位处以二千元以上一万元以下罚款；个人安装的，对个人处以二百元以下罚款。",
        "Who breaks article 10 is ordered to stop at once and remove within a term; who does not is dealt with by law: a unit"
        " is fined 2,000 to 10,000 yuan, a person up to 200.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "S39",
        "有下列情形之一的，由公安机关责令限期改正并予以警告；逾期未改正的，处一千元以上五千元以下罚款：",
        "In the following cases correction within a term is ordered and a warning given; after the term a fine of 1,000 to"
        " 5,000 yuan.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "S39(1)",
        "违反本办法第十六条规定，公共安全视频图像信息系统建设竣工后未经验收或者验收不合格投入使用的；",
        "A system was put to use without acceptance, or although it failed (article 16). Late filing is not in here.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "S39(2)",
        "违反本办法第十七条规定，未按规定对系统设计、施工、验收、维护等基础资料以及从事上述活动的单位和专业技术人员基本信息立卷归档的；",
        "Papers, firms and technicians were not kept on file (article 17).",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "S39(3)",
        "违反本办法第十九条规定，园林绿化、架设管线或者设置户外广告等设施，妨碍公共安全视频图像信息采集设备的正常运行和图像采集的。",
        "Greenery, lines or outdoor advertising hinder the devices or block their view (article 19).",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "S40",
        "违反本办法第十八条规定，建设单位、使用单位擅自拆除公共安全视频图像信息系统的，由公安机关处以一万元以上三万元以下罚款。",
        "A building or using unit that removes a system without leave (article 18) is fined 10,000 to 30,000 yuan, without an"
        " order or a warning first.",
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    Clause(
        "S41",
        "违反本办法规定，本办法未规定处罚的行为，相关法律、法规已有处罚规定的，从其规定。",
        "Breaches for which the regulation itself sets no penalty follow the laws and regulations that do.",
        Kind.PRINCIPLE,
        _POLICE,
        _PENALTY,
    ),
)

FINAL = (
    Clause(
        "S42",
        "本办法自2024年5月1日起施行。",
        "In force from 1 May 2024.",
        Kind.PRINCIPLE,
        objects=(Object.RULES,),
    ),
)
