"""The conditions of a public release one by one, met or not: what its page goes through (S30.2, N22, PIPL 25, 26, 28, 55)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.law.grounds import release
from custodes.law.grounds.agency_checklist import Checked
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.release import PROTECTED, ReleaseFacts


@dataclass(frozen=True, slots=True)
class _Condition:
    name: str
    zh: str
    en: str
    says: tuple[Unmet, ...]


_BEFORE = (
    _Condition("basis", "公开的法定依据，或者单独同意", "a basis in law, or separate consent", (release.NO_BASIS,)),
    _Condition("purpose", "与公共安全有关的用途", "a purpose of public safety", (release.NO_PURPOSE,)),
    _Condition("assessed", "个人信息保护影响评估", "the impact assessment", (release.NOT_ASSESSED,)),
)
_AFTER = (
    _Condition("reviewed", "由人逐轨复核并抽查画面", "every track and the samples reviewed", (release.NOT_REVIEWED,)),
    _Condition(
        "same", "成品与复核的一致", "the output is what was reviewed", (release.CHANGE_UNKNOWN, release.CHANGED)
    ),
    _Condition("second", "另一人审批", "approved by another person", (release.NO_SECOND,)),
    _Condition("hashes", "登记原件和成品的校验值", "hashes of source and output", (release.NO_HASHES,)),
)


def checklist(facts: ReleaseFacts, at: datetime) -> tuple[Checked, ...]:
    """Every condition, met or not. All that `release.unmet` says stands under one of them."""
    missing = release.unmet(facts, at)
    protected = [
        Checked(key, clause, zh, en, tuple(one for one in missing if one.reason_zh.endswith(f"：{zh}")))
        for key, (clause, zh, en) in PROTECTED.items()
    ]
    return (*(_asked(one, missing) for one in _BEFORE), *protected, *(_asked(one, missing) for one in _AFTER))


def _asked(condition: _Condition, missing: tuple[Unmet, ...]) -> Checked:
    words = {one.reason_zh for one in condition.says}
    said = tuple(one for one in missing if one.reason_zh in words)
    return Checked(condition.name, condition.says[0].clause, condition.zh, condition.en, said)
