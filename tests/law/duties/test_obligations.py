"""Obligations: each as it stands when met, open, late, lacking, broken, or for a person to judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from custodes.law.assumptions import Assumptions
from custodes.law.bad_input import BadInput
from custodes.law.building.builder import PlaceFacts
from custodes.law.building.departments import Level
from custodes.law.building.simultaneous import Pair
from custodes.law.calendar.days import CalendarNotice, WorkCalendar
from custodes.law.clauses.registry import find
from custodes.law.duties import building as b
from custodes.law.duties import filing as f
from custodes.law.duties import keeping as h
from custodes.law.duties import keeping as keep
from custodes.law.duties import operating, routines, standards, using
from custodes.law.duties import planning as p
from custodes.law.duties import using as k
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.duties.building import PAPERS
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms
from custodes.law.duties.operating import MaintenanceFacts, StaffFacts
from custodes.law.duties.registry import of_clause
from custodes.law.grounds.maintenance import TERMS
from custodes.law.retention import keeping

CONDUCT = date(2026, 3, 2)
TODAY = date(2026, 6, 3)
STEPS = frozenset({"design", "construction", "acceptance", "maintenance"})
WHOLE = b.DossierFacts(frozenset(key for key, *_ in PAPERS), STEPS, STEPS, maintained=True)
PLAN = p.PlanFacts(frozenset(thing.key for thing in p.PARTNERS), "拉政函〔2026〕8号", True, "2026版")
KEPT = keep.RetentionFacts(keeping(date(2026, 5, 20)), there=True)
OVER = keep.RetentionFacts(keeping(date(2026, 5, 3)), there=True)
CONTRACT = MaintenanceFacts("某公司", frozenset(TERMS), date(2026, 12, 31), date(2026, 5, 1))
STAFF = StaffFacts(True, True, True, date(2026, 2, 1), date(2025, 9, 30))
AT = datetime(2026, 6, 3, 8, tzinfo=UTC)
TERMS_AS_SHIPPED = LegalTerms()

NIGHTS = h.HoursFacts(h.HoursBasis.FREE_PLACE, p.PlaceKind.OTHER_PUBLIC, 14, reason="夜间闭店")
BY_ORDER = h.HoursFacts(h.HoursBasis.ORDER, p.PlaceKind.N7_1, 1, reason="案件需要", order="城法函〔2026〕3号")

CASES: list[tuple[str, Any, DutyStatus]] = [
    ("s34_6_hours", NIGHTS, DutyStatus.MET),
    ("s34_6_hours", replace(NIGHTS, reason=" "), DutyStatus.MISSING),
    ("s34_6_hours", replace(NIGHTS, category=9), DutyStatus.BREACH),
    ("s34_6_hours", replace(NIGHTS, listed_by="市政府决定"), DutyStatus.BREACH),
    ("s34_6_hours", replace(NIGHTS, place=p.PlaceKind.N7_1), DutyStatus.BREACH),
    ("s34_6_hours", replace(NIGHTS, place=p.PlaceKind.N7_2), DutyStatus.BREACH),
    ("s34_6_hours", BY_ORDER, DutyStatus.MET),
    ("s34_6_hours", replace(BY_ORDER, order=""), DutyStatus.MISSING),
    ("s8_1_city_plan", PLAN, DutyStatus.MET),
    ("s8_1_city_plan", replace(PLAN, approval=""), DutyStatus.BREACH),
    ("s8_1_city_plan", replace(PLAN, approval="", carried_out=False), DutyStatus.MISSING),
    ("s8_1_city_plan", replace(PLAN, opinions=PLAN.opinions - {"transport"}), DutyStatus.MISSING),
    ("s8_2_county_plan", PLAN, DutyStatus.MET),
    ("s8_2_county_plan", replace(PLAN, city_plan=""), DutyStatus.MISSING),
    ("s8_2_county_plan", replace(PLAN, opinions=frozenset()), DutyStatus.MISSING),
    ("s8_3_overlap", p.OverlapFacts(0.2, ""), DutyStatus.MET),
    ("s8_3_overlap", p.OverlapFacts(0.8, ""), DutyStatus.MISSING),
    ("s8_3_overlap", p.OverlapFacts(0.8, "夜间看不清"), DutyStatus.MET),
    ("s9_gap", p.GapFacts(9, True), DutyStatus.MET),
    ("s9_gap", p.GapFacts(9, False), DutyStatus.MISSING),
    ("s9_gap", p.GapFacts(14, False), DutyStatus.REVIEW),
    ("s9_gap", p.GapFacts(14, False, "市公安局决定"), DutyStatus.MISSING),
    ("s11_builder", PlaceFacts(8, owner="甲"), DutyStatus.MET),
    ("s11_builder", PlaceFacts(8), DutyStatus.MISSING),
    ("s11_builder", PlaceFacts(8, owner="甲", user="乙", agreed="乙"), DutyStatus.MISSING),
    ("s11_builder", PlaceFacts(8, owner="甲", user="乙", agreed="丙", agreement="合同"), DutyStatus.REVIEW),
    ("s12_2_norm", p.NormFacts("V1", frozenset({"big_data", "state_security"})), DutyStatus.MET),
    ("s12_2_norm", p.NormFacts("", frozenset({"big_data"})), DutyStatus.MISSING),
    ("s13_2_designation", p.DesignationFacts("采用符合标准的设备", frozenset({"某牌"})), DutyStatus.MET),
    ("s13_2_designation", p.DesignationFacts("采用某牌设备", frozenset({"某牌"})), DutyStatus.REVIEW),
    ("n7_3_installer", p.InstallerFacts(p.PlaceKind.N7_1, p.Installer.DEPARTMENT, "案件高发"), DutyStatus.MET),
    ("n7_3_installer", p.InstallerFacts(p.PlaceKind.N7_1, p.Installer.MANAGING_UNIT, "案件高发"), DutyStatus.BREACH),
    ("n7_3_installer", p.InstallerFacts(p.PlaceKind.N7_2, p.Installer.MANAGING_UNIT, ""), DutyStatus.MISSING),
    ("n7_3_installer", p.InstallerFacts(p.PlaceKind.OTHER_PUBLIC, p.Installer.OTHER, "好看"), DutyStatus.BREACH),
    ("n7_3_installer", p.InstallerFacts(p.PlaceKind.NOT_PUBLIC, p.Installer.OTHER, ""), DutyStatus.NOT_APPLICABLE),
    ("s10_spot", b.SpotFacts("toilet"), DutyStatus.BREACH),
    ("s10_spot", b.SpotFacts(words="卫生间门口"), DutyStatus.REVIEW),
    ("s10_spot", b.SpotFacts(words="卫生间门口", cleared_by="审核人"), DutyStatus.MET),
    ("s10_spot", b.SpotFacts(words="大门"), DutyStatus.MET),
    ("n8_2_self_check", b.SelfCheckFacts(date(2026, 5, 20), 30), DutyStatus.MET),
    ("n8_2_self_check", b.SelfCheckFacts(date(2026, 4, 1), 30), DutyStatus.LATE),
    ("n8_2_self_check", b.SelfCheckFacts(None, 30), DutyStatus.MISSING),
    ("n8_2_self_check", b.SelfCheckFacts(date(2026, 6, 1), 30, date(2026, 6, 1)), DutyStatus.LATE),
    ("s12_1_design", b.DesignFacts(frozenset(t.key for t in b.DESIGN)), DutyStatus.MET),
    ("s12_1_design", b.DesignFacts(frozenset()), DutyStatus.MISSING),
    ("s13_1_credentials", b.CredentialFacts(date(2026, 12, 1)), DutyStatus.MET),
    ("s13_1_credentials", b.CredentialFacts(date(2026, 6, 20)), DutyStatus.DUE),
    ("s13_1_credentials", b.CredentialFacts(date(2026, 6, 2)), DutyStatus.LATE),
    ("s13_1_credentials", b.CredentialFacts(None), DutyStatus.MISSING),
    ("s14_simultaneous", b.WorksFacts(), DutyStatus.NOT_APPLICABLE),
    ("s14_simultaneous", b.WorksFacts({"design": Pair(CONDUCT, CONDUCT)}), DutyStatus.MET),
    ("s14_simultaneous", b.WorksFacts({"design": Pair(CONDUCT, None)}), DutyStatus.LATE),
    ("s15_sign_and_field", b.SignFacts(frozenset(t.key for t in b.SIGNS)), DutyStatus.MET),
    ("s15_sign_and_field", b.SignFacts(frozenset({"field"})), DutyStatus.MISSING),
    ("s15_sign_and_field", b.SignFacts(frozenset(), drifted=True), DutyStatus.REVIEW),
    ("s16_1_acceptance", b.AcceptanceFacts(None, None), DutyStatus.NOT_APPLICABLE),
    ("s16_1_acceptance", b.AcceptanceFacts(CONDUCT, CONDUCT), DutyStatus.MET),
    ("s16_1_acceptance", b.AcceptanceFacts(CONDUCT, CONDUCT + timedelta(days=1)), DutyStatus.BREACH),
    ("s16_1_acceptance", b.AcceptanceFacts(CONDUCT, None), DutyStatus.BREACH),
    ("s16_1_acceptance", b.AcceptanceFacts(CONDUCT, None, legacy=True), DutyStatus.MISSING),
    ("s16_2a_filing", f.FilingFacts(None, None), DutyStatus.NOT_APPLICABLE),
    ("s16_2a_filing", f.FilingFacts(date(2026, 5, 20), None), DutyStatus.DUE),
    ("s16_2a_filing", f.FilingFacts(date(2026, 4, 1), None), DutyStatus.LATE),
    ("s16_2a_filing", f.FilingFacts(date(2026, 4, 1), date(2026, 4, 9)), DutyStatus.MET),
    ("s16_2a_filing", f.FilingFacts(date(2026, 4, 1), date(2026, 6, 1)), DutyStatus.LATE),
    ("s16_2b_legacy_filing", f.FilingFacts(date(2020, 1, 1), date(2024, 7, 1)), DutyStatus.MET),
    ("s16_2b_legacy_filing", f.FilingFacts(date(2020, 1, 1), date(2024, 7, 2)), DutyStatus.LATE),
    ("n14_filing", f.FilingFacts(date(2020, 1, 1), date(2025, 6, 30)), DutyStatus.MET),
    ("n14_filing", f.FilingFacts(date(2026, 5, 20), None), DutyStatus.DUE),
    ("n14_change", f.ChangeFilingFacts(None), DutyStatus.NOT_APPLICABLE),
    ("n14_change", f.ChangeFilingFacts(date(2026, 5, 25)), DutyStatus.DUE),
    ("n14_change", f.ChangeFilingFacts(date(2026, 5, 1)), DutyStatus.LATE),
    ("n14_change", f.ChangeFilingFacts(date(2026, 5, 1), date(2026, 5, 15)), DutyStatus.MET),
    ("n14_change", f.ChangeFilingFacts(date(2026, 5, 1), date(2026, 6, 1)), DutyStatus.REVIEW),
    ("s16_2c_upgrade", f.UpgradeFacts(None, 30), DutyStatus.NOT_APPLICABLE),
    ("s16_2c_upgrade", f.UpgradeFacts(date(2026, 5, 20), 30), DutyStatus.DUE),
    ("s16_2c_upgrade", f.UpgradeFacts(date(2026, 3, 2), 30), DutyStatus.LATE),
    ("s16_2c_upgrade", f.UpgradeFacts(date(2026, 3, 2), 30, date(2026, 5, 1)), DutyStatus.LATE),
    ("s16_2c_upgrade", f.UpgradeFacts(date(2026, 3, 2), 30, date(2026, 5, 1), date(2026, 4, 1)), DutyStatus.MET),
    ("s16_2c_upgrade", f.UpgradeFacts(date(2026, 3, 2), 30, date(2026, 5, 1), date(2026, 4, 2)), DutyStatus.LATE),
    ("s16_2c_upgrade", f.UpgradeFacts(date(2026, 3, 2), 30, None, date(2026, 4, 1)), DutyStatus.DUE),
    ("s17_dossier", WHOLE, DutyStatus.MET),
    ("s17_dossier", replace(WHOLE, papers=WHOLE.papers - {"inspection"}), DutyStatus.MISSING),
    ("s17_dossier", replace(WHOLE, papers=WHOLE.papers - {"inspection"}, n9=True), DutyStatus.MET),
    ("s18a_removal", f.RemovalFacts(None, None, None), DutyStatus.NOT_APPLICABLE),
    ("s18a_removal", f.RemovalFacts(None, None, TODAY), DutyStatus.BREACH),
    ("s18a_removal", f.RemovalFacts(TODAY, date(2026, 5, 20), TODAY, "改建"), DutyStatus.REVIEW),
    ("s18a_removal", f.RemovalFacts(TODAY, date(2026, 5, 19), TODAY, "改建"), DutyStatus.MET),
    ("s18b_report", f.RemovalFacts(None, None, None), DutyStatus.NOT_APPLICABLE),
    ("s18b_report", f.RemovalFacts(date(2026, 7, 1), None, None), DutyStatus.DUE),
    ("s18b_report", f.RemovalFacts(date(2026, 6, 10), None, None), DutyStatus.LATE),
    ("s18b_report", f.RemovalFacts(date(2026, 6, 10), date(2026, 6, 1), None, "改建"), DutyStatus.LATE),
    ("s18b_report", f.RemovalFacts(date(2026, 7, 1), date(2026, 6, 1), None), DutyStatus.MISSING),
    ("s18b_report", f.RemovalFacts(date(2026, 7, 1), date(2026, 6, 1), None, "改建"), DutyStatus.MET),
    ("s19_obstruction", b.ObstructionFacts(None), DutyStatus.MET),
    ("s19_obstruction", b.ObstructionFacts(date(2026, 5, 1)), DutyStatus.BREACH),
    ("s19_obstruction", b.ObstructionFacts(date(2026, 5, 1), date(2026, 5, 3)), DutyStatus.MET),
    ("s20_classified", b.ClassifiedFacts(False, frozenset({"internet"})), DutyStatus.NOT_APPLICABLE),
    ("s20_classified", b.ClassifiedFacts(True, frozenset({"internet"})), DutyStatus.BREACH),
    ("s20_classified", b.ClassifiedFacts(True, frozenset({"isolated"})), DutyStatus.MISSING),
    ("s20_classified", b.ClassifiedFacts(True, frozenset(), frozenset(t.key for t in b.SECRECY)), DutyStatus.MET),
    ("n10_consent", b.NeighbourFacts(False), DutyStatus.NOT_APPLICABLE),
    ("n10_consent", b.NeighbourFacts(True), DutyStatus.MISSING),
    ("n10_consent", b.NeighbourFacts(True, "函3号"), DutyStatus.MET),
    ("s21_platform", k.PlatformFacts(Level.COUNTY, True), DutyStatus.MET),
    ("s21_platform", k.PlatformFacts(Level.COUNTY, False), DutyStatus.MISSING),
    ("s22_cascade", k.PlatformFacts(Level.COUNTY, True), DutyStatus.NOT_APPLICABLE),
    ("s22_cascade", k.PlatformFacts(Level.CITY, True, frozenset({"up"})), DutyStatus.MISSING),
    ("s22_cascade", k.PlatformFacts(Level.CITY, True, frozenset({"up", "down"})), DutyStatus.MET),
    ("s23_connected", k.LinkFacts(False, "education"), DutyStatus.MISSING),
    ("s23_connected", k.LinkFacts(True, "education"), DutyStatus.MET),
    ("s23_connected", k.LinkFacts(False), DutyStatus.NOT_APPLICABLE),
    ("s23_connected", k.LinkFacts(True, "education", classified=True), DutyStatus.BREACH),
    ("s25_directory", k.DirectoryFacts(date(2026, 1, 1)), DutyStatus.MET),
    ("s25_directory", k.DirectoryFacts(None), DutyStatus.MISSING),
    ("s26_new_use", using.UseFacts("", False), DutyStatus.MISSING),
    ("s26_new_use", using.UseFacts("某法", True), DutyStatus.MET),
    ("s31_1_maintainer", replace(CONTRACT, by=""), DutyStatus.MISSING),
    ("s31_1_maintainer", CONTRACT, DutyStatus.MET),
    ("s31_2a_contract", CONTRACT, DutyStatus.MET),
    ("s31_2a_contract", replace(CONTRACT, contract_terms=frozenset({"matters"})), DutyStatus.MISSING),
    ("s31_2a_contract", replace(CONTRACT, contract_ends=date(2026, 6, 2)), DutyStatus.LATE),
    ("s31_2a_contract", replace(CONTRACT, contract_terms=None), DutyStatus.NOT_APPLICABLE),
    ("s31_2b_supervision", CONTRACT, DutyStatus.MET),
    ("s31_2b_supervision", replace(CONTRACT, last_supervised=date(2026, 1, 1)), DutyStatus.LATE),
    ("s31_2b_supervision", replace(CONTRACT, contract_terms=None), DutyStatus.NOT_APPLICABLE),
    ("s32_retention", KEPT, DutyStatus.MET),
    ("s32_retention", replace(KEPT, there=False), DutyStatus.BREACH),
    ("s32_retention", replace(KEPT, unexplained_seconds=9), DutyStatus.REVIEW),
    ("s32_retention", OVER, DutyStatus.DUE),
    ("s32_retention", keep.RetentionFacts(keeping(date(2026, 5, 1)), there=True), DutyStatus.LATE),
    ("s32_retention", replace(OVER, there=False), DutyStatus.MET),
    ("s32_retention", replace(OVER, purpose_met=False), DutyStatus.MET),
    ("s33_2a_evidence", keep.EvidenceFacts(False, False, False), DutyStatus.NOT_APPLICABLE),
    ("s33_2a_evidence", keep.EvidenceFacts(True, True, False), DutyStatus.MISSING),
    ("s33_2a_evidence", keep.EvidenceFacts(True, True, True), DutyStatus.MET),
    ("s34_1_rules", routines.RulesFacts(frozenset(t.key for t in routines.RULES), date(2026, 1, 1)), DutyStatus.MET),
    ("s34_1_rules", routines.RulesFacts(frozenset({"watching"}), date(2026, 1, 1)), DutyStatus.MISSING),
    ("s34_1_rules", routines.RulesFacts(frozenset(t.key for t in routines.RULES), date(2025, 1, 1)), DutyStatus.LATE),
    ("s34_2_assessment", routines.RoutineFacts(date(2026, 1, 1), 365), DutyStatus.MET),
    ("s34_3_upkeep", routines.RoutineFacts(date(2026, 1, 1), 30), DutyStatus.LATE),
    ("pipl54_audit", routines.RoutineFacts(None, 365), DutyStatus.MISSING),
    ("s34_4_staff_file", STAFF, DutyStatus.MET),
    ("s34_4_staff_file", replace(STAFF, vetted=False), DutyStatus.MISSING),
    ("s34_5_training", STAFF, DutyStatus.MET),
    ("s34_5_training", replace(STAFF, secrecy_trained=date(2025, 6, 2)), DutyStatus.LATE),
    ("s34_5_training", replace(STAFF, skills_trained=None), DutyStatus.MISSING),
    ("s34_6_stop", operating.StopFacts(0), DutyStatus.MET),
    ("s34_6_stop", operating.StopFacts(40), DutyStatus.BREACH),
    ("s34_6_stop", operating.StopFacts(40, "network"), DutyStatus.MET),
    ("s34_6_stop", operating.StopFacts(40, "operator"), DutyStatus.REVIEW),
    ("s34_6_stop", operating.StopFacts(40, "operator", "审批人"), DutyStatus.MET),
    ("s34_7_change", operating.ChangeFacts(True), DutyStatus.BREACH),
    ("s34_7_change", operating.ChangeFacts(True, "B-3"), DutyStatus.MET),
    ("s34_8_control_room", operating.RoomFacts(2, 1), DutyStatus.BREACH),
    ("s34_8_control_room", operating.RoomFacts(2, 0), DutyStatus.BREACH),
    ("s34_8_control_room", operating.RoomFacts(2, 0, 2), DutyStatus.MET),
    ("s34_9_report", operating.SuspicionFacts(AT, None), DutyStatus.MISSING),
    ("s34_9_report", operating.SuspicionFacts(AT, AT + timedelta(minutes=59)), DutyStatus.MET),
    ("s34_9_report", operating.SuspicionFacts(AT, AT + timedelta(minutes=61)), DutyStatus.REVIEW),
    ("s36_inspection", routines.RoutineFacts(date(2025, 1, 1), 365), DutyStatus.LATE),
    ("s36_parts", routines.InspectedFacts(frozenset(t.key for t in routines.PARTS)), DutyStatus.MET),
    ("s36_parts", routines.InspectedFacts(frozenset()), DutyStatus.MISSING),
    ("n16_2_3_register", using.RegisterFacts(10, 10), DutyStatus.MET),
    ("n16_2_3_register", using.RegisterFacts(10, 9), DutyStatus.BREACH),
    ("csl23_logs", keep.LogFacts(date(2024, 1, 1), date(2025, 12, 2), date(2024, 1, 1)), DutyStatus.MET),
    ("csl23_logs", keep.LogFacts(date(2024, 1, 1), date(2026, 1, 2), date(2024, 1, 1)), DutyStatus.BREACH),
    ("pipl55_records", keep.LogFacts(date(2022, 1, 1), date(2022, 1, 1), date(2023, 6, 3)), DutyStatus.MET),
    ("pipl55_records", keep.LogFacts(date(2022, 1, 1), date(2022, 1, 1), date(2023, 6, 4)), DutyStatus.BREACH),
    ("s29_speed", using.LostPersonFacts(AT, None), DutyStatus.DUE),
    ("s29_speed", using.LostPersonFacts(AT, AT + timedelta(minutes=30)), DutyStatus.MET),
    ("s29_speed", using.LostPersonFacts(AT, AT + timedelta(minutes=31)), DutyStatus.REVIEW),
    ("gb55029_trial", standards.TrialFacts(None), DutyStatus.MISSING),
    ("gb55029_trial", standards.TrialFacts(date(2026, 5, 1), date(2026, 5, 31)), DutyStatus.MET),
    ("gb55029_trial", standards.TrialFacts(date(2026, 5, 1), date(2026, 5, 30)), DutyStatus.MISSING),
    ("gb55029_trial", standards.TrialFacts(date(2026, 5, 20)), DutyStatus.DUE),
    ("gb55029_trial", standards.TrialFacts(None, legacy=True), DutyStatus.NOT_APPLICABLE),
    ("s12_1_protection", standards.ProtectionFacts(None), DutyStatus.MISSING),
    ("s12_1_protection", standards.ProtectionFacts(2), DutyStatus.MISSING),
    ("s12_1_protection", standards.ProtectionFacts(2, "54010011111-00001"), DutyStatus.MET),
    ("s12_1_protection", standards.ProtectionFacts(3, "54010011111-00001", date(2025, 12, 1)), DutyStatus.MET),
    ("s12_1_protection", standards.ProtectionFacts(3, "54010011111-00001", date(2025, 6, 1)), DutyStatus.LATE),
    ("csl23_logs", keep.LogFacts(date(2026, 5, 1), date(2026, 5, 1), date(2026, 5, 1)), DutyStatus.MET),
]


def ask(
    name: str, facts: Any, conduct: date = CONDUCT, today: date = TODAY, terms: LegalTerms = TERMS_AS_SHIPPED
) -> DutyFinding:
    finding: DutyFinding = OBLIGATIONS[name].check(facts, conduct, today, terms)
    return finding


@pytest.mark.parametrize(("name", "facts", "status"), CASES, ids=[f"{name}-{status}" for name, _, status in CASES])
def test_an_obligation_stands_as_it_should(name: str, facts: Any, status: DutyStatus) -> None:
    finding = ask(name, facts)
    assert finding.status is status
    assert finding.zh
    assert finding.en
    assert (finding.days_late > 0) <= (status is DutyStatus.LATE)
    for clause in finding.clauses:
        find(clause)


def test_every_obligation_is_tried_and_not_only_when_it_is_met() -> None:
    tried: dict[str, set[DutyStatus]] = {}
    for name, _, status in CASES:
        tried.setdefault(name, set()).add(status)
    assert tried.keys() == OBLIGATIONS.keys()
    routines = {"s34_2_assessment", "s34_3_upkeep", "pipl54_audit", "s36_inspection"}
    assert {name for name, found in tried.items() if len(found) < 2} == routines


def test_every_obligation_takes_conduct_today_and_terms_and_no_clock() -> None:
    for one in OBLIGATIONS.values():
        assert list(one.check.__annotations__)[:4] == ["facts", "conduct", "today", "terms"]
        assert one.check.__doc__


def test_a_late_filing_says_how_late_it_is_and_keeps_its_last_day() -> None:
    finding = ask("s16_2a_filing", f.FilingFacts(date(2026, 4, 1), None))
    assert (finding.due, finding.days_late) == (date(2026, 5, 6), 28)


def test_a_day_that_depends_on_a_notice_is_provisional() -> None:
    assert ask("s16_2a_filing", f.FilingFacts(date(2026, 12, 20), None), today=date(2026, 12, 21)).provisional


def test_what_order_799_asks_is_not_asked_of_conduct_before() -> None:
    before = date(2025, 3, 31)
    assert ask("n8_2_self_check", b.SelfCheckFacts(None, 30), before).status is DutyStatus.NOT_APPLICABLE
    assert ask("n10_consent", b.NeighbourFacts(True), before).status is DutyStatus.NOT_APPLICABLE
    assert ask("s34_4_staff_file", replace(STAFF, vetted=False), before).status is DutyStatus.MET
    assert ask("s17_dossier", replace(WHOLE, papers=WHOLE.papers - {"inspection"}), before).status is DutyStatus.MET


def test_a_number_of_our_own_is_said_to_be_ours() -> None:
    assert ask("s34_3_upkeep", routines.RoutineFacts(date(2026, 1, 1), 30)).internal
    assert not ask("s16_2a_filing", f.FilingFacts(date(2026, 4, 1), None)).internal


def test_an_interval_and_a_last_time_that_cannot_be_right_name_their_field() -> None:
    with pytest.raises(BadInput, match="every_days"):
        ask("s34_3_upkeep", routines.RoutineFacts(None, 0))
    with pytest.raises(BadInput, match="last"):
        ask("s34_3_upkeep", routines.RoutineFacts(date(2026, 6, 4), 30))


NEXT = TODAY + timedelta(days=1)
MAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("name", "facts", "field"),
    [
        ("s16_2a_filing", f.FilingFacts(MAY, date(2026, 5, 3)), "filed"),
        ("s16_2a_filing", f.FilingFacts(None, NEXT), "filed"),
        ("s16_2a_filing", f.FilingFacts(MAY, NEXT), "filed"),
        ("s16_2b_legacy_filing", f.FilingFacts(date(2020, 1, 1), date(2019, 12, 31)), "filed"),
        ("n14_filing", f.FilingFacts(MAY, NEXT), "filed"),
        ("n14_change", f.ChangeFilingFacts(MAY, date(2026, 5, 3)), "filed"),
        ("n14_change", f.ChangeFilingFacts(MAY, NEXT), "filed"),
        ("s16_2c_upgrade", f.UpgradeFacts(MAY, 30, date(2026, 5, 3)), "rechecked"),
        ("s16_2c_upgrade", f.UpgradeFacts(MAY, 30, date(2026, 5, 5), date(2026, 5, 6)), "rechecked"),
        ("s16_2c_upgrade", f.UpgradeFacts(MAY, 30, None, date(2026, 5, 3)), "reported"),
        ("s16_2c_upgrade", f.UpgradeFacts(None, 30, None, MAY), "reported"),
        ("s18a_removal", f.RemovalFacts(None, NEXT, TODAY), "reported"),
        ("s18a_removal", f.RemovalFacts(None, MAY, NEXT), "removed"),
        ("s18b_report", f.RemovalFacts(date(2026, 8, 1), NEXT, None, "改建"), "reported"),
        ("n8_2_self_check", b.SelfCheckFacts(MAY, 30, MAY, date(2026, 5, 3)), "reported"),
        ("s19_obstruction", b.ObstructionFacts(MAY, date(2026, 5, 3)), "cleared"),
        ("gb55029_trial", standards.TrialFacts(MAY, date(2026, 5, 3)), "ended"),
        ("gb55029_trial", standards.TrialFacts(NEXT), "began"),
        ("gb55029_trial", standards.TrialFacts(date(2026, 4, 1), NEXT), "ended"),
        ("s34_9_report", operating.SuspicionFacts(AT, AT - timedelta(minutes=1)), "reported"),
        ("s29_speed", using.LostPersonFacts(AT, AT - timedelta(minutes=1)), "looked"),
        ("s34_6_stop", operating.StopFacts(-1), "seconds"),
        ("s34_8_control_room", operating.RoomFacts(2, -1), "unlogged"),
        ("s34_8_control_room", operating.RoomFacts(2, 3), "unlogged"),
        ("s34_8_control_room", operating.RoomFacts(2, 0, 3), "entitled"),
        ("s16_2c_upgrade", f.UpgradeFacts(None, 30, MAY), "rechecked"),
        ("n16_2_3_register", using.RegisterFacts(-1, 0), "looks"),
        ("s32_retention", replace(KEPT, unexplained_seconds=-1), "unexplained_seconds"),
    ],
)
def test_what_cannot_have_happened_so_names_its_field(name: str, facts: Any, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        ask(name, facts)
    assert caught.value.field == field


def test_one_filing_between_acceptance_and_use_serves_both_clocks() -> None:
    assert ask("n14_filing", f.FilingFacts(MAY, date(2026, 4, 20))).status is DutyStatus.MET


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\u3000…", "。。", "\u3164"])
def test_what_says_nothing_is_no_reason_no_consent_and_no_case(nothing: str) -> None:
    unsaid = [
        ("s8_1_city_plan", replace(PLAN, approval=nothing), DutyStatus.BREACH),
        ("s8_2_county_plan", replace(PLAN, city_plan=nothing), DutyStatus.MISSING),
        ("s8_3_overlap", p.OverlapFacts(0.8, nothing), DutyStatus.MISSING),
        ("s9_gap", p.GapFacts(14, False, nothing), DutyStatus.REVIEW),
        ("s12_2_norm", p.NormFacts(nothing, frozenset({"big_data", "state_security"})), DutyStatus.MISSING),
        ("n7_3_installer", p.InstallerFacts(p.PlaceKind.N7_1, p.Installer.DEPARTMENT, nothing), DutyStatus.MISSING),
        ("s10_spot", b.SpotFacts(words="卫生间门口", cleared_by=nothing), DutyStatus.REVIEW),
        ("n10_consent", b.NeighbourFacts(True, nothing), DutyStatus.MISSING),
        ("s18b_report", f.RemovalFacts(date(2026, 7, 1), date(2026, 6, 1), None, nothing), DutyStatus.MISSING),
        ("s26_new_use", using.UseFacts(nothing, True), DutyStatus.MISSING),
        ("s31_1_maintainer", replace(CONTRACT, by=nothing), DutyStatus.MISSING),
        ("s34_6_stop", operating.StopFacts(40, nothing), DutyStatus.BREACH),
        ("s34_6_stop", operating.StopFacts(40, "operator", nothing), DutyStatus.REVIEW),
        ("s34_7_change", operating.ChangeFacts(True, nothing), DutyStatus.BREACH),
        ("s12_1_protection", standards.ProtectionFacts(2, nothing), DutyStatus.MISSING),
    ]
    for name, facts, status in unsaid:
        assert ask(name, facts).status is status, name


BESIDE = {
    "s11_builder": {"S9(8)"},
    "n7_3_installer": {"N33"},
    "s34_6_hours": {"N7.1", "N7.2", "N9", *(f"S9({number})" for number in range(1, 15))},
    "s16_2a_filing": {"S16.1", "CC201", "CC203"},
    "s16_2b_legacy_filing": {"S42", "CC201", "CC203"},
    "n14_filing": {"N34", "CC201", "CC203"},
    "s16_2c_upgrade": {"CC201", "CC203"},
    "s18a_removal": {"S18b"},
    "s20_classified": {"SSL30"},
    "s23_connected": {"S12.1", "S20", "SSL30"},
}
"""What a finding names besides what it checks and what follows a breach: where its clock begins, or which clause it points to."""


def test_an_obligation_names_only_what_it_checks_or_what_follows_a_breach() -> None:
    for name, facts, _ in CASES:
        one = OBLIGATIONS[name]
        follows = {clause for own in one.clauses for clause in find(own).penalties}
        allowed = {*one.clauses, *follows, *BESIDE.get(name, ())}
        assert set(ask(name, facts).clauses) <= allowed, name


def test_what_is_over_and_deleted_is_not_said_to_be_kept() -> None:
    assert ask("s32_retention", replace(OVER, there=False)).zh == "留存期限届满，已经删除"
    assert ask("s32_retention", replace(OVER, purpose_met=False)).zh == "留存期限届满，目的尚未达成，可以继续保存"


def test_obligations_are_found_by_clause() -> None:
    assert [one.name for one in of_clause("S16.2a")] == ["s16_2a_filing"]
    assert [one.name for one in of_clause("S9(13)")] == ["s9_gap"]
    assert of_clause("S1") == ()


def test_a_notice_that_is_entered_at_run_time_reaches_every_obligation_that_counts() -> None:
    entered = CalendarNotice(2026, "通知", date(2026, 6, 1), {date(2026, 6, 19): "临时放假"}, frozenset())
    calendar = WorkCalendar(national=[], local=[entered])
    before = WorkCalendar(national=[], local=[])
    facts = f.FilingFacts(date(2026, 5, 20), None)
    assert ask("s16_2a_filing", facts, terms=LegalTerms(before)).due == date(2026, 6, 19)
    assert ask("s16_2a_filing", facts, terms=LegalTerms(calendar)).due == date(2026, 6, 22)
    assert ask("n14_filing", facts, terms=LegalTerms(calendar)).due == date(2026, 6, 22)
    upgrade = f.UpgradeFacts(date(2026, 5, 20), 30)
    assert ask("s16_2c_upgrade", upgrade, terms=LegalTerms(calendar)).due == date(2026, 6, 22)
    assert ask("n14_change", f.ChangeFilingFacts(date(2026, 6, 5)), terms=LegalTerms(before)).due == date(2026, 6, 19)
    assert ask("n14_change", f.ChangeFilingFacts(date(2026, 6, 5)), terms=LegalTerms(calendar)).due == date(2026, 6, 22)
    removal = f.RemovalFacts(date(2026, 7, 4), None, None)
    assert "2026-06-19" in ask("s18b_report", removal, terms=LegalTerms(before)).zh
    assert "2026-06-18" in ask("s18b_report", removal, terms=LegalTerms(calendar)).zh


def test_an_interval_that_the_unit_has_not_set_is_the_assumed_one() -> None:
    facts = routines.RoutineFacts(date(2026, 5, 1))
    assert ask("s34_3_upkeep", facts).status is DutyStatus.MET
    assert ask("s34_3_upkeep", facts, terms=LegalTerms(assumed=Assumptions(upkeep_days=10))).status is DutyStatus.LATE


def test_a_finding_on_an_unconfirmed_value_says_so_until_it_is_confirmed() -> None:
    facts = routines.RoutineFacts(date(2026, 5, 1))
    found = ask("s36_inspection", facts)
    assert found.unconfirmed == ("inspection_days",)
    assert "未核实" in found.zh
    assert "unconfirmed" in found.en
    confirmed = Assumptions(inspection_days=180, confirmed=frozenset({"inspection_days"}))
    assert ask("s36_inspection", facts, terms=LegalTerms(assumed=confirmed)).unconfirmed == ()
    assert ask("s36_inspection", replace(facts, every_days=30)).unconfirmed == ()


def test_a_strict_reader_wants_fifteen_clear_days_before_a_removal() -> None:
    facts = f.RemovalFacts(TODAY, date(2026, 5, 19), TODAY, "改建")
    strict = LegalTerms(assumed=Assumptions(removal_clear_days=True))
    assert ask("s18a_removal", facts).status is DutyStatus.MET
    assert ask("s18a_removal", facts, terms=strict).status is DutyStatus.REVIEW
    assert ask("s18a_removal", facts).unconfirmed == ("removal_clear_days",)
