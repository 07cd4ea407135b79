"""Which norm applies where two speak of one act: by the day of conduct (PL37), by rank (LL99), or a person decides.

The table of what Order 799 changed:

- S38 gives way to N27 where the place is public and one of N8.1; S10(2), S10(3) and places that are not public stay with S38
  and are looked at under PL14.
- S40 gives way to N30 for systems of N7.
- S37 and S39 have no fine beside them in Order 799, which regulates the same acts: a reviewer decides whether they carry one.
"""

from __future__ import annotations

from dataclasses import dataclass

from custodes.law.fines.answer import FineReason
from custodes.law.fines.case import ORDER_799, Case
from custodes.law.fines.table import BY_CLAUSE, FineRow

_COUNTERPART = {"S38": "N27", "S40": "N30"}
_BEFORE = {new: old for old, new in _COUNTERPART.items()}
"""What fined the same act before Order 799; nothing did for N28."""
_BASIS = {"S37": "N7.2", "S39(1)": "N11", "S39(2)": "N11", "S39(3)": "N23(2)"}
_PRIVATE_ROOMS = frozenset({1, 4})
_FORBIDDEN_PARTS = frozenset({"N27", "N27.2"})
_GOES_ON = frozenset({"N26", "N27.2", "N29"})
"""Breaches of Order 799 that are a state and had no fine before it: what lies after its first day is a breach by itself."""
_NOT_N8 = frozenset({2, 3})
"""Items of S10 that N8.1 takes over; the working areas of banks and polling stations are not in it."""


@dataclass(frozen=True, slots=True)
class RowChoice:
    """Which rows to compute.

    Attributes:
        followed: the row that governs; None when a person has to say.
        others: rows that are computed beside it and kept.
        reasons: why.
        review: clauses by which a legal reviewer looks at it.
    """

    followed: FineRow | None
    others: tuple[FineRow, ...]
    reasons: tuple[FineReason, ...]
    review: tuple[str, ...] = ()


def choose(row: FineRow, case: Case) -> RowChoice:
    """Which norm governs the case that names `row`."""
    if case.conduct_to < row.since:
        return _too_early(row)
    if row.clause in _BASIS:
        return _basis(row, case)
    outside = _outside(row, case)
    if outside is not None:
        return outside
    counterpart = _COUNTERPART.get(row.clause)
    if counterpart is None:
        if case.conduct_from < row.since and row.clause in _GOES_ON:
            return _from_its_first_day(row)
        if case.conduct_from < row.since and row.clause in _BEFORE:
            return _spans(row, BY_CLAUSE[_BEFORE[row.clause]])
        if case.conduct_from < row.since:
            return _spans_alone(row)
        return RowChoice(row, (), ())
    other = BY_CLAUSE[counterpart]
    if case.conduct_to < ORDER_799:
        return _before(row, other, case)
    if case.conduct_from < ORDER_799 and not _same_before_and_after(row, case):
        return _spans(row, other)
    return _removal(row, other, case) if row.clause == "S40" else _forbidden_place(row, other, case)


def _same_before_and_after(row: FineRow, case: Case) -> bool:
    """Whether S38 governs on both sides of 1 April 2025: where N27 does not reach."""
    return row.clause == "S38" and (
        case.item in _NOT_N8 or (case.item in _PRIVATE_ROOMS and case.place_public is False)
    )


def _too_early(row: FineRow) -> RowChoice:
    return RowChoice(
        None,
        (),
        (
            FineReason(
                "LL104",
                f"行为终了于{row.clause}施行（{row.since:%Y-%m-%d}）之前，不适用该条",
                f"the conduct ended before {row.clause} came into force ({row.since:%Y-%m-%d}): it does not apply",
            ),
        ),
    )


def _basis(row: FineRow, case: Case) -> RowChoice:
    about = _BASIS[row.clause]
    if case.conduct_to < ORDER_799:
        return RowChoice(row, (), ()) if case.decided < ORDER_799 else _without_fine_since(row, about)
    reason = FineReason(
        "PL14",
        f"条例{about}已规范同一行为而未设罚款，{row.clause}能否作为处罚依据须法制审核（basis_question）",
        f"Order 799 ({about}) regulates the same act without a fine: whether {row.clause} still carries one is for a legal"
        " reviewer (basis_question)",
    )
    return RowChoice(None, (row,), (reason,), ("PL14", "LL99"))


def _without_fine_since(row: FineRow, about: str) -> RowChoice:
    """Conduct before Order 799, decided since: the newer norm asks the same without a fine, which may be the lighter (PL37)."""
    reason = FineReason(
        "PL37",
        f"行为发生时适用{row.clause}；作出决定时条例已施行，{about}对同一行为未设罚款，是否从轻由法制审核",
        f"{row.clause} held at the time of the conduct; Order 799 ({about}) is in force at the decision and sets no fine for it:"
        " whether that is the lighter norm is for a legal reviewer",
    )
    return RowChoice(row, (), (reason,), ("PL37",))


def _outside(row: FineRow, case: Case) -> RowChoice | None:
    """Why a clause of Order 799 does not reach the case: the place is not public, not of N8.1, or under N9."""
    if row.clause in _FORBIDDEN_PARTS:
        return _forbidden_part(row, case)
    if row.clause == "N29" and case.n7_system is False:
        return _not_reached(
            "N9",
            "不属于条例第七条的系统，第十四条的备案要求不适用（N9），不得依N29处罚",
            "no system of N7: the duty to file does not bind it (N9), and N29 does not fine it",
        )
    if row.clause == "N30" and case.n7_system is False:
        reason = FineReason(
            "PL14",
            "不属于条例第七条的系统，N30能否适用由法制审核决定",
            "it is no system of N7: whether N30 reaches it is for a legal reviewer",
        )
        return RowChoice(None, (row,), (reason,), ("PL14", "LL99"))
    return None


def _forbidden_part(row: FineRow, case: Case) -> RowChoice | None:
    """N27 and N27.2 are about parts of public places that N8.1 names: what nobody has said is no yes."""
    if case.place_public is False or case.item in _NOT_N8:
        instead = ("；依S38办理", ": S38 does") if row.clause == "N27" else ("", "")
        return _not_reached(
            "N33" if case.place_public is False else "N8.1",
            f"不属于公共场所的N8.1部位，不适用{row.clause}{instead[0]}",
            f"it is no part of a public place that N8.1 names: {row.clause} does not reach it{instead[1]}",
        )
    if case.place_public and case.item in _PRIVATE_ROOMS:
        return None
    missing = "S10的哪一项" if case.item is None else "是否为公共场所"
    missing_en = "which item of S10 it is" if case.item is None else "whether the place is public"
    reason = FineReason(
        "N8.1",
        f"未说明{missing}，不能认定为公共场所的N8.1部位，{row.clause}能否适用须先查明",
        f"nobody has said {missing_en}: whether {row.clause} reaches it has to be found out first",
    )
    others = (row, BY_CLAUSE["S38"]) if row.clause == "N27" else (row,)
    return RowChoice(None, others, (reason,), ("PL14", "LL99"))


def _not_reached(clause: str, zh: str, en: str) -> RowChoice:
    return RowChoice(None, (), (FineReason(clause, zh, en),))


def _before(row: FineRow, other: FineRow, case: Case) -> RowChoice:
    """Conduct before Order 799: the old norm, unless the newer one is lighter when it is decided (PL37)."""
    old = FineReason("PL37", f"行为发生时适用{row.clause}", f"{row.clause} held at the time of the conduct")
    if case.decided < ORDER_799:
        return RowChoice(row, (), (old,))
    if row.clause == "S40" and not _fined_then(row, case):
        heavier = FineReason(
            "PL37",
            f"行为发生时{row.clause}不对其罚款，{other.clause}较重，不溯及既往",
            f"{row.clause} did not fine them at the time: {other.clause} is heavier and has no retroactive effect",
        )
        return RowChoice(row, (other,), (old, heavier))
    if row.clause == "S40" and not case.n7_system:
        zh = "未说明是否属于条例第七条的系统" if case.n7_system is None else "不属于条例第七条的系统"
        en = "nobody has said whether it is a system of N7" if case.n7_system is None else "it is no system of N7"
        unsure = FineReason(
            "PL37",
            f"{zh}，{other.clause}是否为可以从轻适用的新规定由法制审核决定",
            f"{en}: whether {other.clause} is the lighter newer norm is for a legal reviewer",
        )
        return RowChoice(None, (row, other), (old, unsure), ("PL37", "LL99"))
    if row.clause == "S40":
        newer = FineReason(
            "PL37",
            f"作出决定时{other.clause}已施行且较轻（先责令改正、警告，幅度较低），从轻适用",
            f"{other.clause} is in force at the decision and lighter (order and warning first, lower range): it applies",
        )
        return RowChoice(other, (row,), (old, newer))
    heavier = FineReason(
        "PL37",
        f"{other.clause}较重，不溯及既往，仍适用{row.clause}",
        f"{other.clause} is heavier and has no retroactive effect: {row.clause} applies",
    )
    return RowChoice(row, (other,), (old, heavier))


def _fined_then(row: FineRow, case: Case) -> bool:
    return case.respondent in row.ranges and case.building_or_using_unit


def _spans(row: FineRow, other: FineRow) -> RowChoice:
    named, named_en = f"{row.clause}、{other.clause}", f"{row.clause} and {other.clause}"
    reason = FineReason(
        "PL37",
        f"行为跨越{ORDER_799:%Y-%m-%d}，前后规范不同，{named}两种计算均保留，由法制审核决定",
        f"the conduct spans {ORDER_799:%Y-%m-%d}: both computations ({named_en}) are kept, a legal reviewer decides",
    )
    return RowChoice(None, (row, other), (reason,), ("PL36", "PL37"))


def _spans_alone(row: FineRow) -> RowChoice:
    """A span across the first day of a norm that had none before it: one computation, and no other to hold it against."""
    reason = FineReason(
        "PL37",
        f"行为跨越{row.since:%Y-%m-%d}，该日以前没有对该行为的罚款规定，只有{row.clause}一种计算；是否就该日以后的部分处罚，由法制审核"
        "决定",
        f"the conduct spans {row.since:%Y-%m-%d}; before that day nothing fined it, so that {row.clause} alone is computed: whether"
        " what lies after it is fined is for a legal reviewer",
    )
    return RowChoice(None, (row,), (reason,), ("PL36", "PL37"))


def _from_its_first_day(row: FineRow) -> RowChoice:
    reason = FineReason(
        "PL36",
        f"{row.since:%Y-%m-%d}以前没有该条；行为在该日以后仍在继续，只就该日以后的部分适用{row.clause}",
        f"before {row.since:%Y-%m-%d} there was no such norm; the conduct goes on after it: {row.clause} applies to what lies"
        " after that day alone",
    )
    return RowChoice(row, (), (reason,), ("PL36",))


def _removal(row: FineRow, other: FineRow, case: Case) -> RowChoice:
    if case.n7_system:
        reason = FineReason(
            "LL99",
            f"属于条例第七条的系统，{other.clause}位阶更高，适用{other.clause}",
            f"a system of N7: {other.clause} is the higher norm and applies",
        )
        return RowChoice(other, (row,), (reason,))
    zh = "未说明是否属于条例第七条的系统" if case.n7_system is None else "不属于条例第七条的系统"
    en = "nobody has said whether it is a system of N7" if case.n7_system is None else "it is no system of N7"
    reason = FineReason(
        "PL14",
        f"{zh}；{row.clause}与{other.clause}重叠，不得径行适用{row.clause}的幅度，由法制审核决定",
        f"{en}; {row.clause} and {other.clause} overlap: the range of {row.clause} is not taken by itself, a reviewer decides",
    )
    return RowChoice(None, (other, row), (reason,), ("PL14", "LL99"))


def _forbidden_place(row: FineRow, other: FineRow, case: Case) -> RowChoice:
    if case.item in _PRIVATE_ROOMS and case.place_public:
        reason = FineReason(
            "LL99",
            f"公共场所的N8.1部位，{other.clause}位阶更高，适用{other.clause}",
            f"a part of a public place that N8.1 names: {other.clause} is the higher norm and applies",
        )
        return RowChoice(other, (row,), (reason,))
    if _same_before_and_after(row, case):
        reason = FineReason(
            "PL14",
            f"不在{other.clause}范围内，适用{row.clause}，并须按行政处罚法第十四条审核",
            f"outside of {other.clause}: {row.clause} applies and is looked at under PL14",
        )
        return RowChoice(row, (), (reason,), ("PL14",))
    missing = "S10的哪一项" if case.item not in {1, 2, 3, 4} else "是否为公共场所"
    missing_en = "which item of S10 it is" if case.item not in {1, 2, 3, 4} else "whether the place is public"
    reason = FineReason(
        "PL14",
        f"未说明{missing}，不能在{row.clause}与{other.clause}之间选择",
        f"nobody has said {missing_en}: {row.clause} and {other.clause} can't be told apart",
    )
    return RowChoice(None, (other, row), (reason,), ("PL14", "LL99"))
