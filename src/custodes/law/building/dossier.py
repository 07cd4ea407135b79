"""Whether a system's file is complete (S17, N11): four kinds of papers, the firms, and the technicians."""

from __future__ import annotations

from dataclasses import dataclass

PAPERS = (
    ("design", "设计资料", "design", "S17"),
    ("construction", "施工资料", "building", "S17"),
    ("inspection", "检验资料", "inspection", "N11"),
    ("acceptance", "验收资料", "acceptance", "S17"),
    ("maintenance", "维护资料", "maintenance", "S17"),
)
PEOPLE = (("firms", "单位基本信息", "firms", "S17"), ("technicians", "专业技术人员基本信息", "technicians", "S17"))
_STEPS = ("design", "construction", "acceptance", "maintenance")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the file lacks."""

    key: str
    clause: str
    zh: str
    en: str


def gaps(
    papers: frozenset[str],
    firms: frozenset[str],
    technicians: frozenset[str],
    *,
    maintained: bool,
    national: bool = True,
) -> tuple[Gap, ...]:
    """What the file of a system lacks.

    Args:
        papers: keys of `PAPERS` that it holds.
        firms, technicians: for which steps (design, construction, acceptance, maintenance) they are named.
        maintained: maintenance has begun; before, its papers are not missing.
        national: N11 binds (not where N9 governs): inspection papers belong in.
    """
    found = []
    for key, zh, en, clause in PAPERS:
        if key in papers or (key == "maintenance" and not maintained) or (clause == "N11" and not national):
            continue
        found.append(Gap(key, clause, f"缺少{zh}", f"the papers on {en} are missing"))
    names = {key: (zh, en) for key, zh, en, _ in PAPERS}
    for key, zh, en, clause in PEOPLE:
        named = firms if key == "firms" else technicians
        for step in _STEPS:
            if step in named or (step == "maintenance" and not maintained):
                continue
            found.append(
                Gap(f"{key}.{step}", clause, f"{names[step][0]}未载明{zh}", f"{en} of {names[step][1]} are not named")
            )
    return tuple(found)
