"""The register's cases as documents: what is printed is what stands there, and an empty line where nothing does. Each is filled in Chinese
(`cases.printing`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.utils import timezone

from custodes.documents.forms.document import DeviceCount, DeviceRow, PaperRow, Party
from custodes.documents.forms.systems import (
    AcceptancePart,
    AcceptanceReport,
    Acceptor,
    ChangeForm,
    DossierEntry,
    DossierFirm,
    DossierIndex,
    FiledChange,
    FilingForm,
    FilingKind,
    FilingReceipt,
    RemovalGround,
    RemovalReport,
    Shortfall,
    Technician,
    UpgradeNotice,
)
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Unit
from custodes.places.changes.gathering import in_words
from custodes.places.dossiers import current
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.fields import BY_KEY as FIELDS
from custodes.places.filing.fields import CLAUSES
from custodes.places.filing.spots import kind_of, parted, spot_of
from custodes.places.lifecycle.facts import BY_KEY
from custodes.places.lifecycle.gathering import day_of
from custodes.places.models import (
    Camera,
    ChangeCase,
    DossierItem,
    Filing,
    FilingState,
    PaperKind,
    Removal,
    System,
    SystemRoleKind,
    UpgradeOrder,
)
from custodes.places.models import FilingKind as Kind
from custodes.places.models.site import holding_on
from custodes.places.removal.rules import leaving

_KINDS = {Kind.INITIAL: FilingKind.NEW, Kind.LEGACY: FilingKind.EXISTING, Kind.CHANGE: FilingKind.CHANGE}
_GROUNDS = {
    "city_works": RemovalGround.CITY_WORKS,
    "change_of_use": RemovalGround.CHANGE_OF_USE,
    "other": RemovalGround.OTHER,
}


FOUND = "事先未经批准的改变（第三十四条第七项）。"
"""Stands before the reason of what was found: a form that is silent about it would not be true (N14)."""


def filing_form(filing: Filing, today: date, terms: LegalTerms) -> FilingForm:
    """备案表, as it was answered."""
    content, system = filing.content, filing.system
    items = list(filing.items.select_related("paper"))
    numbers = set(system.cameras.values_list("number", flat=True))
    day = filing.submitted_on or today
    late = _late(filing, today, terms)
    return FilingForm(
        number=filing.receipt,
        issued=filing.submitted_on,
        rests_on=CLAUSES[Kind(filing.kind)],
        kind=_KINDS[Kind(filing.kind)],
        system=system.name,
        builder=_holding(system, SystemRoleKind.BUILDER, day),
        user=_holding(system, SystemRoleKind.USER, day),
        manager=Party(
            name=content.get("unit", ""),
            code=content.get("uscc", ""),
            address=content.get("unit_address", ""),
            contact=content.get("contact", ""),
            phone=content.get("phone", ""),
        ),
        category=system.site.get_category_display(),
        division=content.get("division", ""),
        place=f"{content.get('site', '')}　{content.get('address', '')}".strip(),
        network=content.get("network", ""),
        mlps=content.get("mlps", ""),
        device_counts=_counts(content.get("devices", "")),
        retention_days=int(content["retention"]) if str(content.get("retention", "")).isdecimal() else None,
        completed=system.built_on or day_of(system, "complete"),
        accepted=_day(content.get("accepted", "")),
        in_use=_day(content.get("used", "")),
        due=late[0],
        days_late=late[1],
        design=_papers(items, PaperKind.DESIGN),
        acceptance=_papers(items, PaperKind.ACCEPTANCE),
        devices=tuple(_told(line, numbers) for line in content.get("places", "").splitlines() if line.strip()),
        agent=filing.drafted_by.name,
    )


def _told(line: str, numbers: Collection[str]) -> DeviceRow:
    """A line of the answer about cameras; what it doesn't say stays empty.

    Args:
        numbers: of the system's cameras.
    """
    spot = spot_of(line)
    number, place = parted(spot.words, numbers)
    return DeviceRow(number, place, spot.kind, spot.view)


def _counts(told: str) -> tuple[DeviceCount, ...]:
    """设备数量及类型, a row for each kind; the answer as a whole where it isn't a list of kinds with their numbers."""
    head, colon, listed = told.strip().rstrip("。．.").partition("：")
    pieces = (listed if colon else head).replace(",", "，").replace("；", "，").replace("、", "，").replace("\n", "，")
    rows = [_counted(piece) for piece in pieces.split("，") if piece.strip()]
    counted = [row for row in rows if row is not None]
    if not counted or len(counted) < len(rows):
        return (DeviceCount(told, None),)
    total = _counted(head) if colon else None
    # What stands before the colon says the sum once more; where it says another, nothing is left out.
    if colon and (total is None or total.count != sum(row.count or 0 for row in counted)):
        return (DeviceCount(told, None),)
    return tuple(counted)


def _counted(piece: str) -> DeviceCount | None:
    """``枪式摄像机 4 台``; None where there is no number."""
    words = piece.strip()
    if not words.endswith(("台", "套", "个", "部", "只")):
        return None
    before = words[:-1].rstrip()
    kind = before.rstrip("0123456789")
    digits = before[len(kind) :]
    return DeviceCount(kind.strip(), int(digits)) if kind.strip() and 0 < len(digits) < 7 else None


def _holding(system: System, role: SystemRoleKind, day: date) -> Party:
    """Who holds a role of the system on the day; several are named together, empty where the register holds nobody."""
    held = [row.unit for row in system.roles.filter(holding_on(day), role=role).select_related("unit")]
    return _party(held[0]) if len(held) == 1 else Party("、".join(unit.name for unit in held))


def filing_receipt(filing: Filing, today: date, terms: LegalTerms) -> FilingReceipt:
    """备案回执."""
    content, late = filing.content, _late(filing, today, terms)
    return FilingReceipt(
        number=filing.receipt,
        issued=filing.filed_on,
        rests_on=CLAUSES[Kind(filing.kind)],
        unit=Party(name=content.get("unit", ""), code=content.get("uscc", "")),
        system=filing.system.name,
        filing_number=filing.receipt,
        national_number=filing.national_number,
        place=content.get("address", ""),
        division=content.get("division", ""),
        received=filing.submitted_on,
        due=late[0],
        days_late=late[1],
        materials=_papers(filing.items.select_related("paper"), None),
        missing=tuple(_unclear(filing)),
        police=filing.filed_by.unit.name if filing.filed_by else "",
        officer=filing.filed_by.name if filing.filed_by else "",
    )


def removal_report(removal: Removal, today: date, terms: LegalTerms) -> RemovalReport:
    """拆除报告."""
    system = removal.system
    cameras = leaving(removal).order_by("number")
    return RemovalReport(
        issued=removal.reported_on,
        unit=_party(system.unit),
        system=system.name,
        ground=_GROUNDS[removal.ground],
        ground_words=removal.why,
        filing_number=filing_number(system),
        place=f"{system.site.name}　{system.site.address}",
        police=f"{system.site.division.name_zh}公安机关",
        devices=tuple(_device(camera) for camera in cameras),
        reported=removal.reported_on,
        removal=removal.planned,
        days_ahead=(removal.planned - removal.reported_on).days if removal.reported_on else None,
        agent=removal.drafted_by.name,
        agent_phone=system.unit.phone,
    )


def dossier_index(system: System, today: date, terms: LegalTerms) -> DossierIndex:
    """立卷目录."""
    firms = list(system.firms.select_related("unit").prefetch_related("technicians"))
    return DossierIndex(
        system=system.name,
        builder=_party(system.unit),
        entries=tuple(
            DossierEntry(
                title=item.title,
                number=item.number,
                author=item.by.unit.name,
                day=item.dated,
                pages=str(item.pages or ""),
                note=f"{item.get_kind_display()}，第{item.version}版" if item.version > 1 else item.get_kind_display(),
            )
            for item in current(system)
        ),
        firms=tuple(DossierFirm(firm.get_step_display(), firm.unit.name, firm.unit.uscc) for firm in firms),
        technicians=tuple(
            Technician(firm.get_step_display(), person.name, firm.unit.name)
            for firm in firms
            for person in firm.technicians.all()
        ),
    )


def acceptance_report(system: System, today: date, terms: LegalTerms) -> AcceptanceReport:
    """验收报告封面与清单, of the last acceptance; to fill in by hand before there is one."""
    held = system.acceptances.order_by("on", "at").last()
    found = held.parts if held is not None else {}
    items = current(system)
    firms = {firm.step: firm.unit.name for firm in system.firms.select_related("unit")}
    test = system.interface_tests.first()
    of_kind = {
        "design": PaperKind.DESIGN,
        "build": PaperKind.CONSTRUCTION,
        "inspection": PaperKind.INSPECTION,
        "acceptance": PaperKind.ACCEPTANCE,
        "archive": PaperKind.OTHER,
    }
    parts = {key: AcceptancePart(_papers(items, of_kind[key]), found.get(key, "")) for key in BY_KEY}
    return AcceptanceReport(
        issued=held.on if held is not None else None,
        system=system.name,
        place=f"{system.site.name}　{system.site.address}",
        builder=_party(system.unit),
        designer=firms.get("design", ""),
        contractor=firms.get("construction", ""),
        inspector=firms.get("acceptance", ""),
        completed=day_of(system, "complete"),
        trial_from=day_of(system, "begin_trial"),
        trial_until=held.on if held is not None else None,
        accepted=held.on if held is not None and held.passed else None,
        design=parts["design"],
        construction=parts["build"],
        inspection=parts["inspection"],
        acceptance=parts["acceptance"],
        archive=parts["archive"],
        interface=f"{timezone.localdate(test.at):%Y-%m-%d}：{test.asked}个点位，{test.answered}个有画面到达"
        if test
        else "",
        passed=held.passed if held is not None else None,
        opinion=held.words if held is not None else "",
        acceptors=tuple(Acceptor(name) for name in _split(held.members)) if held is not None else (),
    )


def change_form(case: ChangeCase, today: date, terms: LegalTerms) -> ChangeForm:
    """变更表: each camera before and after, or what was before and after in words."""
    system = case.system
    kind = str(case.get_kind_display())
    rows = tuple(
        FiledChange(
            f"{kind}：{row.camera.number} {row.camera.name}",
            in_words(row.before),
            in_words(row.after) or case.wanted,
            case.done_on or case.planned,
        )
        for row in case.cameras.select_related("camera")
    )
    papers = tuple(
        PaperRow(
            "，".join(filter(None, (str(one.get_moment_display()), one.camera.name if one.camera else ""))),
            day=timezone.localdate(one.at),
            sha256=one.paper.sha256,
        )
        for one in case.pictures.select_related("paper", "camera")
    )
    return ChangeForm(
        issued=case.filed_on,
        unit=_party(system.unit),
        system=system.name,
        filing_number=filing_number(system),
        place=f"{system.site.name}　{system.site.address}",
        reason=f"{FOUND}{case.why}" if case.unauthorised else case.why,
        changes=rows or (FiledChange(kind, case.was, case.wanted, case.done_on or case.planned),),
        materials=papers,
        agent=_agent(case),
        agent_phone=system.unit.phone,
        alone=case.alone,
    )


def _agent(case: ChangeCase) -> str:
    """经办人 of the unit: who asked for it; where police entered what they found, the unit's contact, or nobody yet."""
    by, unit = case.asked_by.unit, case.system.unit
    if case.unauthorised and by.is_police and not by.path.startswith(unit.path):
        return unit.contact
    return case.asked_by.name


def upgrade_notice(order: UpgradeOrder, today: date, terms: LegalTerms) -> UpgradeNotice:
    """限期升级改造通知书, with the last day as the law counts it."""
    system = order.system
    return UpgradeNotice(
        issued=order.delivered,
        unit=_party(system.unit),
        system=system.name,
        place=f"{system.site.name}　{system.site.address}",
        checked=order.checked,
        shortfalls=tuple(Shortfall(one.standard, one.found, one.wanted) for one in order.shortfalls.all()),
        term=order.due_on,
        guide=order.guide,
        guide_phone=order.guide_phone,
        police=order.issued_by.unit.name,
    )


def filing_number(system: System) -> str:
    """备案编号: of the newest filing that counts; empty before there is one. A receipt that was revoked is nobody's number."""
    rows = system.filings.filter(state=FilingState.FILED).exclude(receipt="").order_by("filed_on", "drafted_at")
    return rows.values_list("receipt", flat=True).last() or ""


def _late(filing: Filing, today: date, terms: LegalTerms) -> tuple[date | None, int]:
    """The earlier last day of both clocks, and how late it was handed in or is today; a change runs by neither clock (N14)."""
    if filing.kind == Kind.CHANGE:
        return None, 0
    day = filing.submitted_on or today
    clocks = [clock for clock in clocks_of(filing.system, day, terms) if clock.finding.due is not None]
    if not clocks:
        return None, 0
    return clocks[0].finding.due, clocks[0].finding.days_late


def _unclear(filing: Filing) -> list[str]:
    return [str(field.label) for key, field in FIELDS.items() if key in filing.unclear]


def _party(unit: Unit) -> Party:
    return Party(unit.name, unit.uscc, unit.address, "", unit.contact, unit.phone)


def _papers(items: Iterable[DossierItem], kind: PaperKind | None) -> tuple[PaperRow, ...]:
    rows = [item for item in items if kind is None or item.kind == kind]
    return tuple(PaperRow(item.title, item.number, item.dated, item.pages, item.paper.sha256) for item in rows)


def _device(camera: Camera) -> DeviceRow:
    return DeviceRow(camera.number, f"{camera.name}　{camera.place}", kind_of(camera), camera.view)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _split(members: str) -> list[str]:
    return [one.strip() for one in members.replace("，", "、").replace(",", "、").split("、") if one.strip()]
