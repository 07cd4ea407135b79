"""Where the program does what a clause asks: pages that the reader may open, and commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.coverage.deeds import Deed, deeds
from custodes.law.coverage.table import CoverageRow
from custodes.law.fines.table import BY_CLAUSE
from custodes.law.grounds.registry import GROUNDS
from custodes.web.navigation import ITEMS, NavItem, links_for

#: Rooms that are reached from another one's page and stand not in the header.
_INSIDE = (
    NavItem("access:viewings", _("我的查看记录"), "eye"),
    NavItem("access:viewings_all", _("查看记录"), "eye", ("access.view_grants",)),
    NavItem("oversight:mine", _("我的运行记录"), "scroll-text"),
    NavItem("oversight:checkpoint", _("检查点和核验"), "shield-check", ("access.view_ledger",)),
    NavItem("oversight:reconciliation", _("查看与授权核对"), "list-checks", ("access.view_ledger",)),
    NavItem("places:device_list", _("国标设备"), "map-pin", ("places.view_places",)),
    NavItem("places:system_list", _("系统"), "map-pin", ("places.view_places",)),
    NavItem("places:overview", _("登记总览"), "map-pin", ("places.view_places",)),
    NavItem("places:filing_list", _("备案"), "file-text", ("places.view_places",)),
    NavItem("places:city_plan_list", _("规划和技术规范"), "clipboard-list", ("places.view_places",)),
    NavItem("places:removal_list", _("拆除"), "trash-2", ("places.view_places",)),
    NavItem("places:change_list", pgettext_lazy("变更", "变更"), "pencil", ("places.view_places",)),
    NavItem("places:upgrade_list", pgettext_lazy("升级改造", "升级改造"), "list-checks", ("places.view_places",)),
    NavItem("sharing:who", _("应当接入的部门和系统"), "list-checks", ("sharing.view_sharing",)),
    NavItem("sharing:links", _("平台和联网"), "link", ("sharing.view_sharing",)),
    NavItem("sharing:cooperations", _("配合联网请求"), "users", ("sharing.view_sharing",)),
    NavItem("upkeep:down", _("没有录像的点位"), "camera-off", ("upkeep.view_completeness",)),
    NavItem("oversight:retention", _("留存和删除"), "hard-drive", ("upkeep.view_completeness",)),
)
_ROOMS = {item.url_name: item for item in (*ITEMS, *_INSIDE)}

#: Pages and commands by module, as `law.coverage` names them.
_OF_MODULE: dict[str, tuple[tuple[str, ...], str]] = {
    "custodes.people.scope": (("places:camera_list",), ""),
    "custodes.people.exporting": (("places:camera_list",), ""),
    "custodes.places.importing.cameras": (("places:camera_list",), ""),
    "custodes.access.holds.case": (("access:hold_list",), ""),
    "custodes.video.archive.kept": (("oversight:retention",), ""),
    "custodes.people.duty": (("people:duty",), ""),
    "custodes.access.decision": (("access:wall", "oversight:mine"), "custodes law access"),
    "custodes.access.agency.looking": (("access:requests",), ""),
    "custodes.access.agency.presence": (("access:requests",), ""),
    "custodes.access.agency.asking": (("access:requests",), ""),
    "custodes.access.agency.deciding": (("access:requests",), ""),
    "custodes.access.agency.approvals": (("access:requests",), ""),
    "custodes.access.looks.reach": (("access:viewings_all",), ""),
    "custodes.access.looks.embargo": (("access:requests",), ""),
    "custodes.access.looks.review.rules": (("access:viewings_all",), ""),
    "custodes.access.looks.review.case": (("access:viewings_all",), ""),
    "custodes.oversight.looks_passed": (("access:viewings_all",), ""),
    "custodes.access.supervised.looking": (("access:missing_list",), ""),
    "custodes.access.missing.case": (("access:missing_list",), ""),
    "custodes.access.individual.case": (("access:individual_list",), ""),
    "custodes.access.ownimage.case": (("access:own_image_list",), ""),
    "custodes.access.release.guards": (("access:release_list",), ""),
    "custodes.access.release.deciding": (("access:release_list",), ""),
    "custodes.video.mask.verifying": (("access:release_list",), "custodes mask"),
    "custodes.access.missing.clock": (("access:missing_list",), ""),
    "custodes.access.grants": (("access:viewings", "access:viewings_all"), ""),
    "custodes.node.gate": (("access:viewings", "access:viewings_all"), ""),
    "custodes.law.building.sound": (("places:camera_list",), ""),
    "custodes.places.internal": (("places:camera_list",), ""),
    "custodes.places.lifecycle.guards": (("places:system_list",), ""),
    "custodes.places.lifecycle.trial": (("access:wall",), ""),
    "custodes.places.lifecycle.case": (("places:system_list",), ""),
    "custodes.places.filing.case": (("places:filing_list",), ""),
    "custodes.places.lifecycle.gathering": (("places:system_list",), ""),
    "custodes.places.filing.clocks": (("places:filing_list", "places:overview", "places:system_list"), ""),
    "custodes.places.dossiers": (("places:system_list",), ""),
    "custodes.places.cityplans.guards": (("places:city_plan_list",), ""),
    "custodes.sharing.directory.candidates": (("sharing:directories",), ""),
    "custodes.sharing.directory.standing": (("sharing:who",), ""),
    "custodes.sharing.directory.secrecy": (("sharing:directories",), ""),
    "custodes.sharing.directory.case": (("sharing:directories",), ""),
    "custodes.sharing.links.guards": (("sharing:links",), ""),
    "custodes.sharing.links.case": (("sharing:links",), ""),
    "custodes.sharing.links.testing": (("sharing:links",), ""),
    "custodes.sharing.links.entering": (("sharing:links",), ""),
    "custodes.sharing.links.reporting": (("sharing:links",), ""),
    "custodes.sharing.grants.case": (("sharing:links",), ""),
    "custodes.sharing.links.refusals": (("sharing:links",), ""),
    "custodes.sharing.tree.showing": (("sharing:links",), ""),
    "custodes.sharing.serving.uppers": (("sharing:links",), ""),
    "custodes.sharing.serving.wanting": (("sharing:links",), ""),
    "custodes.sharing.stated.keeping": (("sharing:links",), ""),
    "custodes.sharing.cooperation.case": (("sharing:cooperations",), ""),
    "custodes.places.cityplans.case": (("places:city_plan_list",), ""),
    "custodes.places.cityplans.facts": (("places:city_plan_list",), ""),
    "custodes.places.removal.case": (("places:removal_list",), ""),
    "custodes.places.removal.rules": (("places:removal_list",), ""),
    "custodes.places.changes.case": (("places:change_list",), ""),
    "custodes.places.retiring": (("places:camera_list",), ""),
    "custodes.places.changes.gate": (("places:camera_list",), ""),
    "custodes.places.devices.configuring": (("places:device_list",), ""),
    "custodes.places.devices.settingrules": (("places:device_list",), ""),
    "custodes.places.changes.clock": (("places:change_list",), ""),
    "custodes.places.upgrades.case": (("places:upgrade_list",), ""),
    "custodes.places.keeping": (("places:camera_list",), "custodes law retention"),
    "custodes.video.wire.seal": (("places:camera_list",), ""),
    "custodes.video.archive.retention": (("upkeep:forecast",), "custodes purge"),
    "custodes.video.archive.completeness": (("upkeep:completeness",), "custodes completeness"),
    "custodes.video.archive.verify": ((), "custodes verify"),
    "custodes.video.archive.recovery": (("upkeep:completeness",), "custodes reindex"),
    "custodes.video.recorder.recorder": (("upkeep:completeness", "upkeep:down"), ""),
    "custodes.video.plan": (("upkeep:plans", "upkeep:completeness"), ""),
    "custodes.places.deciding": (("upkeep:plans",), ""),
    "custodes.places.planning": (("access:wall", "upkeep:plans"), ""),
    "custodes.access.control.steering": (("access:wall",), ""),
    "custodes.access.control.speaking": (("access:wall",), ""),
    "custodes.node.speaking": (("access:wall",), ""),
    "custodes.node.steering.desk": (("access:wall",), ""),
    "custodes.node.steering.bounds": (("access:wall",), ""),
    "custodes.upkeep.dates.round": (("upkeep:dates",), ""),
    "custodes.upkeep.declaring": (("places:camera_list",), ""),
    "custodes.video.health.moved": (("upkeep:alarms",), ""),
    "custodes.video.health.covered": (("upkeep:alarms",), ""),
    "custodes.video.source.address": (("places:camera_list",), ""),
    "custodes.ledger.verify": (("oversight:checkpoint",), "custodes verify"),
    "custodes.notary.store": (("oversight:ledger", "oversight:mine"), ""),
    "custodes.oversight.log_phrases": (("oversight:ledger",), ""),
}
#: The room of a template that shows a clause, by how its name begins; the first that fits.
_OF_TEMPLATE = (
    ("access/viewings", "access:viewings"),
    ("access/agency/", "access:requests"),
    ("access/missing/", "access:missing_list"),
    ("access/individual/", "access:individual_list"),
    ("access/ownimage/", "access:own_image_list"),
    ("access/supervised/", "access:missing_list"),
    ("access/release/", "access:release_list"),
    ("access/looks/", "access:viewings_all"),
    ("access/", "access:wall"),
    ("sharing/cooperation", "sharing:cooperations"),
    ("sharing/link", "sharing:links"),
    ("sharing/tree", "sharing:links"),
    ("sharing/platform", "sharing:links"),
    ("sharing/", "sharing:directories"),
    ("oversight/reconciliation", "oversight:reconciliation"),
    ("oversight/", "oversight:ledger"),
    ("people/duty", "people:duty"),
    ("places/", "places:camera_list"),
    ("upkeep/dates/", "upkeep:dates"),
    ("upkeep/plans/", "upkeep:plans"),
    ("upkeep/alarms/", "upkeep:alarms"),
    ("upkeep/views/", "upkeep:alarms"),
    ("upkeep/volumes/", "upkeep:forecast"),
    ("upkeep/completeness", "upkeep:completeness"),
    ("upkeep/down", "upkeep:down"),
    ("upkeep/forecast", "upkeep:forecast"),
)


@dataclass(frozen=True)
class DeedLink:
    """A page that does it."""

    label: Any
    url: str


@dataclass(frozen=True)
class Done:
    """One thing that the program does, where, and by which command.

    Attributes:
        carried: the product acts on it; otherwise it is only known to the law's calculators and commands.
    """

    deed: Deed
    links: tuple[DeedLink, ...]
    commands: tuple[str, ...]
    carried: bool


def done(row: CoverageRow, user: Any) -> list[Done]:
    """What is done for a clause, each thing once, with the pages that `user` may open."""
    found: dict[Deed, tuple[dict[DeedLink, None], dict[str, None]]] = {}
    for name in row.code:
        links, command = _of_code(name, row.clause.id, user)
        held = found.setdefault(deeds((name,))[0], ({}, {}))
        held[0].update(dict.fromkeys(links))
        if command:
            held[1][command] = None
    carried = set(deeds(row.product))
    return [Done(deed, tuple(links), tuple(commands), deed in carried) for deed, (links, commands) in found.items()]


def shown_on(pages: Iterable[str], user: Any) -> list[DeedLink]:
    """The rooms in which a page names the clause, of those that `user` may enter."""
    names = (next((room for begins, room in _OF_TEMPLATE if page.startswith(begins)), "") for page in pages)
    return _links([name for name in dict.fromkeys(names) if name], user)


def _of_code(name: str, clause: str, user: Any) -> tuple[Sequence[DeedLink], str]:
    table, _sep, key = name.partition(":")
    if table == "custodes.law.deadlines.table":
        return [_calculator("deadline", _("期限计算"), kind=key)], f"custodes law deadline {key}"
    if table == "custodes.law.fines.table":
        known = {"clause": key} if key in BY_CLAUSE else {}
        return [_calculator("fine", _("罚款计算"), **known)], f"custodes law fine {key}"
    if name.startswith("custodes.law.retention."):
        return [_calculator("retention", _("存储期限计算"))], "custodes law retention"
    if name.endswith("s11_builder"):
        return [_calculator("builder", _("建设主体"))], "custodes law builder"
    if name.startswith("custodes.law.grounds."):
        ground = table.removeprefix("custodes.law.grounds.").removesuffix(".unmet")
        pages = [DeedLink(_("依据核对"), reverse("lawbook:ground", args=[ground]))] if ground in GROUNDS else []
        return pages, f"custodes law access {ground}"
    rooms, command = _OF_MODULE.get(table, ((), ""))
    return _links(rooms, user), command


def _links(names: Iterable[str], user: Any) -> list[DeedLink]:
    return [DeedLink(link.label, link.url) for link in links_for(user, "", [_ROOMS[name] for name in names])]


def _calculator(page: str, label: Any, **asked: str) -> DeedLink:
    question = f"?{urlencode(asked)}" if asked else ""
    return DeedLink(label, f"{reverse(f'lawbook:{page}')}{question}")
