"""Ground *public release* (公共传播, S30.2, N22, PIPL25, PIPL55): footage goes to the public, masked and reviewed.

A basis in law or separate consent, an assessment before, what has to be protected masked, a person who reviewed every track, a
second person who approved, and both files identified by their hashes. Re-encoding takes it back to masking.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from custodes.law.clauses.registry import UnknownClause, find
from custodes.law.grounds.agency import CheckedCondition
from custodes.law.grounds.ground import NO_SEARCH, GroundEntry, Never, OtherWay, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import identity, says_something

NAME = "release"
CLAUSES = ("S30.2", "N22", "PIPL25", "PIPL55", "PIPL28")
NEVER = (
    Never(Yield.LIVE, "S30.2", "不公开实时画面", "no live picture to the public"),
    Never(Yield.BASE_DATA, "S30.1", "不公开基础信息", "no basic information"),
    NO_SEARCH,
)
WAYS = (
    OtherWay("S27", "向办案机关提供的，依第二十七条、第二十八条办理", "to an organ that investigates: S27 and S28"),
)

PROTECTED = {
    "faces": ("S30.2", "人脸和个体特征", "faces and personal features"),
    "plates": ("S30.2", "机动车号牌", "number plates"),
    "minors": ("PIPL28", "未成年人", "minors"),
    "organisations": ("N22", "法人、非法人组织名称和营业执照", "names and licences of organisations"),
}
"""What is masked (both norms together): clause and words."""


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """All that the ground needs to know.

    Attributes:
        basis: the law that allows the release, or the consent; empty for none.
        exempt: keys of `PROTECTED` that a law or regulation lets stand unmasked, never minors.
        exemption: that law, with its article (``道路交通安全法第八十七条``) or as a clause that the program knows (``PIPL26``).
        exemption_reviewer: who has read that article and found that it lets them stand, empty for nobody.
        assessed: the impact assessment is done.
        masked: keys of `PROTECTED` that the output masks.
        absent: keys of `PROTECTED` that a person found not to be in the footage.
        reviewer, second_reviewer: who reviewed and who approved, empty for nobody.
        every_track: the reviewer has looked at every track and a sample of frames.
        answered: of each track and each sample picture somebody said that it is hidden, that there is nothing to hide, or that it stays in
            sight and why; nothing is called masked before.
        changed_since: the output was encoded again after the review; None while nobody has compared the two.
        hashes: the hashes of source and output are recorded.
        purpose: what for.
    """

    basis: str
    purpose: str
    assessed: bool
    masked: frozenset[str]
    reviewer: str
    second_reviewer: str
    every_track: bool
    hashes: bool
    absent: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()
    exemption: str = ""
    exemption_reviewer: str = ""
    changed_since: bool | None = None
    answered: bool = True


@resting_on("S30.2")
def unmet(facts: ReleaseFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions that are not met; `at` is there because every ground is asked alike."""
    del at
    found = list(due_before_masking(facts))
    found += unmasked(facts)
    if not says_something(facts.reviewer) or not facts.every_track:
        found.append(NOT_REVIEWED)
    if facts.changed_since is None:
        found.append(CHANGE_UNKNOWN)
    elif facts.changed_since:
        found.append(CHANGED)
    if not says_something(facts.second_reviewer) or identity(facts.second_reviewer) == identity(facts.reviewer):
        found.append(NO_SECOND)
    if not facts.hashes:
        found.append(NO_HASHES)
    return tuple(found)


def due_before_masking(facts: ReleaseFacts) -> tuple[Unmet, ...]:
    """What has to be met before anybody looks at the footage: a basis, a purpose, the assessment (PIPL 25, 26, 55)."""
    found: list[Unmet] = []
    if not says_something(facts.basis):
        found.append(NO_BASIS)
    if not says_something(facts.purpose):
        found.append(NO_PURPOSE)
    if not facts.assessed:
        found.append(NOT_ASSESSED)
    return tuple(found)


def unmasked(facts: ReleaseFacts) -> list[Unmet]:
    """One for each kind that is neither masked nor absent nor let stand by a law, in the order of `PROTECTED`."""
    exempt = facts.exempt - {"minors"} if _exempted(facts) else frozenset()
    found = []
    for key, (clause, zh, en) in PROTECTED.items():
        if key not in facts.masked | facts.absent | exempt:
            found.append(_not_masked(clause, zh, en))
        elif key in facts.masked and not facts.answered:
            found.append(_not_answered(clause, zh, en))
    return found


def _not_masked(clause: str, zh: str, en: str) -> Unmet:
    return Unmet(
        clause, f"尚未遮蔽：{zh}", f"not masked: {en}",
        "请遮蔽并复核，或者确认画面中没有", "mask and review it, or find it absent",
    )  # fmt: skip


def _not_answered(clause: str, zh: str, en: str) -> Unmet:
    return Unmet(
        clause, f"轨迹、抽查画面没有全部答复，不能写明已遮蔽：{zh}", f"not each track and sample is answered, so it is not called masked: {en}",
        "请在遮蔽页面逐条、逐张答复", "answer each on the page of masks",
    )  # fmt: skip


def _exempted(facts: ReleaseFacts) -> bool:
    return names_a_norm(facts.exemption) and says_something(facts.exemption_reviewer)


def names_a_norm(text: str) -> bool:
    """Whether a norm is named with its article (``道路交通安全法第八十七条``), or as a clause that the program knows."""
    if _ARTICLE.search(text):
        return True
    try:
        find(text)
    except UnknownClause:
        return False
    return True


_ARTICLE = re.compile(r"\w{2}》?第[〇零一二三四五六七八九十百\d]{1,9}条")
NO_BASIS = Unmet(
    "PIPL25", "没有公开的法定依据或者单独同意", "neither a basis in law nor consent", "请写明依据", "state the basis"
)
NO_PURPOSE = Unmet(
    "PIPL26", "未写明与公共安全有关的用途", "no purpose of public safety is stated", "请写明用途", "state the purpose"
)
NOT_ASSESSED = Unmet("PIPL55", "尚未进行影响评估", "no impact assessment", "请先评估", "assess it first")
NOT_REVIEWED = Unmet(
    "S30.2",
    "尚未由人逐轨复核",
    "nobody has reviewed every track",
    "请复核每条轨迹并抽查画面",
    "review tracks and frames",
)
CHANGED = Unmet(
    "S30.2", "复核后又重新编码", "it was encoded again after the review", "请重新遮蔽和复核", "mask and review it again"
)
CHANGE_UNKNOWN = Unmet(
    "S30.2",
    "尚未核实成品复核后是否重新编码",
    "nobody has compared the output with what was reviewed",
    "请核对成品的校验值",
    "compare the hash of the output",
)
NO_SECOND = Unmet(
    "S30.2",
    "没有另一人审批",
    "no second person has approved",
    "请由复核人以外的人审批",
    "somebody other than the reviewer",
)
NO_HASHES = Unmet(
    "S33.2a", "未登记原件和成品的校验值", "the hashes of source and output are not recorded", "请登记", "record both"
)


@dataclass(frozen=True, slots=True)
class _Condition:
    name: str
    zh: str
    en: str
    says: tuple[Unmet, ...]


_BEFORE = (
    _Condition("basis", "公开的法定依据，或者单独同意", "a basis in law, or separate consent", (NO_BASIS,)),
    _Condition("purpose", "与公共安全有关的用途", "a purpose of public safety", (NO_PURPOSE,)),
    _Condition("assessed", "个人信息保护影响评估", "the impact assessment", (NOT_ASSESSED,)),
)
_AFTER = (
    _Condition("reviewed", "由人逐轨复核并抽查画面", "every track and the samples reviewed", (NOT_REVIEWED,)),
    _Condition("same", "成品与复核的一致", "the output is what was reviewed", (CHANGE_UNKNOWN, CHANGED)),
    _Condition("second", "另一人审批", "approved by another person", (NO_SECOND,)),
    _Condition("hashes", "登记原件和成品的校验值", "hashes of source and output", (NO_HASHES,)),
)


def checklist(facts: ReleaseFacts, at: datetime) -> tuple[CheckedCondition, ...]:
    """Every condition, met or not. All that `release.unmet` says stands under one of them."""
    missing = unmet(facts, at)
    protected = [
        CheckedCondition(key, clause, zh, en, tuple(one for one in missing if one.reason_zh.endswith(f"：{zh}")))
        for key, (clause, zh, en) in PROTECTED.items()
    ]
    return (*(_asked(one, missing) for one in _BEFORE), *protected, *(_asked(one, missing) for one in _AFTER))


def _asked(condition: _Condition, missing: tuple[Unmet, ...]) -> CheckedCondition:
    words = {one.reason_zh for one in condition.says}
    said = tuple(one for one in missing if one.reason_zh in words)
    return CheckedCondition(condition.name, condition.says[0].clause, condition.zh, condition.en, said)


GROUND = GroundEntry(
    name=NAME,
    zh="公共传播",
    en="public release",
    clauses=CLAUSES,
    facts=ReleaseFacts,
    unmet=unmet,
    never=NEVER,
    ways=WAYS,
    granted=("公共传播", "Public release"),
)
