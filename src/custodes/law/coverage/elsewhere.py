"""Code outside of the duties and grounds that carries a clause out: ``module:function``, by clause. One that is gone fails the check."""

from __future__ import annotations

_DECIDE = "custodes.access.decision:decide"
_ADMIT = "custodes.node.gate:Gate.admit"
_REQUEST = "custodes.law.grounds.agency:unmet"
_READ_LOOKS = "custodes.access.looks.reach:readable_looks"
_KEEP_BACK = "custodes.access.looks.embargo:approve"
_WITHIN = "custodes.people.scope:within"
_COMMIT = "custodes.notary.store:Store.commit"
_PROVE = "custodes.ledger.verify:verify_ledger"
_KEEP = "custodes.places.keeping:keeping_of"
_PURGE = "custodes.video.archive.retention:purge"
_REACHES = "custodes.video.archive.kept:kept_of"
_HOLD = "custodes.access.holds.placing:hold"
_RELEASE = "custodes.access.holds.stepping:confirm_release"
_ACCOUNT = "custodes.video.archive.completeness:account"
_PLAN_STEP = "custodes.places.cityplans.steps:step"

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
    "S16.1": (_ACCEPT, "custodes.places.lifecycle.trial:closed_trials"),
    "S16.2a": (
        "custodes.places.filing.workflow:submit",
        "custodes.places.filing.clocks:clocks_of",
        "custodes.places.filing.due:late",
        _REMIND,
    ),
    "S16.2b": (
        "custodes.places.lifecycle.entering:enter_system",
        "custodes.places.filing.clocks:clocks_of",
        "custodes.places.filing.taking_over:take_over",
    ),
    "S16.2c": ("custodes.places.upgrades.workflow:issue", "custodes.places.upgrades.clock:finding_of"),
    "S17": ("custodes.places.dossiers.keeping:completeness",),
    "S18a": ("custodes.places.removal.workflow:carry_out",),
    "S18b": (
        "custodes.places.removal.workflow:report",
        "custodes.places.removal.workflow:carry_out",
        "custodes.places.removal.workflow:earliest",
        _REMIND,
    ),
    "N14": (
        "custodes.places.filing.workflow:submit",
        "custodes.places.filing.clocks:clocks_of",
        "custodes.places.changes.clock:finding_of",
        _REMIND,
    ),
    "N23(2)": ("custodes.places.changes.workflow:find",),
    "S5.2": (_WITHIN,),
    "S6.1": ("custodes.people.scope:scope_of",),
    "S7": (
        _DECIDE,
        _WITHIN,
        "custodes.access.looks.review.rules:found_in",
        "custodes.access.looks.review.judging:incident",
    ),
    "S8.1": ("custodes.places.cityplans.guards:submit_unmet", _PLAN_STEP),
    "S8.2": ("custodes.places.cityplans.guards:consult_unmet", _PLAN_STEP),
    "S10(3)": (
        _DECIDE,
        "custodes.video.plan.plan:Plan.phase",
        "custodes.places.planning:voting",
        "custodes.places.deciding:approve",
    ),
    "S12.2": ("custodes.places.cityplans.guards:enact_unmet", "custodes.places.models.norm:norm_in_force"),
    "S13.2": ("custodes.places.cityplans.brands:found_in",),
    "S15": (
        "custodes.places.lifecycle.added:owed_by",
        "custodes.places.lifecycle.guards:put_in_use",
        "custodes.node.steering.desk:SteeringDesk.stand",
        "custodes.upkeep.declaring:declare",
    ),
    "S19": ("custodes.video.health.covered:CoverWatch.read",),
    "S27": (_REQUEST, "custodes.access.agency.looking:decide"),
    "S28.1": (_REQUEST,),
    "S28.1(1)": ("custodes.access.agency.presence:tick",),
    "S28.1(2)": ("custodes.access.agency.letter:used_here",),
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
        "custodes.sharing.tree.candidates:shareable",
    ),
    "S21": ("custodes.sharing.links.platforms:save",),
    "S22": (
        "custodes.sharing.links.steps:put_in_force",
        "custodes.sharing.tree.showing:shown",
        "custodes.sharing.serving.wanting:answer",
    ),
    "S23": (
        "custodes.sharing.directory.candidates:candidates",
        "custodes.sharing.directory.standing:standing",
        "custodes.sharing.links.steps:ask_system",
    ),
    "S24": (
        "custodes.sharing.directory.compiling:add",
        "custodes.sharing.cooperation.steps:ask",
        "custodes.sharing.links.steps:ask_system",
    ),
    "S25": ("custodes.sharing.directory.compiling:begin", "custodes.sharing.directory.publishing:publish"),
    "S28.2": (_REQUEST, "custodes.access.agency.deciding:refuse"),
    "S29": (
        "custodes.access.supervised.looking:decide",
        "custodes.access.missing.workflow:open_case",
        "custodes.access.missing.workflow:find",
        "custodes.access.missing.clock:tick",
    ),
    "S30.1": (
        "custodes.places.signed:signing_node",
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
        _ADMIT,
        "custodes.people.exporting.serving:download",
        "custodes.access.agency.approvals:needed",
        "custodes.access.agency.deciding:approve",
        "custodes.access.missing.workflow:review",
        "custodes.sharing.directory.secrecy:told_by",
        "custodes.sharing.links.alarming:tell_alarms",
        "custodes.sharing.links.following:tell_positions",
        "custodes.sharing.links.granting:approve",
        "custodes.sharing.links.refusals:unmet",
    ),
    "S34(1)": (
        "custodes.people.duty:begin",
        "custodes.access.speaking:begin",
        "custodes.node.speaking.floors:Floors.look_after",
    ),
    "S34(5)": (_REMIND,),
    "S34(6)": (
        "custodes.video.recorder.recorder:Recorder.source_state",
        _ACCOUNT,
        "custodes.video.plan.plan:Plan.pieces",
        "custodes.places.deciding:approve",
    ),
    "S34(7)": (
        "custodes.places.changes.gate:check",
        "custodes.places.changes.workflow:decide",
        "custodes.places.devices.configuring:configure_device",
        _HOLDS_SETTING,
        "custodes.access.steering:begin",
        "custodes.node.steering.desk:SteeringDesk.look_after",
        "custodes.node.steering.bounds:Bounds.admit_place",
        "custodes.video.health.moved:read_moved",
        "custodes.upkeep.declaring:declare",
    ),
    "S35(2)": (_DECIDE, _WITHIN, "custodes.oversight.looks_passed:keep_mismatches"),
    "S35(3)": (_COMMIT, _PROVE),
    "N2": ("custodes.law.building.sound:unmet",),
    "N8.1(4)": ("custodes.law.building.sound:unmet",),
    "PIPL13": ("custodes.law.building.sound:unmet",),
    "PIPL17": ("custodes.law.building.sound:unmet",),
    "N12": ("custodes.video.source.address:AddressPolicy.target",),
    "N15.1": (_PROVE, "custodes.video.archive.recovery:repair_file"),
    "N16.2(2)": (_DECIDE, _ADMIT),
    "N16.2(3)": ("custodes.access.grants:record_and_sign",),
    "N17": (_KEEP, _PURGE, _REACHES),
    "N20": (_READ_LOOKS, _KEEP_BACK),
    "N21": ("custodes.access.supervised.looking:decide", "custodes.access.individual.workflow:decide"),
    "N22": ("custodes.access.release.guards:review", "custodes.access.release.deciding:publish"),
    "PIPL45": ("custodes.access.ownimage.workflow:answer", "custodes.access.supervised.looking:decide"),
    "PIPL25": ("custodes.access.ownimage.workflow:answer",),
    "PIPL31": ("custodes.access.ownimage.workflow:answer",),
    "PIPL49": ("custodes.access.ownimage.workflow:answer",),
    "PIPL50": ("custodes.access.ownimage.workflow:answer",),
    "N23(1)": (_DECIDE, _ADMIT),
    "N23(3)": (_PROVE, _ADMIT),
    "N23(4)": (_DECIDE, _ADMIT),
    "N23(5)": (_COMMIT, _PROVE),
    "N25": ("custodes.oversight.telling:tell", _READ_LOOKS),
}
