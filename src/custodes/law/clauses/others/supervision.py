"""How police supervise these systems by the Ministry's own rules (公通字〔2025〕11号): what is known of them, and that the rest is not."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Kind, Object
from custodes.law.clauses.others.saying import says

SUPERVISION = (
    says(
        "SVR1",
        "规范公安机关对公共安全视频图像信息系统的监督管理。",
        "It orders how the police supervise public-safety video systems.",
        (
            "检查项目和间隔为设置项，读到原文前不作为依据",
            "check list and intervals are settings until the text was read",
        ),
        Kind.PRINCIPLE,
        (Actor.CITY_POLICE, Actor.COUNTY_POLICE),
        (Object.SYSTEM,),
        "第二条以下未见原文；施行日期以印发日期2025-05-21代",
    ),
)
