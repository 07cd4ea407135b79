"""The steps of a penalty case (行政处罚法) from its discovery to its file: our own summary, and what follows for the program."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Kind, Object
from custodes.law.clauses.others.saying import says

_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)
_PENALTY = (Object.PENALTY,)

PROCEDURE = (
    says(
        "PL43",
        "执法人员与案件有利害关系的应当回避；决定作出前不停止调查。",
        "Officers with an interest in the case stand aside; the inquiry goes on until that is decided.",
        ("登记回避的申请和决定", "the request to stand aside and its outcome are recorded"),
        Kind.DUTY,
        _POLICE,
    ),
    says(
        "PL46",
        "证据种类含视听资料、电子数据；查证属实方可作为认定依据，非法取得的不得作为依据。",
        "Recordings and electronic data are evidence once verified; what was taken unlawfully is none.",
        ("证据逐项登记来源和核实结果", "each piece of evidence has its source and how it was verified"),
        Kind.PRINCIPLE,
        _POLICE,
        (Object.FOOTAGE,),
    ),
    says(
        "PL47",
        "处罚全过程记录，归档保存。",
        "The whole procedure is recorded and kept in the archive.",
        ("每一步留有记录，结案后立卷", "each step is recorded; the closed case becomes a file"),
        Kind.DUTY,
        _POLICE,
        (Object.LOG, Object.PENALTY),
    ),
    says(
        "PL48",
        "有一定社会影响的处罚决定应当公开；被变更、撤销、确认违法或者无效的，三日内撤回并说明理由。",
        "Decisions of some importance are published; one that was changed or set aside is withdrawn within three (working) days,"
        " with the reason.",
        ("公开台账和撤回期限", "a register of publications and the term of withdrawal"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL54",
        "发现应当处罚的行为须全面、客观、公正调查，符合立案标准的及时立案。",
        "What may deserve a penalty is inquired into fully and fairly, and opened as a case promptly.",
        ("立案之日为办案期限的起算日", "the day of opening starts the term of the case"),
        Kind.DUTY,
        _POLICE,
    ),
    says(
        "PL55",
        "调查、检查时主动出示执法证件；不出示的，当事人有权拒绝。",
        "Officers show their cards; without them a person may refuse.",
        ("登记两名执法人员的证件号", "the card numbers of both officers are recorded"),
        Kind.DUTY,
        _POLICE,
    ),
    says(
        "PL57",
        "调查终结后由负责人审查；情节复杂或者重大的，负责人集体讨论决定。",
        "After the inquiry the head of the organ decides; grave or complex cases are discussed by its heads.",
        ("登记审批和集体讨论", "approval and discussion are recorded"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL58",
        "经过听证、涉及重大公共利益或者案情复杂等情形，决定前须由法制审核人员审核；未经审核或者审核未通过的，不得作出决定。",
        "After a hearing, or where much is at stake, a legal reviewer looks first: no decision without that.",
        ("应当审核的案件未审核不能决定", "a case that needs review is not decided without it"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL59",
        "处罚决定书载明当事人、事实和证据、种类和依据、履行方式和期限、救济途径和期限、机关名称和日期，并加盖印章。",
        "A decision holds six things: who, facts and evidence, kind and basis, how and when to comply, remedies, organ and day,"
        " under seal.",
        ("决定书六项内容齐全", "the six contents of a decision are complete"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL62",
        "未依法告知或者拒绝听取陈述、申辩的，不得作出处罚决定；当事人明确放弃的除外。",
        "No decision without notice, or where the person was not heard, unless that was waived.",
        ("未告知、未听取的不能决定", "no decision without notice and hearing of the person"),
        Kind.PROHIBITION,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL65",
        "听证结束后，依听证笔录作出决定。",
        "After a hearing the decision follows its minutes.",
        ("决定引用听证笔录", "the decision refers to the minutes"),
        Kind.DUTY,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL66",
        "确有经济困难的，经申请和批准可以延期或者分期缴纳罚款。",
        "Who is in need may be allowed to pay later or in parts.",
        ("登记延期、分期的批准", "leave to pay later or in parts is recorded"),
        Kind.POWER,
        _POLICE,
        _PENALTY,
    ),
    says(
        "PL73",
        "复议、诉讼一般不停止处罚的执行；加处罚款的数额在复议或者诉讼期间不计算。",
        "Review or suit does not stay the penalty as a rule; the late fee does not grow while they run.",
        ("复议、诉讼期间不计加处罚款", "days of review and suit are left out of the late fee"),
        Kind.PRINCIPLE,
        _POLICE,
        _PENALTY,
    ),
)
