"""Which function serves which clause, written down: the other half of a double entry; that of grounds stands with their cases
(tests/law/tables/grounds.yaml). Elsewhere: ``module:function``, by clause; one that is gone fails the check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from custodes.law.clauses.clause import ClauseKind
from custodes.law.clauses.registry import LHASA, NATIONAL, UnknownClause, find
from custodes.law.duties.all import OBLIGATIONS
from custodes.law.grounds.registry import GROUNDS

_DECIDE = "custodes.access.decision:decide"
_DECIDE_EACH = "custodes.access.decision:decide_each"
_ADMIT = "custodes.node.gate:Gate.admit"
_REQUEST = "custodes.law.grounds.agency:unmet"
_READ_LOOKS = "custodes.access.looks.reach:readable_looks"
_KEEP_BACK = "custodes.access.looks.embargo:ask_approve"
_WITHIN = "custodes.people.scope:within"
_SUPERVISED = "custodes.people.scope:scope_of"
_FOUND_GONE = "custodes.places.removal.case:find"
_INTERRUPTED = "custodes.video.recorder.recorder:Recorder.source_state"
_COMMIT = "custodes.notary.store:RecordStore.commit"
_PROVE = "custodes.ledger.verify:verify_ledger"
_KEEP = "custodes.places.keeping:keeping_of"
_PURGE = "custodes.video.archive.retention:purge"
_REACHES = "custodes.video.archive.kept:kept_of"
_HOLD = "custodes.access.holds.case:place"
_RELEASE = "custodes.access.holds.case:confirm_release"
_ACCOUNT = "custodes.video.archive.completeness:account"
_PLAN_STEP = "custodes.places.cityplans.case:come_into_force"

_REMIND = "custodes.upkeep.dates.round:tellings"
_HOLDS_SETTING = "custodes.places.devices.settingrules:told_of"
_SCREEN = "custodes.places.lifecycle.guards:screen"
_ACCEPT = "custodes.places.lifecycle.guards:accept"

ELSEWHERE: dict[str, tuple[str, ...]] = {
    "S8.3": (_SCREEN,),
    "S10": (_SCREEN, "custodes.places.importing.cameras:CameraWork.hold"),
    "S10(4)": (_HOLDS_SETTING,),
    "S12.1": ("custodes.places.lifecycle.guards:design_ok", _ACCEPT),
    "S13.1": ("custodes.places.lifecycle.guards:start", _ACCEPT),
    "S14": ("custodes.places.lifecycle.guards:complete",),
    "S16.1": (_ACCEPT, "custodes.places.lifecycle.trial:Trials.closed"),
    "S16.2a": (
        "custodes.places.filing.case:submit",
        "custodes.places.filing.clocks:clocks_of",
        "custodes.places.filing.clocks:late",
        _REMIND,
    ),
    "S16.2b": (
        "custodes.places.lifecycle.case:enter_system",
        "custodes.places.filing.clocks:clocks_of",
        "custodes.places.filing.case:take_over",
    ),
    "S16.2c": ("custodes.places.upgrades.case:make", "custodes.places.upgrades.case:finding_of"),
    "S17": ("custodes.places.dossiers:completeness",),
    "S18a": ("custodes.places.removal.case:carry_out", _FOUND_GONE),
    "S18b": (
        "custodes.places.removal.case:report",
        "custodes.places.removal.case:carry_out",
        "custodes.places.removal.rules:earliest",
        _REMIND,
    ),
    "N14": (
        "custodes.places.filing.case:submit",
        "custodes.places.filing.clocks:clocks_of",
        "custodes.places.changes.clock:finding_of",
        _REMIND,
    ),
    "N23(2)": ("custodes.places.changes.case:find", _FOUND_GONE),
    "S5.2": (_WITHIN,),
    "S6.1": (_SUPERVISED,),
    "S7": (
        _DECIDE,
        _DECIDE_EACH,
        _WITHIN,
        "custodes.access.looks.review.rules:found_in",
        "custodes.access.looks.review.case:ask_incident",
    ),
    "S8.1": ("custodes.places.cityplans.guards:submit_unmet", _PLAN_STEP),
    "S8.2": ("custodes.places.cityplans.guards:consult_unmet", _PLAN_STEP),
    "S10(3)": (
        _DECIDE,
        _DECIDE_EACH,
        "custodes.video.plan:RecordingPlan.phase",
        "custodes.places.planning:voting",
        "custodes.places.deciding:approve",
    ),
    "S12.2": ("custodes.places.cityplans.guards:enact_unmet",),
    "S13.2": ("custodes.places.cityplans.facts:found_in",),
    "S15": (
        "custodes.places.lifecycle.gathering:owed_by",
        "custodes.places.lifecycle.guards:put_in_use",
        "custodes.node.steering.desk:SteeringDesk.stand",
        "custodes.upkeep.declaring:declare",
    ),
    "S19": ("custodes.video.health.covered:CoverWatch.read",),
    "S27": (_REQUEST, "custodes.access.agency.looking:gather"),
    "S28.1": (_REQUEST,),
    "S28.1(1)": ("custodes.access.agency.presence:tick",),
    "S28.1(2)": ("custodes.access.agency.asking:used_here",),
    "S28.1(3)": (
        "custodes.access.agency.deciding:register",
        "custodes.sharing.links.refusals:unmet",
        "custodes.sharing.stated.keeping:answer",
    ),
    "S28.1(4)": ("custodes.access.agency.deciding:close", _KEEP_BACK),
    "S20": (
        "custodes.sharing.directory.secrecy:nameable",
        "custodes.sharing.links.guards:ask_unmet",
        "custodes.sharing.links.refusals:unmet",
        "custodes.sharing.tree.showing:shareable",
    ),
    "S21": ("custodes.sharing.links.entering:save",),
    "S22": (
        "custodes.sharing.links.case:ask_platform",
        "custodes.sharing.links.case:put_in_force",
        "custodes.sharing.links.testing:ask_trial",
        "custodes.sharing.serving.uppers:page_of",
        "custodes.sharing.serving.wanting:answer",
    ),
    "S23": (
        "custodes.sharing.directory.candidates:candidates",
        "custodes.sharing.directory.standing:standing",
        "custodes.sharing.links.case:ask_system",
    ),
    "S24": (
        "custodes.sharing.directory.case:add",
        "custodes.sharing.cooperation.case:make",
        "custodes.sharing.links.case:ask_system",
    ),
    "S25": ("custodes.sharing.directory.case:make", "custodes.sharing.directory.case:publish"),
    "S28.2": (_REQUEST, "custodes.access.agency.deciding:refuse"),
    "S29": (
        "custodes.access.supervised.looking:gather",
        "custodes.access.missing.case:open_case",
        "custodes.access.missing.case:find",
        "custodes.access.missing.clock:tick",
    ),
    "S30.1": (
        "custodes.places.internal:signing_node",
        "custodes.video.wire.seal:seal",
        "custodes.sharing.directory.secrecy:told_by",
    ),
    "S30.2": (
        "custodes.access.release.guards:review",
        "custodes.access.release.guards:second_review",
        "custodes.access.release.deciding:publish",
        "custodes.video.mask.verifying:verify_copy",
    ),
    "S32": (_KEEP, _PURGE, _ACCOUNT, _REACHES, _HOLDS_SETTING),
    "S33.2a": ("custodes.video.archive.verify:verify_segments", _PROVE, _HOLD, _RELEASE, _PURGE, _HOLDS_SETTING),
    "S33.1": (
        _DECIDE,
        _DECIDE_EACH,
        _ADMIT,
        "custodes.people.exporting:download",
        "custodes.access.agency.approvals:needed",
        "custodes.access.agency.deciding:approve",
        "custodes.access.missing.case:review",
        "custodes.sharing.directory.secrecy:told_by",
        "custodes.sharing.links.reporting:tell",
        "custodes.sharing.grants.case:approve",
        "custodes.sharing.links.refusals:unmet",
    ),
    "S34(1)": (
        "custodes.people.duty:begin",
        "custodes.access.control.speaking:begin",
        "custodes.node.speaking:Floors.look_after",
    ),
    "S34(5)": (_REMIND,),
    "S34(6)": (
        "custodes.places.retiring:ask",
        _INTERRUPTED,
        _ACCOUNT,
        "custodes.video.plan:RecordingPlan.pieces",
        "custodes.places.deciding:approve",
    ),
    "S34(7)": (
        "custodes.places.changes.gate:check",
        "custodes.places.changes.case:decide",
        "custodes.places.devices.configuring:configure_device",
        _HOLDS_SETTING,
        "custodes.access.control.steering:begin",
        "custodes.node.steering.desk:SteeringDesk.look_after",
        "custodes.node.steering.bounds:SteeringBounds.admit_place",
        "custodes.video.health.moved:read_moved",
        "custodes.upkeep.declaring:declare",
    ),
    "S35(1)": (_FOUND_GONE, _INTERRUPTED),
    "S35(2)": (_DECIDE, _DECIDE_EACH, _WITHIN, "custodes.oversight.looks_passed:keep_mismatches"),
    "S35(3)": (_COMMIT, _PROVE),
    "S35(5)": (_INTERRUPTED,),
    "N2": ("custodes.law.building.sound:unmet",),
    "N5": (_SUPERVISED,),
    "N8.1(4)": ("custodes.law.building.sound:unmet",),
    "PIPL13": ("custodes.law.building.sound:unmet",),
    "PIPL17": ("custodes.law.building.sound:unmet",),
    "N12": ("custodes.video.source.address:AddressPolicy.target",),
    "N15.1": (_PROVE, "custodes.video.archive.recovery:repair_file"),
    "N16.2(2)": (_DECIDE, _DECIDE_EACH, _ADMIT),
    "N16.2(3)": ("custodes.access.grants:record_and_sign",),
    "N17": (_KEEP, _PURGE, _REACHES),
    "N20": (_READ_LOOKS, _KEEP_BACK),
    "N21": ("custodes.access.supervised.looking:gather", "custodes.access.individual.case:decide"),
    "N22": ("custodes.access.release.guards:review", "custodes.access.release.deciding:publish"),
    "PIPL45": ("custodes.access.ownimage.case:answer", "custodes.access.supervised.looking:gather"),
    "PIPL25": ("custodes.access.ownimage.case:answer",),
    "PIPL31": ("custodes.access.ownimage.case:answer",),
    "PIPL49": ("custodes.access.ownimage.case:answer",),
    "PIPL50": ("custodes.access.ownimage.case:answer",),
    "N23(1)": (_DECIDE, _DECIDE_EACH, _ADMIT),
    "N23(3)": (_PROVE, _ADMIT),
    "N23(4)": (_DECIDE, _DECIDE_EACH, _ADMIT),
    "N23(5)": (_COMMIT, _PROVE),
    "N23(6)": (_INTERRUPTED,),
    "N25": ("custodes.oversight.log_phrases:tell", _READ_LOOKS),
}


class CoverageReason(NamedTuple):
    """Why no code carries a clause out.

    Attributes:
        zh, en: one plain sentence.
        model: where the sentence says that something is kept, ``module:Model`` of what keeps it; a sentence without it says no such thing.
    """

    zh: str
    en: str
    model: str = ""


_GOVERNMENT = CoverageReason(
    "由人民政府办理，系统不保存也不核对", "governments do it; the program keeps nothing of it and checks nothing"
)
_DEFINITION = CoverageReason(
    "定义、原则或者适用范围，不产生可检查的行为", "a definition, principle or scope: nothing to check"
)
_LEAD = CoverageReason("列举的引导句，各项分别落实", "the lead of a list; its items are carried out one by one")
_OTHER_NORMS = CoverageReason("由其他法律法规规定，系统只作指引", "other norms say it; the system points there")
_UNIT = "custodes.people.models.unit:Unit"

NOT_BY_SOFTWARE: dict[str, CoverageReason] = {
    "S1": _DEFINITION,
    "S2.1": _DEFINITION,
    "S2.2": _DEFINITION,
    "S3": _DEFINITION,
    "S4.1": _GOVERNMENT,
    "S4.2": _GOVERNMENT,
    "S5.1": CoverageReason(
        "联席会议由人民政府召集，系统没有联席会议的材料",
        "the joint meeting is the governments'; the program has nothing of it",
    ),
    "S6.2": CoverageReason(
        "各部门的工作由部门办理；系统只登记部门为单位及其类别，规划和技术规范的会同另见第八条、第十二条",
        "the departments do their work; the program enters them as units by kind alone; whom plans and norms are made with stands at S8 and S12",
        _UNIT,
    ),
    "S6.3": CoverageReason(
        "本行业的工作由各单位负责；系统只登记单位及其行业类别，不核对行业工作",
        "the bodies answer for their sector; the program enters them as units with their sector alone and checks nothing of that work",
        _UNIT,
    ),
    "S11.3": CoverageReason(
        "鼓励性规定，安装仍须有条例依据",
        "an encouragement; who installs needs a basis in Order 799 all the same",
    ),
    "S34(10)": _OTHER_NORMS,
    "S35": _LEAD,
    "S41": _OTHER_NORMS,
    "N1": _DEFINITION,
    "N3": _DEFINITION,
    "N4": _DEFINITION,
    "N16.2": _LEAD,
    "N16.2(4)": CoverageReason(
        "还需要哪些措施由单位判断，系统不保存这项判断",
        "which other measures are needed the unit judges; the program keeps no such judgement",
    ),
    "N18": CoverageReason("由电信运营单位负责", "for carriers"),
    "N23": _LEAD,
    "N31": _OTHER_NORMS,
    "N32": CoverageReason("由有权机关处理", "for the organ in charge"),
    "N33": CoverageReason(
        "非公共场所的设备不归本系统管理，系统也没有受理投诉的功能",
        "devices in places that are not public are none of this program's, and it takes no complaints",
    ),
}


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
    "S15": ("s15_sign_and_field",),
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
    "S28.1(3)": ("n16_2_3_register",),
    "S29": ("s29_speed",),
    "S30.1": ("s34_4_staff_file",),
    "S31.1": ("s31_1_maintainer",),
    "S31.2a": ("s31_2a_contract",),
    "S31.2b": ("s31_2b_supervision",),
    "S32": ("s32_retention", "s34_6_hours"),
    "S33.1": ("n16_2_3_register",),
    "S33.2a": ("s33_2a_evidence",),
    "S33.2b": ("s20_classified",),
    "S34": ("s34_1_rules",),
    "S34(1)": ("s34_1_rules",),
    "S34(2)": ("s34_2_assessment",),
    "S34(3)": ("s34_3_upkeep",),
    "S34(4)": ("s34_4_staff_file",),
    "S34(5)": ("s34_5_training",),
    "S34(6)": ("s34_6_stop", "s34_6_hours"),
    "S34(7)": ("s15_sign_and_field", "s34_7_change"),
    "S34(8)": ("s34_8_control_room",),
    "S34(9)": ("s34_9_report",),
    "S35(4)": ("s34_6_stop",),
    "S36": ("s36_inspection",),
    "S36(1)": ("s36_parts",),
    "S36(2)": ("s36_parts", "s12_1_protection"),
    "S36(3)": ("s36_parts",),
    "S36(4)": ("s36_parts",),
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
    "N15.2": ("s31_2a_contract",),
    "N16.1": ("s26_new_use",),
    "N16.2(1)": ("s34_4_staff_file", "s34_5_training"),
    "N16.2(2)": ("n16_2_3_register",),
    "N16.2(3)": ("n16_2_3_register",),
    "N17": ("s32_retention", "s34_6_hours"),
    "N23(2)": ("s18a_removal", "s34_7_change"),
    "N24": ("s36_inspection",),
    "PIPL19": ("s32_retention",),
    "PIPL21": ("s31_2a_contract",),
    "PIPL26": ("s26_new_use",),
    "PIPL47": ("s32_retention",),
    "PIPL51": ("pipl54_audit",),
    "PIPL54": ("pipl54_audit",),
    "PIPL55": ("pipl55_records", "s26_new_use"),
    "CSL23": ("csl23_logs",),
    "CSL27": ("s34_1_rules",),
    "CTL32": ("s32_retention",),
    "GB22239": ("s12_1_protection",),
    "GB55029": ("gb55029_trial",),
}
"""By clause, in the order of the clauses, its duties."""


def serving_faults() -> Iterator[str]:
    """Where the table and the code disagree, each with its clause."""
    yield from _unserved()
    yield from _gone()
    yield from _undeclared()


def _unserved() -> Iterator[str]:
    of_grounds = {clause for ground in GROUNDS.values() for clause in ground.clauses}
    for clause in (*LHASA, *NATIONAL):
        binds = clause.kind in (ClauseKind.DUTY, ClauseKind.PROHIBITION)
        served = any(clause.id in table for table in (SERVED_BY, ELSEWHERE, NOT_BY_SOFTWARE, of_grounds))
        if binds and not served:
            yield f"{clause.id}: no function, no substitute and no reason is declared for it"


def _gone() -> Iterator[str]:
    for clause, names in SERVED_BY.items():
        try:
            find(clause)
        except UnknownClause as error:
            yield str(error)
        for name in names:
            if name not in OBLIGATIONS or clause not in OBLIGATIONS[name].clauses:
                yield f"{clause}: {name} is declared to serve it and does not"


def _undeclared() -> Iterator[str]:
    for name, duty in OBLIGATIONS.items():
        for clause in duty.clauses:
            if name not in SERVED_BY.get(clause, ()):
                yield f"{clause}: {name} serves it and is not declared"
