"""Changes, upgrade orders and letters of authority as documents: what is printed is what stands there."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import override

from custodes.documents.forms.authorization import AuthorizationLetter
from custodes.documents.forms.document import Paper, Party
from custodes.documents.forms.filing import Change, ChangeForm
from custodes.documents.forms.upgrade import Shortfall, UpgradeNotice
from custodes.law.duties.terms import Terms
from custodes.people.applying.letter import police_of
from custodes.places.changes.gathering import in_words
from custodes.places.models import ChangeCase, System, UpgradeOrder
from custodes.places.upgrades.clock import due_of
from custodes.web.printing.register import filing_number

FOUND = "事先未经批准的改变（第三十四条第七项）。"
"""Stands before the reason of what was found: a form that is silent about it would not be true (N14)."""


def change_form(case: ChangeCase) -> ChangeForm:
    """变更表: each camera before and after, or what was before and after in words."""
    system = case.system
    with override("zh-hans"):  # an official form, whoever prints it
        kind = str(case.get_kind_display())
        rows = tuple(
            Change(
                f"{kind}：{row.camera.number} {row.camera.name}",
                in_words(row.before),
                in_words(row.after) or case.wanted,
                case.done_on or case.planned,
            )
            for row in case.cameras.select_related("camera")
        )
        papers = tuple(
            Paper(
                "，".join(filter(None, (str(one.get_moment_display()), one.camera.name if one.camera else ""))),
                day=timezone.localdate(one.at),
                sha256=one.paper.sha256,
            )
            for one in case.pictures.select_related("paper", "camera")
        )
    return ChangeForm(
        issued=case.filed_on,
        unit=party_of(system),
        system=system.name,
        filing_number=filing_number(system),
        place=f"{system.site.name}　{system.site.address}",
        reason=f"{FOUND}{case.why}" if case.unauthorised else case.why,
        changes=rows or (Change(kind, case.was, case.wanted, case.done_on or case.planned),),
        materials=papers,
        agent=_agent(case),
        agent_phone=system.unit.phone,
    )


def _agent(case: ChangeCase) -> str:
    """经办人 of the unit: who asked for it; where police entered what they found, the unit's contact, or nobody yet."""
    by, unit = case.asked_by.unit, case.system.unit
    if case.unauthorised and by.is_police and not by.path.startswith(unit.path):
        return unit.contact
    return case.asked_by.name


def upgrade_notice(order: UpgradeOrder, terms: Terms) -> UpgradeNotice:
    """限期升级改造通知书, with the last day as the law counts it."""
    system = order.system
    return UpgradeNotice(
        issued=order.delivered,
        unit=party_of(system),
        system=system.name,
        place=f"{system.site.name}　{system.site.address}",
        checked=order.checked,
        shortfalls=tuple(Shortfall(one.standard, one.found, one.wanted) for one in order.shortfalls.all()),
        term=due_of(order, terms),
        guide=order.guide,
        guide_phone=order.guide_phone,
        police=order.issued_by.unit.name,
    )


def letter_of_system(system: System, agent: str) -> AuthorizationLetter:
    """委托办理备案授权书 of the unit that answers for a system."""
    return AuthorizationLetter(
        unit=party_of(system), police=police_of(system.site.division), system=system.name, agent=agent
    )


def party_of(system: System) -> Party:
    """The unit that answers for a system."""
    unit = system.unit
    return Party(unit.name, unit.uscc, unit.address, "", unit.contact, unit.phone)
