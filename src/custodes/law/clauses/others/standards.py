"""Technical standards, and the Ministry's rules on supervision (公通字〔2025〕11号): what is known of them, and what could not be checked."""

from __future__ import annotations

from custodes.law.clauses.clause import ClauseKind, LegalActor, Object, says

STANDARDS = (
    says(
        "GB22239",
        "等级保护要求：系统、审计、安全管理员分设，审计记录防止意外删除、修改。",
        "Multi-level protection: three administrators apart, audit records protected.",
        ("登记保护等级、备案号、测评日期；三员分立", "level, number and test are recorded; three administrators"),
        objects=(Object.SYSTEM, Object.LOG),
        unconfirmed="条款原文未能核实",
    ),
    says(
        "GB37300",
        "重点区域采集部位、种类和技术要求。",
        "Which parts of key areas are recorded, and how.",
        ("场所检查表", "a check list of the site"),
        objects=(Object.PLACE,),
        unconfirmed="条款号未能核实",
    ),
    says(
        "GB28181",
        "联网信息传输、交换、控制的协议。",
        "The protocol of interconnection.",
        ("联网接口", "the interconnection"),
        objects=(Object.NETWORK,),
        unconfirmed="仅据二手资料",
    ),
    says(
        "GB35114",
        "设备身份、信令认证、视频签名与加密。",
        "Device identity, signalling authentication, signed and encrypted video.",
        ("按点位记录验签状态，签名码流不改写", "verification is recorded by camera; signed streams stay as they are"),
        objects=(Object.EQUIPMENT, Object.FOOTAGE),
        unconfirmed="仅据目录摘录",
    ),
    says(
        "GB55029",
        "试运行不少于三十日；存储不少于三十日；未经验收合格不得交付。",
        "Trial run of at least 30 days, storage of at least 30, not handed over without acceptance.",
        ("验收资料须含试运行记录", "acceptance asks for the log of the trial run"),
        objects=(Object.SYSTEM, Object.DOSSIER),
        unconfirmed="仅据二手资料",
    ),
    says(
        "GB50348",
        "安全防范工程的设计、施工、检验、验收。",
        "Design, building, inspection and acceptance of security engineering.",
        ("验收检查表", "the check list of acceptance"),
        objects=(Object.SYSTEM, Object.DOSSIER),
        unconfirmed="条款原文未能核实",
    ),
    says(
        "GA1400",
        "公安视频图像信息应用系统的接口，含人员、人脸、车辆、布控对象。",
        "Interfaces of police video applications: persons, faces, vehicles, watch-lists.",
        (
            "不实现：本系统不做人员、人脸、车辆检索和布控",
            "not implemented: this system searches no persons, faces or vehicles and keeps no watch-lists",
        ),
        objects=(Object.FOOTAGE,),
        unconfirmed="仅据二手资料",
    ),
    says(
        "GB25724",
        "SVAC视音频编解码。",
        "The SVAC codec.",
        (
            "码流原样保存，通用播放器能否解码未核实",
            "streams are stored as they are; common players may not decode them",
        ),
        objects=(Object.FOOTAGE,),
        unconfirmed="条款原文未能核实",
    ),
    says(
        "GB50395",
        "视频安防监控系统的工程设计。",
        "Engineering design of video surveillance.",
        ("设计依据可以引用", "designs may refer to it"),
        objects=(Object.SYSTEM, Object.DOSSIER),
        unconfirmed="条款原文未能核实",
    ),
    says(
        "ISO27037",
        "电子证据的识别、收集、获取和保存，保管链记录。",
        "Identifying, collecting, acquiring and preserving digital evidence; chain of custody.",
        ("保管链登记字段", "fields of the custody record"),
        objects=(Object.FOOTAGE, Object.LOG),
        unconfirmed="仅据二手资料",
    ),
)


SUPERVISION = (
    says(
        "SVR1",
        "规范公安机关对公共安全视频图像信息系统的监督管理。",
        "It orders how the police supervise public-safety video systems.",
        (
            "检查项目和间隔为设置项，读到原文前不作为依据",
            "check list and intervals are settings until the text was read",
        ),
        ClauseKind.PRINCIPLE,
        (LegalActor.CITY_POLICE, LegalActor.COUNTY_POLICE),
        (Object.SYSTEM,),
        "第二条以下未见原文；施行日期以印发日期2025-05-21代",
    ),
)
