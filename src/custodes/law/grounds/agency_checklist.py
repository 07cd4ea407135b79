"""The conditions of an agency request one by one, met or not: what the holder's desk goes through (S27, S28, N16.2(3), N20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.law.calendar.days import day_of
from custodes.law.grounds import agency
from custodes.law.grounds.agency import AgencyFacts, Basis, Requester, Verb
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.in_time import on_day


@dataclass(frozen=True, slots=True)
class Checked:
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
    _Condition("requester", "申请人是有关国家机关或者有关部门", "an organ or department asks", (agency.NO_ORGAN,)),
    _Condition(
        "basis", "依据：司法工作、执法工作、突发事件，或者其他法律", "the ground: one of the three, or another law",
        (agency.NO_BASIS,),
    ),
    _Condition(
        "article", "法律名称和条款，经本单位核对", "law and article, looked at by the holder",
        (agency.NO_LAW, agency.LAW_NOT_REVIEWED, agency.NO_POWER),
    ),
    _Condition(
        "officers", "工作人员不少于二人，同时在场或者登录", "two officers at the least, both there",
        (agency.TOO_FEW, agency.NOT_PRESENT),
    ),
    _Condition("cards", "每名工作人员出示工作证件", "each officer's work card", (agency.NO_CARD,)),
    _Condition("letter", "单位介绍信函", "the letter of introduction", (agency.NO_LETTER,)),
    _Condition(
        "line", "登记单位、事由和内容", "unit, reason and content",
        (agency.NO_UNIT, agency.NO_PURPOSE, agency.NO_CONTENT),
    ),
    _Condition("scope", "指明点位和起止时间", "named cameras and both ends of the span", (_SCOPE,)),
    _Condition("registered", "履行登记手续", "the register", (agency.NOT_REGISTERED,)),
    _Condition("undertaking", "签署使用、保密承诺", "the undertaking on use and secrecy", (agency.NO_UNDERTAKING,)),
    _Condition(
        "approval", "公安、国家安全机关的批准文书", "the approval document of a police or state-security organ",
        (agency.ORGAN_UNKNOWN, agency.NO_APPROVAL_DOCUMENT),
    ),
    _Condition(
        "open", "申请没有办结", "the request is not closed", (agency.UNKNOWN_WHETHER_CLOSED, agency.CLOSED)
    ),
)  # fmt: skip
_BY_WORDS = {one.reason_zh: condition.name for condition in _CONDITIONS for one in condition.says if one.reason_zh}


def condition_of(unmet: Unmet) -> str:
    """The name of the condition that this belongs to; what says something of cameras and span is `scope`."""
    return _BY_WORDS.get(unmet.reason_zh, "scope")


def checklist(facts: AgencyFacts, at: datetime) -> tuple[Checked, ...]:
    """Every condition that is asked at `at`, met or not. All that `agency.unmet` says stands under one of them."""
    missing: dict[str, list[Unmet]] = {}
    for one in agency.unmet(facts, at):
        missing.setdefault(condition_of(one), []).append(one)
    day = day_of(at)
    found = []
    for condition in _CONDITIONS:
        said = tuple(missing.get(condition.name, ()))
        stands = on_day(condition.says[0], day, facts.n9)
        if said or (stands is not None and _asked(condition.name, facts)):
            clause = said[0].clause if said else stands.clause if stands else ""
            found.append(Checked(condition.name, clause, condition.zh, condition.en, said))
    return tuple(found)


def _asked(name: str, facts: AgencyFacts) -> bool:
    if facts.requester is not Requester.ORGAN:
        return name == "requester"  # the others are told the ways that are open to them, and nothing else is asked
    match name:
        case "article":
            return facts.basis is Basis.NAMED_LAW
        case "scope":
            return not facts.base_data
        case "approval":
            return facts.verb is not Verb.CONSULT
    return True
