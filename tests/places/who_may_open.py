"""The register. Objects are those of unit A's school, laid out by `tests/places/stage.py` and `furnishings.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custodes.cases.models import CasePaper
from custodes.places.models import (
    Batch,
    Camera,
    Doubt,
    GbDevice,
    PlanningText,
    Product,
    Removal,
    Retirement,
    SoundOrder,
    System,
    TableImport,
)
from tests.cast import EVERYBODY, Cast
from tests.web.registry import Opens, Public, members

SEES_SCHOOL = members("operator", "lead", "caretaker", "approver", "inspector", "auditor", "system_admin")
REGISTER = EVERYBODY - members("officer", "security_admin", "bystander")
EDITS_SCHOOL = members("caretaker", "system_admin")
EDITORS = members("caretaker", "outside_caretaker", "system_admin")
READS_CHANGES = EDITS_SCHOOL | members("approver", "inspector")
SIGNED = "signed with the node's key; without a signature 401"
SIGNED_BY_GATEWAY = "signed with the gateway's key; without a signature 401"


def school(cast: Cast) -> System:
    """Unit A's system."""
    return System.objects.get(unit=cast.units["a"])


def gate(cast: Cast) -> Camera:
    """A camera of it."""
    return Camera.objects.get(system=school(cast), number="0101")


def _product(cast: Cast) -> Mapping[str, Any]:
    return {"product": Product.objects.get().uuid}


def _site(cast: Cast) -> Mapping[str, Any]:
    return {"pk": school(cast).site.pk}


def _system(cast: Cast) -> Mapping[str, Any]:
    return {"pk": school(cast).pk}


def _site_role(cast: Cast) -> Mapping[str, Any]:
    site = school(cast).site
    return {"pk": site.pk, "role": site.roles.get().pk}


def _system_role(cast: Cast) -> Mapping[str, Any]:
    system = school(cast)
    return {"pk": system.pk, "role": system.roles.get().pk}


def _watching_post(cast: Cast) -> Mapping[str, Any]:
    system = school(cast)
    return {"pk": system.pk, "link": system.posts.get(post=cast.operator.post).pk}


def _camera(cast: Cast) -> Mapping[str, Any]:
    return {"pk": gate(cast).pk}


def _heard(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Camera.objects.get(system=school(cast), number="0102").pk}


def _draft(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Camera.objects.get(system=school(cast), number="0199").pk}


def _sound(cast: Cast) -> Mapping[str, Any]:
    return {"pk": SoundOrder.objects.get(camera=gate(cast)).pk}


def _retirement(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Retirement.objects.get(camera=gate(cast)).pk}


def _found_removal(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Removal.objects.get(system=school(cast), unauthorised=True).pk}


def _item(cast: Cast) -> Mapping[str, Any]:
    system = school(cast)
    return {"pk": system.pk, "item": system.dossier.get().pk}


def _firm(cast: Cast) -> Mapping[str, Any]:
    system = school(cast)
    return {"pk": system.pk, "firm": system.firms.order_by("pk")[0].pk}


def _filing(cast: Cast) -> Mapping[str, Any]:
    return {"pk": school(cast).filings.get().pk}


def _elsewhere(cast: Cast) -> Mapping[str, Any]:
    """Unit B's: it was filed before it was entered here."""
    return {"pk": System.objects.get(unit=cast.units["b"]).filings.get().pk}


def _device(cast: Cast) -> Mapping[str, Any]:
    return {"pk": GbDevice.objects.get(system=school(cast)).pk}


def _device_channel(cast: Cast) -> Mapping[str, Any]:
    return {**_device(cast), "channel": GbDevice.objects.get().channels.order_by("order")[0].channel_id}


def _device_finding(cast: Cast) -> Mapping[str, Any]:
    device = GbDevice.objects.get(system=school(cast))
    return {"pk": device.pk, "finding": device.findings.get().pk}


def _device_mobile(cast: Cast) -> Mapping[str, Any]:
    device = GbDevice.objects.get(system=school(cast))
    return {"pk": device.pk, "mobile": device.mobiles.get().pk}


def _lying(cast: Cast) -> Mapping[str, Any]:
    return {"pk": school(cast).drafts.get().pk}


def _removal(cast: Cast) -> Mapping[str, Any]:
    return {"pk": school(cast).removals.get(unauthorised=False).pk}


def _change(cast: Cast) -> Mapping[str, Any]:
    return {"pk": school(cast).changes.get().pk}


def _change_picture(cast: Cast) -> Mapping[str, Any]:
    case = school(cast).changes.get()
    return {"pk": case.pk, "picture": case.pictures.get().pk}


def _upgrade(cast: Cast) -> Mapping[str, Any]:
    return {"pk": school(cast).upgrades.get().pk}


def _upgrade_paper(cast: Cast) -> Mapping[str, Any]:
    order = school(cast).upgrades.get()
    return {"pk": order.pk, "paper": CasePaper.objects.get(case_id=order.pk).pk}


def _batch(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Batch.objects.get(system=school(cast)).pk}


def _table(cast: Cast) -> Mapping[str, Any]:
    return {"pk": TableImport.objects.get(by=cast.caretaker.person).pk}


def _doubt(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Doubt.objects.get(camera=gate(cast)).pk}


def _planning(cast: Cast) -> Mapping[str, Any]:
    return {"pk": PlanningText.objects.get(unit=cast.units["county"]).pk}


def _opinion(cast: Cast) -> Mapping[str, Any]:
    row = PlanningText.objects.get(unit=cast.units["county"])
    return {"pk": row.pk, "partner": row.partners.get().pk}


READS_COUNTY_DRAFT = members("inspector", "system_admin")
DRAWS_UP_COUNTY = members("inspector")

VIEWS: dict[str, Opens | Public] = {
    "places:assignment": Public(SIGNED, 401),
    "places:gateway_assignment": Public(SIGNED_BY_GATEWAY, 401),
    "places:gateway_states": Public(SIGNED_BY_GATEWAY, 401, "post"),
    "places:gateway_catalogue": Public(SIGNED_BY_GATEWAY, 401, "post"),
    "places:gateway_alarms": Public(SIGNED_BY_GATEWAY, 401, "post"),
    "places:gateway_places": Public(SIGNED_BY_GATEWAY, 401, "post"),
    "places:device_list": Opens(REGISTER),
    # Whoever manages a whole division: to the others there is no such page (tests/places/devices/test_pages.py).
    "places:unknown_devices": Opens(members("system_admin")),
    "places:device_choose": Opens(EDITORS),
    "places:device_add": Opens(EDITS_SCHOOL, lambda cast: {"system": school(cast).pk}),
    "places:device": Opens(SEES_SCHOOL, _device),
    "places:device_edit": Opens(EDITS_SCHOOL, _device),
    "places:device_password": Opens(EDITS_SCHOOL, _device, "post"),
    "places:device_catalogue": Opens(EDITS_SCHOOL, _device, "post"),
    "places:device_cameras": Opens(EDITS_SCHOOL, _device),
    "places:device_configuration": Opens(READS_CHANGES - members("approver"), _device),
    "places:device_configuration_read": Opens(EDITS_SCHOOL, _device, "post"),
    "places:device_configure": Opens(EDITS_SCHOOL, _device, "post"),
    "places:channel_configuration": Opens(READS_CHANGES - members("approver"), _device_channel),
    "places:channel_configuration_read": Opens(EDITS_SCHOOL, _device_channel, "post"),
    "places:channel_configure": Opens(EDITS_SCHOOL, _device_channel, "post"),
    "places:device_setting": Opens(EDITS_SCHOOL, lambda cast: _device(cast) | {"part": "osd"}),
    "places:channel_setting": Opens(EDITS_SCHOOL, lambda cast: _device_channel(cast) | {"part": "plan"}),
    "places:device_mobile_add": Opens(EDITS_SCHOOL, _device),
    "places:device_mobile_end": Opens(EDITS_SCHOOL, _device_mobile, "post"),
    "places:device_reboot": Opens(EDITS_SCHOOL, _device),
    "places:device_retire": Opens(EDITS_SCHOOL, _device, "post"),
    "places:device_finding": Opens(EDITS_SCHOOL, _device_finding, "post"),
    "places:camera_list": Opens(REGISTER),
    "places:map": Opens(REGISTER),
    # Whoever reads no position gets an empty window: tests/places/test_map.py.
    "places:map_window": Opens(REGISTER, method="post", json=True),
    "places:city_plan_list": Opens(REGISTER),
    "places:city_plan_add": Opens(DRAWS_UP_COUNTY, lambda cast: {"kind": "county_plan"}),
    "places:city_plan": Opens(READS_COUNTY_DRAFT, _planning),
    "places:city_plan_edit": Opens(DRAWS_UP_COUNTY, _planning),
    "places:city_plan_partner_add": Opens(DRAWS_UP_COUNTY, _planning, "post"),
    "places:city_plan_opinion": Opens(DRAWS_UP_COUNTY, _opinion),
    "places:city_plan_opinion_paper": Opens(READS_COUNTY_DRAFT, _opinion),
    "places:city_plan_answer": Opens(DRAWS_UP_COUNTY, lambda cast: {**_planning(cast), "sentence": "0" * 64}, "post"),
    "places:city_plan_step": Opens(DRAWS_UP_COUNTY, lambda cast: {**_planning(cast), "event": "consult"}, "post"),
    "places:city_plan_version": Opens(DRAWS_UP_COUNTY, _planning, "post"),
    "places:overview": Opens(REGISTER),
    "places:system_list": Opens(REGISTER),
    "places:site_list": Opens(REGISTER),
    "places:product_list": Opens(REGISTER),
    "places:product_add": Opens(EDITORS),
    "places:product_withdraw": Opens(EDITS_SCHOOL, _product, "post"),
    "places:product_paper": Opens(EDITORS | members("inspector"), _product),
    "places:gaps": Opens(REGISTER),
    "places:export_cameras": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_systems": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_sites": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_gaps": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_filings": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_removals": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_dossiers": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_products": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_doubts": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:export_city_plans": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:import_list": Opens(EDITORS),
    "places:import_add": Opens(EDITORS, lambda cast: {"kind": "sites"}),
    "places:import_template": Opens(EDITORS, lambda cast: {"kind": "cameras"}),
    "places:import": Opens(members("caretaker"), _table),
    "places:import_progress": Opens(members("caretaker"), _table),
    "places:import_enter": Opens(members("caretaker"), _table, "post"),
    "places:import_again": Opens(members("caretaker"), _table, "post"),
    "places:import_refused": Opens(members("caretaker"), lambda cast: {**_table(cast), "form": "csv"}),
    "places:import_discard": Opens(members("caretaker"), _table, "post"),
    "places:site_add": Opens(EDITORS),
    "places:site": Opens(SEES_SCHOOL, _site),
    "places:site_edit": Opens(EDITS_SCHOOL, _site),
    "places:site_role_add": Opens(EDITS_SCHOOL, _site, "post"),
    "places:site_role_end": Opens(EDITS_SCHOOL, _site_role, "post"),
    "places:system_add": Opens(EDITS_SCHOOL, lambda cast: {"site": school(cast).site.pk}),
    "places:system": Opens(SEES_SCHOOL, _system),
    "places:system_edit": Opens(EDITS_SCHOOL, _system),
    "places:system_role_add": Opens(EDITS_SCHOOL, _system, "post"),
    "places:system_role_end": Opens(EDITS_SCHOOL, _system_role, "post"),
    "places:post_add": Opens(EDITS_SCHOOL, _system, "post"),
    "places:post_remove": Opens(EDITS_SCHOOL, _watching_post, "post"),
    "places:camera_add": Opens(EDITS_SCHOOL, lambda cast: {"system": school(cast).pk}),
    "places:wizard": Opens(EDITS_SCHOOL, lambda cast: {"system": school(cast).pk}),
    "places:source": Opens(EDITS_SCHOOL, _draft),
    "places:source_template": Opens(EDITS_SCHOOL, _draft),
    "places:source_onvif": Opens(EDITS_SCHOOL, _draft),
    "places:source_channel": Opens(EDITS_SCHOOL, _draft),
    "places:source_hand": Opens(EDITS_SCHOOL, _draft),
    "places:naming": Opens(EDITS_SCHOOL, _draft),
    "places:added": Opens(EDITS_SCHOOL, _camera),
    "places:address_preview": Opens(EDITORS),
    "places:bulk_add": Opens(EDITS_SCHOOL, lambda cast: {"system": school(cast).pk}),
    "places:recorder_add": Opens(EDITS_SCHOOL, lambda cast: {"system": school(cast).pk}),
    "places:bulk_template": Opens(EDITORS),
    "places:batch": Opens(EDITS_SCHOOL, _batch),
    "places:batch_progress": Opens(EDITS_SCHOOL, _batch),
    "places:batch_register": Opens(EDITS_SCHOOL, _batch, "post"),
    "places:batch_probe": Opens(EDITS_SCHOOL, _batch, "post"),
    "places:batch_discard": Opens(EDITS_SCHOOL, _batch, "post"),
    "places:camera": Opens(SEES_SCHOOL, _camera),
    "places:doubts": Opens(REGISTER),
    "places:doubt": Opens(SEES_SCHOOL, _doubt),
    "places:doubt_raise": Opens(members("inspector"), _camera, "post"),
    "places:doubt_settle": Opens(members("inspector"), _doubt, "post"),
    "places:camera_edit": Opens(EDITS_SCHOOL, _camera),
    "places:camera_steering": Opens(EDITS_SCHOOL, _heard, "post"),
    "places:camera_clock": Opens(EDITS_SCHOOL, _heard, "post"),
    "places:sound": Opens(EDITS_SCHOOL, _camera),
    "places:sound_off": Opens(EDITS_SCHOOL, _camera, "post"),
    "places:sound_order": Opens(SEES_SCHOOL, _sound),
    "places:sound_decide": Opens(members("approver"), _sound, "post"),
    "places:sound_end": Opens(EDITS_SCHOOL | members("approver"), _sound, "post"),
    "places:camera_retire": Opens(EDITS_SCHOOL, _camera),
    "places:retirement": Opens(SEES_SCHOOL, _retirement),
    "places:retirement_decide": Opens(members("approver", "lead", "system_admin"), _retirement, "post"),
    "places:retirement_end": Opens(EDITS_SCHOOL | members("approver", "lead"), _retirement, "post"),
    "places:address": Opens(EDITS_SCHOOL, _camera),
    "places:check": Opens(EDITS_SCHOOL, _camera),
    "places:probe": Opens(EDITS_SCHOOL, _camera, "post"),
    "places:confirm": Opens(EDITS_SCHOOL, _camera, "post"),
    "places:adopt": Opens(EDITS_SCHOOL, _camera, "post"),
    "places:life": Opens(SEES_SCHOOL, _system),
    "places:step": Opens(EDITS_SCHOOL, lambda cast: {"pk": school(cast).pk, "name": "put_in_use"}, "post"),
    "places:acceptance_add": Opens(EDITS_SCHOOL, _system),
    "places:firm_add": Opens(EDITS_SCHOOL, _system),
    "places:firm_end": Opens(EDITS_SCHOOL, _firm, "post"),
    "places:works": Opens(EDITS_SCHOOL, _system),
    "places:interface": Opens(EDITS_SCHOOL, _system, "post"),
    "places:dossier": Opens(SEES_SCHOOL, _system),
    "places:dossier_add": Opens(EDITS_SCHOOL, _system),
    "places:dossier_item": Opens(EDITS_SCHOOL | members("inspector"), _item),
    "places:camera_paper": Opens(
        EDITS_SCHOOL | members("inspector"), lambda cast: {"pk": gate(cast).pk, "name": "sign"}
    ),
    "places:site_paper": Opens(EDITS_SCHOOL | members("inspector"), _site),
    # The school's filing lies with the police: who may begin one is led to its page.
    "places:filing_begin": Opens(EDITS_SCHOOL | members("inspector"), _system),
    "places:draft": Opens(EDITS_SCHOOL, lambda cast: {**_lying(cast), "page": "what"}),
    "places:draft_hand_in": Opens(EDITS_SCHOOL, _lying, "post"),
    "places:draft_discard": Opens(EDITS_SCHOOL, _lying, "post"),
    "places:filing_list": Opens(REGISTER),
    "places:filing": Opens(EDITS_SCHOOL | members("inspector"), _filing),
    "places:filing_withdraw": Opens(EDITS_SCHOOL, _filing, "post"),
    "places:filing_receive": Opens(members("inspector"), _filing, "post"),
    "places:filing_send_back": Opens(members("inspector"), _filing, "post"),
    "places:filing_national": Opens(members("inspector"), _filing, "post"),
    "places:filing_take_over": Opens(EDITS_SCHOOL | members("inspector"), _system),
    "places:filing_revoke": Opens(members("outside_caretaker", "system_admin"), _elsewhere, "post"),
    "places:filing_receipt_paper": Opens(members("outside_caretaker", "system_admin"), _elsewhere),
    "places:removal_add": Opens(EDITS_SCHOOL, _system),
    "places:filing_print_form": Opens(EDITS_SCHOOL | members("inspector"), _filing),
    # Nothing is filed on the stage yet; tests/web/printing has one that is.
    "places:filing_print_receipt": Opens(frozenset(), _filing),
    "places:removal_print_report": Opens(EDITS_SCHOOL | members("inspector"), _removal),
    "places:life_print_dossier": Opens(EDITS_SCHOOL | members("inspector"), _system),
    "places:life_print_acceptance": Opens(EDITS_SCHOOL | members("inspector"), _system),
    "places:removal_list": Opens(REGISTER),
    "places:removal_find": Opens(EDITS_SCHOOL | members("inspector"), _system),
    "places:removal_restore": Opens(EDITS_SCHOOL | members("inspector"), _found_removal, "post"),
    "places:removal_confirm": Opens(members("approver", "inspector"), _found_removal, "post"),
    "places:removal": Opens(SEES_SCHOOL, _removal),
    "places:removal_report": Opens(EDITS_SCHOOL, _removal, "post"),
    "places:removal_put_off": Opens(EDITS_SCHOOL, _removal, "post"),
    "places:removal_cancel": Opens(EDITS_SCHOOL, _removal, "post"),
    "places:removal_carry_out": Opens(EDITS_SCHOOL, _removal, "post"),
    "places:change_request": Opens(EDITS_SCHOOL, _system),
    "places:change_find": Opens(EDITS_SCHOOL | members("inspector"), _system),
    "places:change_list": Opens(REGISTER),
    "places:change": Opens(READS_CHANGES, _change),
    "places:change_amend": Opens(EDITS_SCHOOL, _change),
    "places:change_approve": Opens(members("approver"), _change, "post"),
    "places:change_refuse": Opens(members("approver"), _change, "post"),
    "places:change_keep": Opens(members("approver"), _change, "post"),
    "places:change_withdraw": Opens(EDITS_SCHOOL, _change, "post"),
    "places:change_carry_out": Opens(EDITS_SCHOOL, _change, "post"),
    "places:change_restore": Opens(EDITS_SCHOOL, _change, "post"),
    "places:change_picture_add": Opens(EDITS_SCHOOL, _change, "post"),
    "places:change_picture": Opens(READS_CHANGES, _change_picture),
    "places:change_thumbnail": Opens(READS_CHANGES, _change_picture),
    "places:change_print_form": Opens(READS_CHANGES, _change),
    "places:upgrade_issue": Opens(members("inspector"), _system),
    "places:upgrade_list": Opens(REGISTER),
    "places:upgrade_export": Opens(REGISTER, lambda cast: {"form": "csv"}),
    "places:upgrade": Opens(EDITS_SCHOOL | members("inspector"), _upgrade),
    "places:upgrade_plan": Opens(EDITS_SCHOOL, _upgrade, "post"),
    "places:upgrade_report": Opens(EDITS_SCHOOL, _upgrade, "post"),
    "places:upgrade_recheck": Opens(members("inspector"), _upgrade, "post"),
    "places:upgrade_refer": Opens(members("inspector"), _upgrade, "post"),
    "places:upgrade_revoke": Opens(members("inspector"), _upgrade, "post"),
    "places:upgrade_paper_add": Opens(EDITS_SCHOOL | members("inspector"), _upgrade, "post"),
    "places:upgrade_paper": Opens(EDITS_SCHOOL | members("inspector"), _upgrade_paper),
    "places:upgrade_print_notice": Opens(EDITS_SCHOOL | members("inspector"), _upgrade),
    "print:authorization_of_system": Opens(EDITS_SCHOOL, _system),
    "places:removal_acknowledge": Opens(members("inspector"), _removal, "post"),
}
