"""How a penalty comes about (行政处罚法): our own summary, and what follows for the program.

What could not be checked in the source is marked `unconfirmed`: it is a setting wherever a number depends on it.
"""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Kind, Object
from custodes.law.clauses.others.saying import says

_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)
_PENALTY = (Object.PENALTY,)

PENALTIES = (
    says(
        "PL9",
        "处罚种类：警告、通报批评；罚款、没收；等等。",
        "Kinds of penalty: warning and public criticism; fines, confiscation; others.",
        ("通报批评是处罚，须告知", "public criticism is a penalty and needs notice"),
        Kind.PRINCIPLE,
        objects=_PENALTY,
    ),
    says(
        "PL14",
        "地方政府规章在法律、法规规定的行为、种类和幅度内细化；尚无规定的，可设警告、通报批评或者限额罚款，限额由自治区人大常委会规定。",
        "A local rule details penalties within the act, kind and range set above it; where there is none it may set warning,"
        " criticism or a capped fine, the cap set by the region's people's congress.",
        ("与上位法重叠的罚款须法制审核", "fines that overlap higher norms go to a legal reviewer"),
        Kind.PRINCIPLE,
        _POLICE,
        _PENALTY,
        "西藏自治区规章罚款限额未能核实",
    ),
    says(
        "PL28",
        "实施处罚时应当责令改正或者限期改正。",
        "Correction is ordered, at once or within a term.",
        ("责令改正与处罚分别记录", "the order is recorded beside the penalty"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL29",
        "同一违法行为不得给予两次以上罚款；违反多个规范的按罚款数额高的处罚。",
        "One act is not fined twice; of several norms the higher fine applies.",
        ("同一行为只立一件罚款", "one fine for one act"),
        Kind.PROHIBITION,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL36",
        "二年内未被发现的不再处罚，涉及生命健康安全且有危害后果的为五年；自行为发生之日起算，连续或者继续的自终了之日起算。",
        "Two years' limitation (five where life or health was harmed), from the conduct, or its end when it continues.",
        ("计算追责时效", "the limitation is computed"),
        Kind.PRINCIPLE,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL37",
        "适用行为时的规定；作出决定时规定已修改或者废止，且新规定较轻或者不认为违法的，适用新规定。",
        "The norm of the day of conduct applies, unless the newer one is lighter.",
        ("新旧两种计算都保留", "both computations are kept"),
        Kind.PRINCIPLE,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL41",
        "利用电子技术监控设备取证须经法制和技术审核，符合标准、设置合理、标志明显，设置地点向社会公布；记录真实清晰完整准确。",
        "Evidence from surveillance devices: legal and technical review, standards, clear signs, published location; true,"
        " clear, complete, accurate records.",
        (
            "无标识照片或者未公布位置的点位用于处罚时警示",
            "a camera without sign photo or published place is warned about",
        ),
        Kind.DUTY,
        _POLICE,
        (Object.FOOTAGE,),
    ),
    says(
        "PL42",
        "执法人员不得少于二人。",
        "At least two enforcement officers.",
        ("办案人员两名", "two officers on a case"),
        Kind.DUTY,
        _POLICE,
    ),
    says(
        "PL44",
        "决定前应告知内容、事实、理由、依据和权利；未告知不得作出决定（第六十二条）。",
        "Notice before the decision; without it there is none (article 62).",
        ("未告知不能决定", "no decision without notice"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL45",
        "当事人有权陈述、申辩；不得因此加重处罚。",
        "The person may state and defend; that makes nothing heavier.",
        ("记录陈述申辩及复核", "statement and review are recorded"),
        Kind.RIGHT,
        (),
        _PENALTY,
    ),
    says(
        "PL51",
        "对公民二百元以下、对法人三千元以下罚款或者警告，可以当场决定。",
        "Up to 200 yuan for a person, 3,000 for a unit, or a warning, may be decided on the spot.",
        ("可当场处罚的提示", "on-the-spot is offered"),
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL56",
        "先行登记保存的证据，七日内作出处理决定。",
        "What was registered and kept as evidence is decided on within seven (working) days.",
        ("七个工作日期限", "a term of seven working days"),
        Kind.DUTY,
        _POLICE,
    ),
    says(
        "PL60",
        "自立案之日起九十日内作出处罚决定。",
        "A decision within 90 days of opening the case.",
        ("九十日期限", "a term of 90 days"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL61",
        "处罚决定书当场交付，当事人不在场的七日内送达。",
        "The decision is handed over, or delivered within seven (working) days.",
        ("七个工作日送达", "delivery in seven working days"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL63",
        "较大数额罚款等，当事人要求的应当听证。",
        "A larger fine and the like: a hearing when the person asks for it.",
        ("达到听证标准时告知听证权利", "the right to a hearing is told"),
        Kind.RIGHT,
        (),
        _PENALTY,
        "地方规章罚款的听证标准由地方规定，西藏标准未能核实",
    ),
    says(
        "PL64",
        "告知后五日内提出听证要求；听证七日前通知。",
        "A hearing is asked for within five (working) days; seven (working) days' notice of it.",
        ("听证期限", "terms of the hearing"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL67",
        "收到决定书之日起十五日内缴纳罚款。",
        "The fine is paid within 15 days of receipt.",
        ("十五日缴纳期限", "a term of 15 days"),
        Kind.DUTY,
        (Actor.ANYONE,),
        _PENALTY,
    ),
    says(
        "PL72",
        "逾期不缴的每日按罚款数额的百分之三加处，不超过罚款数额；复议、诉讼期间不计（第七十三条）。",
        "Late payment: 3 % a day, never more than the fine; not while review or suit runs (article 73).",
        ("计算加处罚款", "the late fee is computed"),
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL85",
        "本法中“二日”“三日”“五日”“七日”指工作日。",
        "Two, three, five and seven days are working days.",
        ("期限类型随条文", "each norm says which days it counts"),
        Kind.PRINCIPLE,
    ),
)
