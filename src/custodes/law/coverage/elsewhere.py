"""Code outside of the law library that carries a clause out: modules, by clause. A module that is gone fails the check."""

from __future__ import annotations

ELSEWHERE: dict[str, tuple[str, ...]] = {
    "S5.2": ("custodes.people.scope",),
    "S6.1": ("custodes.people.scope",),
    "S7": ("custodes.access.decision", "custodes.people.scope"),
    "S27": ("custodes.law.grounds.agency",),
    "S28.1": ("custodes.law.grounds.agency",),
    "S28.2": ("custodes.law.grounds.agency",),
    "S30.1": ("custodes.places.signed", "custodes.places.keys"),
    "S32": ("custodes.places.keeping", "custodes.video.archive.retention", "custodes.video.archive.completeness"),
    "S33.1": ("custodes.access.decision", "custodes.node.gate"),
    "S33.2a": ("custodes.video.archive.verify", "custodes.ledger.verify"),
    "S34(1)": ("custodes.people.duty",),
    "S34(6)": ("custodes.video.recorder.recorder", "custodes.video.archive.completeness"),
    "S35(2)": ("custodes.access.decision", "custodes.people.scope"),
    "S35(3)": ("custodes.notary.store", "custodes.ledger.verify"),
    "N2": ("custodes.law.building.sound",),
    "N8.1(4)": ("custodes.law.building.sound",),
    "PIPL13": ("custodes.law.building.sound",),
    "PIPL17": ("custodes.law.building.sound",),
    "N12": ("custodes.video.source.address",),
    "N15.1": ("custodes.ledger.verify", "custodes.video.archive.recovery"),
    "N16.2(2)": ("custodes.access.decision", "custodes.node.gate"),
    "N16.2(3)": ("custodes.access.ask",),
    "N17": ("custodes.places.keeping", "custodes.video.archive.retention"),
    "N23(1)": ("custodes.access.decision", "custodes.node.gate"),
    "N23(3)": ("custodes.ledger.verify", "custodes.node.gate"),
    "N23(4)": ("custodes.access.decision", "custodes.node.gate"),
    "N23(5)": ("custodes.notary.store", "custodes.ledger.verify"),
    "N25": ("custodes.oversight.telling",),
}
