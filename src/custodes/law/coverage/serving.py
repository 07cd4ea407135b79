"""Which function serves which clause, written down: the other half of a double entry.

A duty says with `@obligation` which clauses it checks and a ground lists those on which it rests. This table says the same from the
side of the law, so that what is taken away, or hides behind another, is missed: the two halves are compared by `serving_faults`, and a
duty or a prohibition that stands in neither this table nor in `elsewhere` nor among the reasons is a fault too.

Names are functions of `law.duties`, or ``ground:NAME``. Where one function serves a list and each of its items, the items name it as
well.
"""

from __future__ import annotations

from collections.abc import Iterator

from custodes.law.clauses.clause import Kind
from custodes.law.clauses.registry import LHASA, NATIONAL, UnknownClause, find
from custodes.law.coverage.elsewhere import ELSEWHERE
from custodes.law.coverage.reasons import NOT_BY_SOFTWARE
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.grounds.registry import GROUNDS

SERVED_BY: dict[str, tuple[str, ...]] = {
    "S8.1": ("s8_1_city_plan",),
    "S8.2": ("s8_2_county_plan",),
    "S8.3": ("s8_3_overlap",),
    "S9": ("s9_gap",),
    **{f"S9({number})": ("s9_gap",) for number in range(1, 15)},
    "S10": ("s10_spot",),
    "S10(1)": ("s10_spot",),
    "S10(2)": ("s10_spot",),
    "S10(3)": ("s10_spot",),
    "S10(4)": ("s10_spot",),
    "S11.1": ("s11_builder",),
    "S11.2": ("s11_builder",),
    "S12.1": ("s12_1_design", "s12_1_protection"),
    "S12.2": ("s12_2_norm",),
    "S13.1": ("s13_1_credentials",),
    "S13.2": ("s13_2_designation",),
    "S14": ("s14_simultaneous",),
    "S15": ("s15_sign_and_field", "ground:commissioning", "ground:view_check"),
    "S16.1": ("s16_1_acceptance",),
    "S16.2a": ("s16_2a_filing",),
    "S16.2b": ("s16_2b_legacy_filing",),
    "S16.2c": ("s16_2c_upgrade",),
    "S17": ("s17_dossier",),
    "S18a": ("s18a_removal",),
    "S18b": ("s18b_report",),
    "S19": ("s19_obstruction",),
    "S20": ("s20_classified",),
    "S21": ("s21_platform",),
    "S22": ("s22_cascade",),
    "S23": ("s23_connected",),
    "S24": ("s23_connected",),
    "S25": ("s25_directory",),
    "S26": ("s26_new_use",),
    "S27": ("ground:agency",),
    "S28.1(1)": ("ground:agency",),
    "S28.1(2)": ("ground:agency",),
    "S28.1(3)": ("n16_2_3_register", "ground:agency"),
    "S28.1(4)": ("ground:agency",),
    "S29": ("s29_speed", "ground:missing_person"),
    "S30.1": ("s34_4_staff_file",),
    "S30.2": ("ground:release",),
    "S31.1": ("s31_1_maintainer",),
    "S31.2a": ("s31_2a_contract", "ground:maintenance"),
    "S31.2b": ("s31_2b_supervision", "ground:maintenance"),
    "S32": ("s32_retention", "s34_6_hours"),
    "S33.1": (
        "n16_2_3_register",
        "ground:commissioning",
        "ground:missing_person",
        "ground:individual",
        "ground:maintenance",
        "ground:view_check",
    ),
    "S33.2a": ("s33_2a_evidence",),
    "S33.2b": ("s20_classified",),
    "S34": ("s34_1_rules",),
    "S34(1)": ("s34_1_rules", "ground:duty"),
    "S34(2)": ("s34_2_assessment",),
    "S34(3)": ("s34_3_upkeep",),
    "S34(4)": ("s34_4_staff_file",),
    "S34(5)": ("s34_5_training",),
    "S34(6)": ("s34_6_stop", "s34_6_hours"),
    "S34(7)": ("s15_sign_and_field", "s34_7_change", "ground:view_check"),
    "S34(8)": ("s34_8_control_room",),
    "S34(9)": ("s34_9_report",),
    "S35(4)": ("s34_6_stop",),
    "S36": ("s36_inspection", "ground:inspection"),
    "S36(1)": ("s36_parts",),
    "S36(2)": ("s36_parts", "s12_1_protection"),
    "S36(3)": ("s36_parts",),
    "S36(4)": ("s36_parts", "ground:inspection"),
    "S36(5)": ("s36_parts",),
    "N6": ("s8_3_overlap",),
    "N7.1": ("s9_gap",),
    "N7.2": ("s9_gap",),
    "N7.3": ("n7_3_installer",),
    "N8.1": ("s10_spot",),
    "N8.1(1)": ("s10_spot",),
    "N8.1(2)": ("s10_spot",),
    "N8.1(3)": ("s10_spot",),
    "N8.1(4)": ("s10_spot",),
    "N8.2": ("n8_2_self_check",),
    "N9": ("n7_3_installer",),
    "N10": ("n10_consent",),
    "N11": ("s12_1_design", "s17_dossier"),
    "N12": ("s13_1_credentials",),
    "N13": ("s15_sign_and_field",),
    "N14": ("n14_filing", "n14_change"),
    "N15.1": ("s33_2a_evidence",),
    "N15.2": ("s31_2a_contract", "ground:maintenance"),
    "N16.1": ("s26_new_use",),
    "N16.2(1)": ("s34_4_staff_file", "s34_5_training"),
    "N16.2(2)": ("n16_2_3_register",),
    "N16.2(3)": ("n16_2_3_register", "ground:agency", "ground:missing_person", "ground:individual", "ground:own_image"),
    "N17": ("s32_retention", "s34_6_hours"),
    "N19": ("ground:maintenance",),
    "N20": ("ground:agency",),
    "N21": ("ground:individual",),
    "N22": ("ground:release",),
    "N23(2)": ("s18a_removal", "s34_7_change"),
    "N24": ("s36_inspection", "ground:inspection"),
    "CC1045": ("ground:missing_person",),
    "PIPL19": ("s32_retention",),
    "PIPL21": ("s31_2a_contract",),
    "PIPL25": ("ground:release",),
    "PIPL26": ("s26_new_use",),
    "PIPL28": ("ground:release",),
    "PIPL45": ("ground:own_image",),
    "PIPL47": ("s32_retention",),
    "PIPL51": ("pipl54_audit",),
    "PIPL54": ("pipl54_audit",),
    "PIPL55": ("pipl55_records", "s26_new_use", "ground:release"),
    "CSL23": ("csl23_logs",),
    "CSL27": ("s34_1_rules",),
    "CTL32": ("s32_retention",),
    "PL42": ("ground:inspection",),
    "GB22239": ("s12_1_protection",),
    "GB55029": ("gb55029_trial",),
}
"""By clause, in the order of the clauses."""

_GROUND = "ground:"


def serving_faults() -> Iterator[str]:
    """Where the table and the code disagree, each with its clause."""
    yield from _unserved()
    yield from _gone()
    yield from _undeclared()


def _unserved() -> Iterator[str]:
    for clause in (*LHASA, *NATIONAL):
        binds = clause.kind in (Kind.DUTY, Kind.PROHIBITION)
        served = clause.id in SERVED_BY or clause.id in ELSEWHERE or clause.id in NOT_BY_SOFTWARE
        if binds and not served:
            yield f"{clause.id}: no function, no substitute and no reason is declared for it"


def _gone() -> Iterator[str]:
    for clause, names in SERVED_BY.items():
        try:
            find(clause)
        except UnknownClause as error:
            yield str(error)
        for name in names:
            if clause not in _clauses_of(name):
                yield f"{clause}: {name} is declared to serve it and does not"


def _undeclared() -> Iterator[str]:
    for name in (*OBLIGATIONS, *(f"{_GROUND}{ground}" for ground in GROUNDS)):
        for clause in _clauses_of(name):
            if name not in SERVED_BY.get(clause, ()):
                yield f"{clause}: {name} serves it and is not declared"


def _clauses_of(name: str) -> tuple[str, ...]:
    if name.startswith(_GROUND):
        ground = GROUNDS.get(name.removeprefix(_GROUND))
        return ground.clauses if ground else ()
    duty = OBLIGATIONS.get(name)
    return duty.clauses if duty else ()
