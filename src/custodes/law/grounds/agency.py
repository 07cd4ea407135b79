"""Ground *agency request* (查阅、调取、复制): organs that need footage or basic information for their work (S27, S28, N16.2(3), N20).

Three grounds stand in S27: judicial work, law enforcement, and investigating or handling an emergency. Other state organs come
under a law that names their power (N20): the article is stated and reviewed. Lawyers, firms and private persons have no ground
here and are told the ways that are open to them.

What S28.1 asks for is `unmet`, and what of it may be printed as a refusal under S28.2 is `refusable`: not what the holder itself has
not done yet, nor our own number for the longest span. What we ask for besides, approvals of the holder's staff, is `awaiting`: its lack
is escalated and never a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from custodes.law.assumptions import AS_SHIPPED
from custodes.law.calendar.days import day_of
from custodes.law.grounds.ground import NO_SEARCH, GroundEntry, Never, OtherWay, Unmet, Yield
from custodes.law.grounds.in_time import on_day, resting_on
from custodes.law.grounds.stating import (
    SPAN_ASSUMED,
    StatedScope,
    identity,
    names_no_camera,
    says_something,
    scope_unmet,
    too_long,
)

NAME = "agency"
CLAUSES = ("S27", "S28.1(1)", "S28.1(2)", "S28.1(3)", "S28.1(4)", "N16.2(3)", "N20")
NEVER = (
    Never(Yield.LIVE, "S27", "不提供实时画面；实时监看依值班岗位", "no live picture: that takes a duty post"),
    NO_SEARCH,
)
WAYS = (
    OtherWay(
        "N21",
        "本人、近亲属或者有监护、看护、代管责任的人，可经管理单位同意查阅",
        "the person, near relatives or who has custody or care may look with the managing unit's consent",
    ),
    OtherWay("S27", "诉讼代理人可以申请人民法院调取", "counsel may ask the court to retrieve it"),
    OtherWay(
        "S29",
        "有人走失的，监护人或者近亲属可以申请查看",
        "where somebody is lost, guardian or near relatives may apply",
    ),
)


class Requester(StrEnum):
    """Who asks."""

    ORGAN = "organ"
    """侦查、检察、审判机关，行政机关，有关部门，其他国家机关."""
    LAWYER = "lawyer"
    FIRM = "firm"
    PRIVATE = "private"


class AgencyBasis(StrEnum):
    """For what."""

    JUDICIAL = "judicial"
    ENFORCEMENT = "enforcement"
    EMERGENCY = "emergency"
    NAMED_LAW = "named_law"


class AgencyVerb(StrEnum):
    """What is to be done (S27)."""

    CONSULT = "consult"
    RETRIEVE = "retrieve"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Officer:
    """One of those who ask.

    Attributes:
        id: as the system knows the person, or the name.
        card: number of the work card, empty when none was shown.
        present: signed in (remote) or at the counter now.
    """

    id: str
    card: str
    present: bool


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """All that the ground needs to know.

    Attributes:
        requester: who asks.
        unit: name of the organ.
        basis: for what, None while nobody has said.
        law: the article of the law that names the power (`AgencyBasis.NAMED_LAW`).
        law_reviewed: somebody of the holder has looked at that article.
        officers: those who ask.
        letter: number of the letter of introduction, empty when none was shown.
        verb, base_data: what is to be done, and whether with basic information instead of footage.
        scope: which footage; without meaning for basic information.
        purpose, content: 事由 and 内容.
        registered: the line stands in the register.
        undertaking: the undertaking on use and secrecy is signed.
        security_organ: a police or state-security organ that retrieves or copies for an investigation (DSL35); None while nobody has
            said.
        approval_number: number of its own approval document.
        approvers: who of the holder's staff has approved.
        approvals_needed: how many the unit has set; one at the least.
        urgent: the urgent path: approvals come afterwards.
        returned: the request was closed, or what was handed over given back; None while that is not known.
        n9: all cameras that are asked for are of systems of N9's places: what N9 takes off is not asked, or under the city's regulation.
    """

    requester: Requester
    unit: str
    basis: AgencyBasis | None
    officers: tuple[Officer, ...]
    letter: str
    verb: AgencyVerb
    scope: StatedScope
    purpose: str
    content: str
    registered: bool
    undertaking: bool
    law: str = ""
    law_reviewed: bool = False
    base_data: bool = False
    security_organ: bool | None = None
    approval_number: str = ""
    approvers: tuple[str, ...] = ()
    approvals_needed: int = AS_SHIPPED.holder_approvals
    urgent: bool = False
    returned: bool | None = None
    n9: bool = False


@resting_on("S27")
def unmet(facts: AgencyFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions of the law that the request does not meet at `at`: nothing is registered or shown before."""
    if facts.requester is not Requester.ORGAN:
        return (NO_ORGAN,)
    found = [*_basis(facts), *_officers(facts)]
    if not says_something(facts.letter):
        found.append(NO_LETTER)
    if not says_something(facts.unit):
        found.append(NO_UNIT)
    if not facts.base_data:
        found += [_bounded(one) for one in scope_unmet(facts.scope, at, "N20", "S33.1")]
    if not says_something(facts.purpose):
        found.append(NO_PURPOSE)
    if not says_something(facts.content):
        found.append(NO_CONTENT)
    if not facts.registered:
        found.append(NOT_REGISTERED)
    if not facts.undertaking:
        found.append(NO_UNDERTAKING)
    if facts.verb is not AgencyVerb.CONSULT:
        if facts.security_organ is None:
            found.append(ORGAN_UNKNOWN)
        elif facts.security_organ and not says_something(facts.approval_number):
            found.append(NO_APPROVAL_DOCUMENT)
    if facts.returned is None:
        found.append(UNKNOWN_WHETHER_CLOSED)
    elif facts.returned:
        found.append(CLOSED)
    return tuple(found)


def refusable(facts: AgencyFacts, at: datetime, no_power: bool = False) -> tuple[Unmet, ...]:
    """What of it lies with whoever asks: what a refusal prints (S28.2).

    Left out is what the holder itself owes (the register, the review of the article, the choice of the cameras, whether the request is
    closed) and the longest span that one request opens, which is the installation's own number: such a request is split.

    Args:
        no_power: the holder has looked at the article that was stated, and it gives no such power.
    """
    found = [
        one for one in unmet(facts, at) if not (one.reason_zh in _THE_HOLDERS or names_no_camera(one) or too_long(one))
    ]
    if no_power and _article_waits(facts):
        said = on_day(NO_POWER, day_of(at), facts.n9)
        found += [said] if said is not None else []
    return tuple(found)


def returnable(facts: AgencyFacts, at: datetime) -> tuple[Unmet, ...]:
    """What whoever asks can complete when it is given back to them: also a span that has to be split, and where to look."""
    return tuple(one for one in unmet(facts, at) if one.reason_zh not in _THE_HOLDERS)


def _article_waits(facts: AgencyFacts) -> bool:
    named = facts.requester is Requester.ORGAN and facts.basis is AgencyBasis.NAMED_LAW
    return named and says_something(facts.law) and not facts.law_reviewed


def _bounded(one: Unmet) -> Unmet:
    """How long one request may be is said in no article: the holder bounds it because it lets nothing out beyond what is needed."""
    return replace(one, clause="S33.1", otherwise="") if too_long(one) else one


def awaiting(facts: AgencyFacts) -> tuple[Unmet, ...]:
    """What the holder itself still owes: never a reason to refuse the requester, but nothing is shown before (S33.1)."""
    asking = {identity(officer.id) for officer in facts.officers}
    counted = {identity(person) for person in facts.approvers if says_something(person)} - asking
    missing = max(1, facts.approvals_needed) - len(counted)
    if facts.urgent or missing <= 0:
        return ()
    return (
        Unmet(
            "S33.1",
            f"尚缺本单位审批人{missing}名（申请人不能审批）",
            f"{missing} approval(s) of the holder's staff are missing (nobody approves a request of their own)",
            "请审批人办理；逾时自动提请上级，不作为拒绝理由",
            "an approver has to act; it is escalated in time and is no reason to refuse",
        ),
    )


def _basis(facts: AgencyFacts) -> list[Unmet]:
    if facts.basis is None:
        return [NO_BASIS]
    if facts.basis is not AgencyBasis.NAMED_LAW:
        return []
    if not says_something(facts.law):
        return [NO_LAW]
    return [] if facts.law_reviewed else [LAW_NOT_REVIEWED]


def _officers(facts: AgencyFacts) -> list[Unmet]:
    found: list[Unmet] = []
    # By person: the same one twice, under two spellings or with two cards, is one.
    cards: dict[str, set[str]] = {}
    present = set()
    for officer in facts.officers:
        if says_something(officer.id):
            who = identity(officer.id)
            cards.setdefault(who, set()).update({identity(officer.card)} if says_something(officer.card) else ())
            present |= {who} if officer.present else set()
    if len(cards) < 2:
        found.append(TOO_FEW)
    elif len(present) < 2:
        found.append(NOT_PRESENT)
    shown = set().union(*cards.values())
    if not cards or not all(cards.values()) or len(shown) < len(cards):
        found.append(NO_CARD)
    return found


NO_ORGAN = Unmet(
    "S27",
    "申请人不是侦查、检察、审判机关、行政机关、有关部门或者其他国家机关",
    "who asks is no organ or department that S27 or N20 names",
    "请按可行途径办理",
    "use one of the ways that are open",
)
NO_BASIS = Unmet(
    "S27",
    "未写明是司法工作、执法工作、突发事件，还是依据其他法律",
    "nobody has said for which of the three needs, or under which other law",
    "请选择依据",
    "choose the ground",
)
NO_LAW = Unmet(
    "N20",
    "依据其他法律的，未写明法律名称和条款",
    "the law and article that name the power are missing",
    "请填写法律名称和条款",
    "state law and article",
    otherwise="PIPL34",
)
LAW_NOT_REVIEWED = Unmet(
    "N20",
    "所依据的法律条款尚未经本单位核对",
    "the article was not reviewed by the holder",
    "请本单位工作人员核对条款",
    "the holder's staff have to look at it",
    otherwise="PIPL34",
)
NO_POWER = Unmet(
    "N20",
    "所依据的法律条款没有规定该项职权",
    "the article that was stated gives no such power",
    "请写明规定该项职权的法律名称和条款",
    "state the article that does",
    otherwise="PIPL34",
)
TOO_FEW = Unmet(
    "S28.1(1)",
    "工作人员少于二人",
    "fewer than two officers",
    "请由两名以上工作人员共同办理",
    "two officers have to ask together",
)
NOT_PRESENT = Unmet(
    "S28.1(1)",
    "未有两名工作人员同时在场或者同时登录",
    "fewer than two officers are present, or signed in",
    "请两名工作人员同时在场或者登录",
    "both have to be there, or signed in",
)
NO_CARD = Unmet(
    "S28.1(2)",
    "有工作人员未出示工作证件",
    "an officer has shown no work card",
    "请每名工作人员出示证件并登记证件号",
    "each shows the card; its number is entered",
)
NO_LETTER = Unmet(
    "S28.1(2)",
    "未出示单位介绍信函",
    "no letter of introduction",
    "请出示介绍信函并登记文号",
    "show it; its number is entered",
)
NO_UNIT = Unmet(
    "N16.2(3)",
    "未登记单位名称",
    "the unit's name is missing",
    "请填写单位名称",
    "enter the unit's name",
    otherwise="S28.1(3)",
)
NO_PURPOSE = Unmet(
    "N16.2(3)", "未写明事由", "no reason is stated", "请填写事由", "state the reason", otherwise="S28.1(3)"
)
NO_CONTENT = Unmet(
    "N16.2(3)", "未写明内容", "no content is stated", "请填写内容", "state what is looked for", otherwise="S28.1(3)"
)
NOT_REGISTERED = Unmet(
    "S28.1(3)", "尚未履行登记手续", "the request is not registered", "请完成登记", "complete the register"
)
NO_UNDERTAKING = Unmet(
    "S28.1(4)",
    "尚未签署使用、保密承诺",
    "the undertaking on use and secrecy is not signed",
    "请签署保密承诺书",
    "sign the undertaking",
)
NO_APPROVAL_DOCUMENT = Unmet(
    "DSL35",
    "公安、国家安全机关调取、复制数据，未填写批准文书号",
    "a police or state-security organ takes data without the number of its approval document",
    "请填写批准文书号",
    "enter the number",
)
ORGAN_UNKNOWN = Unmet(
    "DSL35",
    "未登记是否为公安、国家安全机关为侦查犯罪、维护国家安全调取数据",
    "nobody has said whether a police or state-security organ takes data for an investigation",
    "请核实并登记",
    "ask, and enter the answer",
)
UNKNOWN_WHETHER_CLOSED = Unmet(
    "S28.1(4)",
    "尚未核实该申请是否已经办结",
    "it is not known whether the request is closed",
    "请核对该申请的登记",
    "look at the request's register line",
)
CLOSED = Unmet(
    "S28.1(4)",
    "该申请已办结或者已归还",
    "the request is closed",
    "如仍需要，请重新申请",
    "ask anew when it is still needed",
)
_THE_HOLDERS = frozenset(one.reason_zh for one in (LAW_NOT_REVIEWED, NOT_REGISTERED, UNKNOWN_WHETHER_CLOSED))
"""What the holder itself has not done yet."""


@dataclass(frozen=True, slots=True)
class CheckedCondition:
    """One condition.

    Attributes:
        name: a stable word for it.
        clause: that asks for it on that day.
        zh, en: what is asked for.
        unmet: what is missing of it; empty when it is met.
    """

    name: str
    clause: str
    zh: str
    en: str
    unmet: tuple[Unmet, ...]

    @property
    def met(self) -> bool:
        """Whether nothing of it is missing."""
        return not self.unmet


@dataclass(frozen=True, slots=True)
class _Condition:
    name: str
    zh: str
    en: str
    says: tuple[Unmet, ...]
    """What is said where it is not met; the first tells the clause. Empty: whatever no other condition says."""


_SCOPE = Unmet("N20", "", "", "", "", otherwise="S33.1")
_CONDITIONS = (
    _Condition("requester", "申请人是有关国家机关或者有关部门", "an organ or department asks", (NO_ORGAN,)),
    _Condition(
        "basis", "依据：司法工作、执法工作、突发事件，或者其他法律", "the ground: one of the three, or another law",
        (NO_BASIS,),
    ),
    _Condition(
        "article", "法律名称和条款，经本单位核对", "law and article, looked at by the holder",
        (NO_LAW, LAW_NOT_REVIEWED, NO_POWER),
    ),
    _Condition(
        "officers", "工作人员不少于二人，同时在场或者登录", "two officers at the least, both there",
        (TOO_FEW, NOT_PRESENT),
    ),
    _Condition("cards", "每名工作人员出示工作证件", "each officer's work card", (NO_CARD,)),
    _Condition("letter", "单位介绍信函", "the letter of introduction", (NO_LETTER,)),
    _Condition(
        "line", "登记单位、事由和内容", "unit, reason and content",
        (NO_UNIT, NO_PURPOSE, NO_CONTENT),
    ),
    _Condition("scope", "指明点位和起止时间", "named cameras and both ends of the span", (_SCOPE,)),
    _Condition("registered", "履行登记手续", "the register", (NOT_REGISTERED,)),
    _Condition("undertaking", "签署使用、保密承诺", "the undertaking on use and secrecy", (NO_UNDERTAKING,)),
    _Condition(
        "approval", "公安、国家安全机关的批准文书", "the approval document of a police or state-security organ",
        (ORGAN_UNKNOWN, NO_APPROVAL_DOCUMENT),
    ),
    _Condition(
        "open", "申请没有办结", "the request is not closed", (UNKNOWN_WHETHER_CLOSED, CLOSED)
    ),
)  # fmt: skip
_BY_WORDS = {one.reason_zh: condition.name for condition in _CONDITIONS for one in condition.says if one.reason_zh}


def condition_of(unmet: Unmet) -> str:
    """The name of the condition that this belongs to; what says something of cameras and span is `scope`."""
    return _BY_WORDS.get(unmet.reason_zh, "scope")


def checklist(facts: AgencyFacts, at: datetime) -> tuple[CheckedCondition, ...]:
    """Every condition that is asked at `at`, met or not. All that `agency.unmet` says stands under one of them."""
    missing: dict[str, list[Unmet]] = {}
    for one in unmet(facts, at):
        missing.setdefault(condition_of(one), []).append(one)
    day = day_of(at)
    found = []
    for condition in _CONDITIONS:
        said = tuple(missing.get(condition.name, ()))
        stands = on_day(condition.says[0], day, facts.n9)
        if said or (stands is not None and _asked(condition.name, facts)):
            clause = said[0].clause if said else stands.clause if stands else ""
            found.append(CheckedCondition(condition.name, clause, condition.zh, condition.en, said))
    return tuple(found)


def _asked(name: str, facts: AgencyFacts) -> bool:
    if facts.requester is not Requester.ORGAN:
        return name == "requester"  # the others are told the ways that are open to them, and nothing else is asked
    match name:
        case "article":
            return facts.basis is AgencyBasis.NAMED_LAW
        case "scope":
            return not facts.base_data
        case "approval":
            return facts.verb is not AgencyVerb.CONSULT
    return True


GROUND = GroundEntry(
    name=NAME,
    zh="查阅、调取、复制",
    en="agency request",
    clauses=CLAUSES,
    facts=AgencyFacts,
    unmet=unmet,
    never=NEVER,
    ways=WAYS,
    awaiting=awaiting,
    filled=(SPAN_ASSUMED, ("approvals_needed", "holder_approvals")),
    granted=("查阅调取", "Requests"),
)
