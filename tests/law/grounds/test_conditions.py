"""Each ground: a look that meets everything may proceed; take one condition away and it is refused under that clause."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from custodes.law.clauses.clause import LegalActor
from custodes.law.clauses.registry import find
from custodes.law.grounds import agency, individual, inspection, maintenance, missing_person, own_image, release
from custodes.law.grounds.ground import Yield
from custodes.law.grounds.registry import GROUNDS
from custodes.law.grounds.stating import StatedScope
from tests.law.grounds.table import AT, whole

HOUR = timedelta(hours=1)
SCOPE = StatedScope(2, AT - 5 * HOUR, AT - 3 * HOUR, timedelta(hours=24))
SCOPES = [
    (replace(SCOPE, cameras=0), "没有指明点位"),
    (replace(SCOPE, end=None), "没有写明起止时间"),
    (replace(SCOPE, end=SCOPE.begin), "止不晚于起"),
    (replace(SCOPE, end=AT + HOUR), "时段尚未到来"),
    (replace(SCOPE, longest=HOUR), "时段超过"),
]

COMPLETE = {
    ground: whole(ground)
    for ground in ("agency", "missing_person", "individual", "own_image", "maintenance", "inspection", "release")
}
COMPLETE["missing_person"] = replace(
    COMPLETE["missing_person"],
    proof=missing_person.RelationProof.PROVISIONAL,
    opened_at=AT - timedelta(minutes=20),
)
AGENCY, MISSING, INDIVIDUAL, OWN, MAINTENANCE, INSPECTION, RELEASE = COMPLETE.values()
CONTRACT = MAINTENANCE.contract
ONE_OFFICER = (agency.Officer("扎西", "1", True),)
LACKING: list[tuple[str, dict[str, Any], list[str]]] = [
    ("agency", {"requester": agency.Requester.LAWYER}, ["S27"]),
    ("agency", {"requester": agency.Requester.FIRM}, ["S27"]),
    ("agency", {"requester": agency.Requester.PRIVATE}, ["S27"]),
    ("agency", {"basis": None}, ["S27"]),
    ("agency", {"basis": agency.AgencyBasis.NAMED_LAW}, ["N20"]),
    ("agency", {"basis": agency.AgencyBasis.NAMED_LAW, "law": "监察法第十八条"}, ["N20"]),
    ("agency", {"officers": ONE_OFFICER}, ["S28.1(1)"]),
    ("agency", {"officers": ONE_OFFICER * 2}, ["S28.1(1)"]),
    ("agency", {"officers": ()}, ["S28.1(1)", "S28.1(2)"]),
    ("agency", {"officers": (AGENCY.officers[0], replace(AGENCY.officers[1], present=False))}, ["S28.1(1)"]),
    ("agency", {"officers": (AGENCY.officers[0], replace(AGENCY.officers[1], card=" "))}, ["S28.1(2)"]),
    ("agency", {"officers": (AGENCY.officers[0], replace(AGENCY.officers[1], card="540102-1"))}, ["S28.1(2)"]),
    ("agency", {"officers": (AGENCY.officers[0], replace(AGENCY.officers[0], id=" 扎 西", card="2"))}, ["S28.1(1)"]),
    (
        "agency",
        {
            "officers": (
                AGENCY.officers[0],
                replace(AGENCY.officers[0], card="2"),
                replace(AGENCY.officers[1], present=False),
            )
        },
        ["S28.1(1)"],
    ),
    (
        "agency",
        {"officers": (AGENCY.officers[0], replace(AGENCY.officers[0], card="2"), replace(AGENCY.officers[1], card=""))},
        ["S28.1(2)"],
    ),
    ("agency", {"letter": "  "}, ["S28.1(2)"]),
    ("agency", {"unit": ""}, ["N16.2(3)"]),
    ("agency", {"purpose": "……"}, ["N16.2(3)"]),
    ("agency", {"content": ""}, ["N16.2(3)"]),
    ("agency", {"registered": False}, ["S28.1(3)"]),
    ("agency", {"undertaking": False}, ["S28.1(4)"]),
    ("agency", {"security_organ": True, "verb": agency.AgencyVerb.COPY}, ["DSL35"]),
    ("agency", {"returned": True}, ["S28.1(4)"]),
    ("agency", {"returned": None}, ["S28.1(4)"]),
    ("agency", {"security_organ": None, "verb": agency.AgencyVerb.RETRIEVE}, ["DSL35"]),
    ("missing_person", {"missing": None}, ["S29"]),
    ("missing_person", {"age": 59}, ["S29"]),
    ("missing_person", {"age": -3}, ["S29"]),
    ("missing_person", {"missing": missing_person.LostPerson.INTELLECTUALLY_DISABLED, "age": 131}, ["S29"]),
    ("missing_person", {"missing": missing_person.LostPerson.CHILD, "age": 18}, ["S29"]),
    ("missing_person", {"relation": missing_person.Relation.OTHER}, ["CC1045"]),
    ("missing_person", {"proof": missing_person.RelationProof.NONE}, ["S29"]),
    ("missing_person", {"opened_at": None}, ["S29"]),
    ("missing_person", {"opened_at": AT - timedelta(minutes=61)}, ["S29"]),
    ("missing_person", {"opened_at": AT + timedelta(days=900)}, ["S29"]),
    ("missing_person", {"provisional": timedelta(minutes=19)}, ["S29"]),
    ("missing_person", {"opened_at": AT - timedelta(hours=3), "provisional": timedelta(days=9)}, ["S29"]),
    ("missing_person", {"on_platform": False}, ["S29"]),
    ("missing_person", {"live": True}, ["S29"]),
    ("missing_person", {"copy": True}, ["S29"]),
    ("missing_person", {"police_report": ""}, ["N16.2(3)"]),
    ("missing_person", {"protected": None}, ["S33.1"]),
    ("missing_person", {"protected": True}, ["S33.1"]),
    ("missing_person", {"supervisor": False}, ["S33.1"]),
    ("missing_person", {"previewed": False}, ["S33.1"]),
    ("missing_person", {"undertaking": False}, ["S29"]),
    ("individual", {"claim": individual.IndividualClaim.OTHER}, ["N21"]),
    ("individual", {"identity_shown": False}, ["N21"]),
    ("individual", {"interest": individual.Interest.OTHER}, ["N21"]),
    ("individual", {"consent": ""}, ["N21"]),
    ("individual", {"purpose": ""}, ["N16.2(3)"]),
    ("individual", {"content": "。"}, ["N16.2(3)"]),
    ("individual", {"undertaking": False}, ["N21"]),
    ("individual", {"supervised": False}, ["S33.1"]),
    ("individual", {"copy": True}, ["N21"]),
    ("own_image", {"identity_shown": False}, ["PIPL45"]),
    ("own_image", {"shows_requester": False}, ["PIPL45"]),
    ("own_image", {"content": ""}, ["N16.2(3)"]),
    ("own_image", {"exception": "妨碍侦查"}, ["PIPL45"]),
    ("own_image", {"exception": "※※※"}, ["PIPL45"]),
    ("own_image", {"exception": " "}, ["PIPL45"]),
    ("own_image", {"claim": own_image.OwnClaim.OTHER}, ["PIPL45"]),
    ("own_image", {"claim": own_image.OwnClaim.GUARDIAN}, ["PIPL31"]),
    ("own_image", {"claim": own_image.OwnClaim.AGENT}, ["PIPL45"]),
    ("own_image", {"claim": own_image.OwnClaim.RELATIVE}, ["PIPL49"]),
    ("own_image", {"copy": True}, ["PIPL25"]),
    ("own_image", {"exceptions_checked": False}, ["PIPL45"]),
    ("maintenance", {"contract": None}, ["S31.2a"]),
    ("maintenance", {"contract": replace(CONTRACT, ends=date(2026, 6, 2))}, ["S31.2a"]),
    ("maintenance", {"contract": replace(CONTRACT, begins=date(2026, 6, 4))}, ["S31.2a"]),
    ("maintenance", {"contract": replace(CONTRACT, terms=CONTRACT.terms - {"response"})}, ["S31.2a"]),
    ("maintenance", {"contract": replace(CONTRACT, terms=CONTRACT.terms - {"security"})}, ["N15.2"]),
    ("maintenance", {"person": "别人"}, ["N15.2"]),
    ("maintenance", {"cameras": frozenset()}, ["S33.1"]),
    ("maintenance", {"cameras": frozenset({"东门", "北门"})}, ["S33.1"]),
    ("maintenance", {"ticket": ""}, ["S31.2b"]),
    ("maintenance", {"trained": False}, ["S34(5)"]),
    ("maintenance", {"supervisor": ""}, ["S31.2b"]),
    ("maintenance", {"supervisor": "次仁"}, ["S31.2b"]),
    ("maintenance", {"supervisor": "次 仁"}, ["S31.2b"]),
    ("maintenance", {"supervisor": "次仁\u200b。"}, ["S31.2b"]),
    ("maintenance", {"back": timedelta(days=-1)}, ["S33.1"]),
    ("maintenance", {"back": timedelta(minutes=3)}, ["S33.1"]),
    ("inspection", {"inspectors": ("检查甲", "检查甲")}, ["PL42"]),
    ("inspection", {"cards": 1}, ["PL42"]),
    ("inspection", {"inspectors": ("检查甲", " ")}, ["PL42"]),
    ("inspection", {"inspectors": ("检查甲", "检查 甲")}, ["PL42"]),
    ("inspection", {"plan": ""}, ["S36"]),
    ("inspection", {"in_scope": False}, ["S6.1"]),
    ("inspection", {"conflict": True}, ["N25"]),
    ("inspection", {"conflict": None}, ["N25"]),
    ("inspection", {"minutes_opened": False}, ["S36"]),
    ("inspection", {"samples": (inspection.PlaybackSample("东门", timedelta(seconds=121)),)}, ["S36"]),
    ("inspection", {"inspectors": ("检查甲", "检查甲\ufe0f")}, ["PL42"]),
    ("inspection", {"plan": "……"}, ["S36"]),
    ("inspection", {"samples": (inspection.PlaybackSample("东门", -HOUR),)}, ["S36"]),
    ("inspection", {"samples": (inspection.PlaybackSample("东门", timedelta()),)}, ["S36"]),
    ("inspection", {"samples": (inspection.PlaybackSample(" \u200b", HOUR / 60),)}, ["S36"]),
    (
        "inspection",
        {"samples": tuple(inspection.PlaybackSample(name, HOUR / 60) for name in ("东门", "东门 "))},
        ["S36"],
    ),
    ("inspection", {"longest_test": timedelta(seconds=119)}, ["S36"]),
    ("inspection", {"samples": (inspection.PlaybackSample("东门", HOUR / 60),) * 3}, ["S36"]),
    ("release", {"basis": ""}, ["PIPL25"]),
    ("release", {"purpose": ""}, ["PIPL26"]),
    ("release", {"assessed": False}, ["PIPL55"]),
    ("release", {"masked": frozenset({"faces", "minors"})}, ["S30.2"]),
    ("release", {"masked": frozenset({"faces", "plates"})}, ["PIPL28"]),
    ("release", {"absent": frozenset()}, ["N22"]),
    (
        "release",
        {
            "masked": frozenset({"faces", "plates"}),
            "exempt": frozenset({"minors"}),
            "exemption": "某法第三条",
            "exemption_reviewer": "法制甲",
        },
        ["PIPL28"],
    ),
    ("release", {"reviewer": ""}, ["S30.2"]),
    ("release", {"every_track": False}, ["S30.2"]),
    ("release", {"answered": False}, ["S30.2", "S30.2", "PIPL28"]),
    ("release", {"changed_since": True}, ["S30.2"]),
    ("release", {"changed_since": None}, ["S30.2"]),
    ("release", {"second_reviewer": ""}, ["S30.2"]),
    ("release", {"second_reviewer": "复核甲"}, ["S30.2"]),
    ("release", {"second_reviewer": "复核甲 "}, ["S30.2"]),
    ("release", {"reviewer": "……"}, ["S30.2"]),
    ("release", {"hashes": False}, ["S33.2a"]),
]


@pytest.mark.parametrize("ground", COMPLETE)
def test_a_look_that_meets_everything_may_proceed(ground: str) -> None:
    entry = GROUNDS[ground]
    assert entry.unmet(COMPLETE[ground], AT) == ()
    assert entry.awaiting(COMPLETE[ground]) == ()


@pytest.mark.parametrize(("ground", "change", "clauses"), LACKING)
def test_each_missing_condition_refuses_under_its_own_clause(
    ground: str, change: dict[str, Any], clauses: list[str]
) -> None:
    missing = GROUNDS[ground].unmet(replace(COMPLETE[ground], **change), AT)
    assert [one.clause for one in missing] == clauses
    for one in missing:
        assert one.reason_zh
        assert one.remedy_zh
        find(one.clause)


@pytest.mark.parametrize("ground", ["agency", "missing_person", "individual", "own_image"])
@pytest.mark.parametrize(("scope", "said"), SCOPES)
def test_what_is_asked_for_is_bounded(ground: str, scope: StatedScope, said: str) -> None:
    (missing,) = GROUNDS[ground].unmet(replace(COMPLETE[ground], scope=scope), AT)
    assert missing.reason_zh.startswith(said)


@pytest.mark.parametrize("ground", COMPLETE)
def test_every_condition_is_taken_away_once(ground: str) -> None:
    tried = {name for other, change, _ in LACKING if other == ground for name in change}
    settings = {
        *("scope", "base_data", "approvers", "approvals_needed", "urgent", "elderly_from", "child_below"),
        *(
            "police_alone",
            "others_masked",
            "furthest",
            "longest_test",
            "approval_number",
            "law_reviewed",
            "exemption_reviewer",
            "standing_shown",
            "n9",
        ),
    }
    assert {field.name for field in fields(COMPLETE[ground])} - tried <= settings


@pytest.mark.clause("S28.1", "S28.2")
def test_several_missing_conditions_are_all_named() -> None:
    facts = replace(AGENCY, officers=ONE_OFFICER, letter="", registered=False)
    assert [one.clause for one in agency.unmet(facts, AT)] == ["S28.1(1)", "S28.1(2)", "S28.1(3)"]


def test_a_named_law_opens_it_once_it_was_reviewed() -> None:
    facts = replace(AGENCY, basis=agency.AgencyBasis.NAMED_LAW, law="监察法第十八条", law_reviewed=True)
    assert agency.unmet(facts, AT) == ()


def test_basic_information_needs_no_span() -> None:
    assert agency.unmet(replace(AGENCY, base_data=True, scope=SCOPES[1][0]), AT) == ()


@pytest.mark.parametrize(
    ("change", "waits"),
    [
        ({"approvers": ("审批甲",)}, True),
        ({"approvers": ("审批甲", "审批甲")}, True),
        ({"approvers": ("审批甲", "扎西")}, True),
        ({"approvers": ("审批甲",), "approvals_needed": 1}, False),
        ({"approvers": (), "urgent": True}, False),
        ({"approvers": (), "approvals_needed": 0}, True),
        ({"approvers": ("审批甲", " 审批甲")}, True),
        ({"approvers": ("审批甲", "扎西 ")}, True),
    ],
)
def test_approvals_of_the_holder_are_awaited_and_never_a_refusal(change: dict[str, Any], waits: bool) -> None:
    facts = replace(AGENCY, **change)
    assert agency.unmet(facts, AT) == ()
    assert bool(agency.awaiting(facts)) == waits


def test_urgency_relaxes_nothing_that_the_law_asks() -> None:
    facts = replace(AGENCY, urgent=True, officers=ONE_OFFICER, letter="")
    assert [one.clause for one in agency.unmet(facts, AT)] == ["S28.1(1)", "S28.1(2)"]


def test_police_look_alone_where_the_family_must_not() -> None:
    facts = replace(MISSING, protected=True, police_alone=True, undertaking=False)
    assert missing_person.unmet(facts, AT) == ()


def test_there_was_no_individual_look_before_order_799() -> None:
    at = datetime(2025, 3, 31, 15, 59, tzinfo=UTC)
    assert [one.clause for one in individual.unmet(INDIVIDUAL, at)] == ["PIPL6"]
    scope = StatedScope(1, at - HOUR, at, 2 * HOUR)
    assert individual.unmet(replace(INDIVIDUAL, scope=scope), at + timedelta(minutes=1)) == ()


def test_a_copy_of_ones_own_image_masks_everybody_else() -> None:
    assert own_image.unmet(replace(OWN, copy=True, others_masked=True), AT) == ()


def test_no_ground_ever_yields_a_search_for_people() -> None:
    for entry in GROUNDS.values():
        assert Yield.PERSON_SEARCH in {never.what for never in entry.never}
        for never in entry.never:
            find(never.clause)
        for clause in entry.clauses:
            find(clause)
        for way in entry.ways:
            find(way.clause)


def test_who_maintains_keeps_processes_and_passes_on_nothing() -> None:
    excluded = {never.what for never in maintenance.NEVER if never.clause == "N19"}
    assert excluded == {Yield.COPY, Yield.EXPORT, Yield.PASSING_ON}


def test_the_look_for_a_lost_person_never_yields_copy_file_or_live_picture() -> None:
    assert {never.what for never in missing_person.NEVER} >= {Yield.COPY, Yield.EXPORT, Yield.LIVE}


@pytest.mark.parametrize(
    ("change", "clauses"),
    [
        ({"supervisor": "旺堆.", "contract": replace(CONTRACT, people=frozenset({"次仁", "旺堆"}))}, ["S31.2b"]),
        ({"person": "", "contract": replace(CONTRACT, people=frozenset({""}))}, ["N15.2"]),
        ({"cameras": frozenset({""}), "contract": replace(CONTRACT, cameras=frozenset({""}))}, ["S33.1"]),
    ],
)
def test_what_a_contract_leaves_blank_opens_nothing_and_the_firm_never_supervises_itself(
    change: dict[str, Any], clauses: list[str]
) -> None:
    assert [one.clause for one in maintenance.unmet(replace(MAINTENANCE, **change), AT)] == clauses


@pytest.mark.parametrize(
    ("exemption", "reviewer", "stands"),
    [
        ("x", "法制甲", False),
        ("", "法制甲", False),
        ("道路交通安全法", "法制甲", False),
        ("道路交通安全法第八十七条", "", False),
        ("道路交通安全法第八十七条", "※", False),
        ("道路交通安全法第八十七条", "法制甲", True),
        ("《道路交通安全法》第87条", "法制甲", True),
        ("PIPL26", "法制甲", True),
    ],
)
def test_faces_stand_only_by_an_article_that_somebody_has_read(exemption: str, reviewer: str, stands: bool) -> None:
    facts = replace(
        RELEASE,
        masked=frozenset({"plates", "minors"}),
        exempt=frozenset({"faces"}),
        exemption=exemption,
        exemption_reviewer=reviewer,
    )
    assert (release.unmet(facts, AT) == ()) == stands


def test_the_right_to_ones_own_image_is_the_persons_own() -> None:
    assert find("PIPL45").actors == (LegalActor.PERSON_SHOWN,)
    assert find("N21").actors == (LegalActor.PERSON_SHOWN, LegalActor.RELATIVE)
    assert find("S29").actors == (LegalActor.RELATIVE,)


def test_a_proof_that_was_shown_counts_without_end() -> None:
    facts = replace(MISSING, proof=missing_person.RelationProof.SHOWN, opened_at=None)
    assert missing_person.unmet(facts, AT) == ()


#: What the holder itself owes, or what is a number of ours: it hinders, and no refusal rests on it.
NOT_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"registered": False}, "S28.1(3)"),
    ({"returned": None}, "S28.1(4)"),
    ({"basis": agency.AgencyBasis.NAMED_LAW, "law": "监察法第十八条"}, "N20"),
    ({"scope": replace(AGENCY.scope, cameras=0)}, "N20"),
    ({"scope": StatedScope(1, AT - timedelta(hours=90), AT)}, "S33.1"),
]


@pytest.mark.clause("S28.2")
@pytest.mark.parametrize(("change", "clause"), NOT_REFUSED)
def test_what_the_holder_owes_or_set_itself_hinders_and_is_no_refusal(change: dict[str, Any], clause: str) -> None:
    facts = replace(AGENCY, **change)
    assert [one.clause for one in agency.unmet(facts, AT)] == [clause]
    assert agency.refusable(facts, AT) == ()
    assert agency.refusable(replace(facts, letter=""), AT) == (agency.NO_LETTER,)


@pytest.mark.clause("S28.2")
def test_all_else_that_is_missing_may_be_refused_for() -> None:
    ours = {one for change, _clause in NOT_REFUSED for one in change}
    for ground, change, clauses in LACKING:
        if ground == "agency" and not set(change) & ours:
            facts = replace(AGENCY, **change)
            assert [one.clause for one in agency.refusable(facts, AT)] == clauses


@pytest.mark.clause("N20", "S28.2")
def test_an_article_that_gives_no_such_power_is_said_as_that() -> None:
    named = replace(AGENCY, basis=agency.AgencyBasis.NAMED_LAW, law="监察法第十八条")
    assert agency.refusable(named, AT, no_power=True) == (replace(agency.NO_POWER, otherwise="PIPL34"),)
    assert agency.refusable(replace(named, law_reviewed=True), AT, no_power=True) == ()
    assert agency.refusable(replace(named, law=""), AT, no_power=True) == (agency.NO_LAW,)
    assert agency.refusable(AGENCY, AT, no_power=True) == ()


def test_what_is_given_back_is_what_who_asks_can_complete() -> None:
    long = replace(AGENCY, scope=StatedScope(1, AT - timedelta(hours=90), AT))
    assert [one.clause for one in agency.returnable(long, AT)] == ["S33.1"]
    assert agency.returnable(replace(AGENCY, registered=False), AT) == ()
