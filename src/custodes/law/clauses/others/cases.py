"""How police conduct a case (程序规定), and how it is contested and enforced: our own summary."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Kind, Object
from custodes.law.clauses.others.saying import says

_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)
_PENALTY = (Object.PENALTY,)

POLICE_CASES = (
    says(
        "PP31",
        "视听资料、电子数据复制件应附制作说明；电子数据提取应有笔录和清单（第三十二条）。",
        "Copies carry a note of how they were made; extraction of electronic data has minutes and a list.",
        ("打印提取笔录、清单、复制件制作说明", "minutes, list and note are printed"),
        Kind.DUTY,
        _POLICE,
        (Object.FOOTAGE,),
    ),
    says(
        "PP35",
        "期间开始之日不计入；最后一日是节假日的顺延。",
        "The first day is not counted, a last day on a holiday rolls on.",
        ("与民法典同一算法", "counted as the Civil Code does"),
        Kind.PRINCIPLE,
    ),
    says(
        "PP123",
        "听证标准：个人二千元以上、单位一万元以上罚款等；依地方规章的，标准由地方规定。",
        "Hearing lines: a person from 2,000, a unit from 10,000 yuan; for local rules the line is set locally.",
        ("听证标准为设置项，未核实时按较低者提供", "the lines are settings; unconfirmed, the lower one counts"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
        "依据地方规章的听证标准未能核实",
    ),
    says(
        "PP264",
        "办理行政案件使用的文书由公安部统一制定，尚未制定的由省级公安机关制定。",
        "Forms of a police case are set by the Ministry, or failing that by the province.",
        ("打印件为草稿，可替换模板", "what we print for a case is a draft over a replaceable template"),
        Kind.PRINCIPLE,
        _POLICE,
        (),
        "公安部文书式样未能核实",
    ),
)

REMEDIES = (
    says(
        "ARL20",
        "自知道之日起六十日内申请行政复议。",
        "Review is asked for within 60 days of knowing.",
        ("决定书写明复议期限", "printed in the decision"),
        Kind.RIGHT,
        (Actor.ANYONE,),
        _PENALTY,
    ),
    says(
        "ARL88",
        "本法中“三日”“五日”“七日”“十日”指工作日。",
        "Three, five, seven and ten days are working days.",
        ("期限类型随条文", "each norm says which days it counts"),
        Kind.PRINCIPLE,
    ),
    says(
        "ALL46",
        "自知道之日起六个月内提起行政诉讼。",
        "Suit within six months of knowing.",
        ("决定书写明诉讼期限", "printed in the decision"),
        Kind.RIGHT,
        (Actor.ANYONE,),
        _PENALTY,
    ),
    says(
        "AEL44",
        "强制拆除须公告限期自行拆除，且复议、诉讼期限届满后依法进行。",
        "Forced removal: public notice first, and only after review and suit have lapsed.",
        ("强制拆除前置检查", "conditions before forced removal"),
        Kind.DUTY,
        _POLICE,
        (Object.EQUIPMENT,),
    ),
    says(
        "AEL53",
        "期限届满后三个月内申请法院强制执行，申请前催告，十日后仍未履行的可以申请（第五十四条）。",
        "Enforcement by the court within three months, after a demand and ten (working) days.",
        ("催告和申请期限", "terms of demand and application"),
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    says(
        "AEL69",
        "本法中十日以内期限的规定是指工作日。",
        "Terms of ten days or less are working days.",
        ("期限类型随条文", "each norm says which days it counts"),
        Kind.PRINCIPLE,
    ),
)
