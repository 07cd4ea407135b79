"""What is still unmet before each event of a plan or a norm; empty means that it may go on. Pure: facts in, conditions out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from custodes.law.building.departments import BY_KEY
from custodes.law.duties.finding import Finding, Status
from custodes.law.duties.planning import (
    DesignationFacts,
    NormFacts,
    PlanFacts,
    s8_1_city_plan,
    s8_2_county_plan,
    s12_2_norm,
    s13_2_designation,
)
from custodes.law.duties.terms import Terms
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.places.cityplans.facts import TextFacts
from custodes.places.models import PlanningKind

Guard = Callable[[TextFacts], tuple[Unmet, ...]]
_LONGEST = 40

_OF_THE_LAW: Mapping[str, tuple[str, str, str, str]] = {
    "city_plan": (
        "没有写明所依据的全市规划",
        "it does not say which version of the city's plan it rests on",
        "请选择施行中的全市规划版本",
        "choose the version of the city's plan that is in force",
    ),
    "opinions": (
        "没有列出会同的相关部门，或者尚无一个部门答复",
        "no department concerned is named, or none has answered",
        "请添加相关部门并登记意见",
        "add the departments concerned and enter their opinions",
    ),
    "approval": (
        "没有人民政府批准文号",
        "the number of the government's approval is missing",
        "请填写批准文号",
        "enter the number of the approval",
    ),
    "version": ("没有版本", "it has no version", "请填写版本", "give it a version"),
}
"""What the obligations call by key; departments say their own names."""


def consult_unmet(facts: TextFacts) -> tuple[Unmet, ...]:
    """Before partners are asked: there is a text, which prescribes nobody, and a county's rests on the city's."""
    unmet = []
    if not facts.written:
        unmet.append(Unmet(_clause(facts), "没有正文", "it has no text", "请先写正文", "write the text first"))
    if facts.kind == PlanningKind.NORM:
        unmet += _lacking(_norm(facts), only={"version"})
    if not facts.partners:
        unmet.append(
            Unmet(
                _clause(facts),
                "没有列出会同的部门",
                "no partner is named",
                "请添加会同的部门",
                "add the departments that take part",
            )
        )
    return (*unmet, *_resting(facts), *_designation(facts))


def submit_unmet(facts: TextFacts) -> tuple[Unmet, ...]:
    """Before the government is asked: every partner has answered or is waived with a reason."""
    return (*_opinions(facts, _plan(facts)), *_resting(facts), *_designation(facts))


def approve_unmet(facts: TextFacts) -> tuple[Unmet, ...]:
    """Before it is in force: approved, with number and day."""
    unmet = [*submit_unmet(facts), *_lacking(_plan(facts), only={"approval"})]
    if facts.approved_on is None:
        unmet.append(
            Unmet(
                _clause(facts),
                "没有批准日期",
                "the day of the approval is missing",
                "请填写批准日期",
                "enter the day of the approval",
            )
        )
    elif facts.approved_on > facts.today:
        unmet.append(
            Unmet(
                _clause(facts),
                "批准日期尚未到来",
                "the day of the approval lies in the future",
                "请核对批准日期",
                "check the day of the approval",
            )
        )
    return tuple(unmet)


def enact_unmet(facts: TextFacts) -> tuple[Unmet, ...]:
    """Before a norm is in force: made together with the departments for big data and state security, and dated."""
    unmet = [*_opinions(facts, _norm(facts)), *_lacking(_norm(facts), only={"version"}), *_designation(facts)]
    if facts.in_force_from is None:
        unmet.append(
            Unmet("S12.2", "没有施行日期", "it has no day of force", "请填写施行日期", "enter the day of force")
        )
    elif facts.in_force_from > facts.today:
        unmet.append(
            Unmet(
                "S12.2",
                "施行日期尚未到来",
                "the day of force lies in the future",
                "请到施行之日再登记",
                "enter it on that day",
            )
        )
    return tuple(unmet)


def _nothing(facts: TextFacts) -> tuple[Unmet, ...]:
    return ()


GUARDS: Mapping[str, Guard] = {
    "consult": consult_unmet,
    "submit": submit_unmet,
    "approve": approve_unmet,
    "enact": enact_unmet,
    "redraft": _nothing,
}


def _clause(facts: TextFacts) -> str:
    return {PlanningKind.CITY_PLAN: "S8.1", PlanningKind.COUNTY_PLAN: "S8.2"}.get(facts.kind, "S12.2")


def _plan(facts: TextFacts) -> Finding:
    settled = frozenset(one.key or one.name for one in facts.partners if one.settled)
    asked = s8_1_city_plan if facts.kind == PlanningKind.CITY_PLAN else s8_2_county_plan
    return asked(PlanFacts(settled, facts.approval, False, facts.city_plan), facts.today, facts.today, Terms())


def _norm(facts: TextFacts) -> Finding:
    settled = frozenset(one.key for one in facts.partners if one.settled)
    return s12_2_norm(NormFacts(facts.version, settled), facts.today, facts.today, Terms())


def _opinions(facts: TextFacts, finding: Finding) -> list[Unmet]:
    """Departments that the clause names, then the others that are listed: each has to be settled."""
    named = [key for key in finding.missing if key in BY_KEY or key == "opinions"]
    unmet = _lacking(finding, only=set(named))
    others = [one for one in facts.partners if not one.settled and one.key not in named]
    return unmet + [_unanswered(finding.clauses[0], one.name, one.name) for one in others]


def _lacking(finding: Finding, only: set[str]) -> list[Unmet]:
    found = []
    for key in finding.missing:
        if key not in only:
            continue
        if key in BY_KEY:
            found.append(_unanswered(finding.clauses[0], BY_KEY[key].name_zh, BY_KEY[key].name_en))
        else:
            found.append(Unmet(finding.clauses[0], *_OF_THE_LAW[key]))
    return found


def _unanswered(clause: str, zh: str, en: str) -> Unmet:
    return Unmet(
        clause,
        f"{zh}尚未答复",
        f"{en} has not answered",
        "请登记其意见；不征求意见的，请写明理由",
        "enter its opinion, or say why it is not asked",
    )


def _resting(facts: TextFacts) -> list[Unmet]:
    """A county's plan rests on a version of the city's that is in force."""
    if facts.kind != PlanningKind.COUNTY_PLAN:
        return []
    if not says_something(facts.city_plan):
        return _lacking(_plan(facts), only={"city_plan"})
    if facts.city_plan_in_force:
        return []
    return [
        Unmet(
            "S8.2",
            f"所依据的全市规划（{facts.city_plan}）不在施行",
            f"the city's plan that it rests on ({facts.city_plan}) is not in force",
            "请退回起草，改选施行中的版本",
            "take it back to draft and choose the version in force",
        )
    ]


def _designation(facts: TextFacts) -> list[Unmet]:
    """Each sentence that may prescribe somebody is mended or answered by a person."""
    unmet = []
    for sentence in facts.unanswered:
        short = sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}…"
        finding = s13_2_designation(DesignationFacts(sentence, frozenset()), facts.today, facts.today, Terms())
        word_zh = "可能指定" if finding.status is Status.REVIEW else "写有已知的品牌或者单位"
        word_en = "may prescribe somebody" if finding.status is Status.REVIEW else "names a known brand or firm"
        unmet.append(
            Unmet(
                "S13.2",
                f"“{short}”{word_zh}",
                f"“{short}” {word_en}",
                "请改写该句，或者说明为何不构成指定",
                "mend the sentence, or say why it prescribes nobody",
            )
        )
    return unmet
