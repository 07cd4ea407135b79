"""The register's rows as documents: what is printed is what stands there, and an empty line where nothing does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils import timezone
from django.utils.translation import override

from custodes.documents.forms.acceptance import AcceptanceReport, Acceptor, Part
from custodes.documents.forms.document import Device, DeviceCount, Paper, Party
from custodes.documents.forms.dossier import DossierIndex, Entry, Firm, Technician
from custodes.documents.forms.filing import FilingForm, FilingKind, FilingReceipt
from custodes.documents.forms.removal import RemovalGround, RemovalReport
from custodes.people.lawful import terms
from custodes.people.models import Unit
from custodes.places.dossiers.keeping import current
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.fields import BY_KEY as FIELDS
from custodes.places.lifecycle.gathering import day_of
from custodes.places.lifecycle.parts import BY_KEY
from custodes.places.models import (
    Camera,
    ChangeCase,
    DossierItem,
    Filing,
    FilingState,
    PaperKind,
    Removal,
    Step,
    System,
    UpgradeOrder,
)
from custodes.places.models import FilingKind as Kind
from custodes.places.removal.workflow import leaving

_P = ParamSpec("_P")
_D = TypeVar("_D")
_KINDS = {Kind.INITIAL: FilingKind.NEW, Kind.LEGACY: FilingKind.EXISTING, Kind.CHANGE: FilingKind.CHANGE}
_GROUNDS = {
    "city_works": RemovalGround.CITY_WORKS,
    "change_of_use": RemovalGround.CHANGE_OF_USE,
    "other": RemovalGround.OTHER,
}


def _in_chinese(made: Callable[_P, _D]) -> Callable[_P, _D]:
    """An official form is in Chinese, whoever prints it."""

    @wraps(made)
    def in_chinese(*args: _P.args, **kwargs: _P.kwargs) -> _D:
        with override("zh-hans"):
            return made(*args, **kwargs)

    return in_chinese


@_in_chinese
def filing_form(filing: Filing, today: date) -> FilingForm:
    """备案表, as it was answered."""
    content, system = filing.content, filing.system
    items = list(filing.items.select_related("paper"))
    numbers = set(system.cameras.values_list("number", flat=True))
    late = _late(filing, today)
    return FilingForm(
        number=filing.receipt,
        issued=filing.submitted_on,
        kind=_KINDS[Kind(filing.kind)],
        system=system.name,
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
        device_counts=(DeviceCount(content.get("devices", ""), None),),
        retention_days=int(content["retention"]) if str(content.get("retention", "")).isdecimal() else None,
        accepted=_day(content.get("accepted", "")),
        in_use=_day(content.get("used", "")),
        due=late[0],
        days_late=late[1],
        design=_papers(items, PaperKind.DESIGN),
        acceptance=_papers(items, PaperKind.ACCEPTANCE),
        devices=tuple(_told(line, numbers) for line in content.get("places", "").splitlines() if line.strip()),
        agent=filing.drafted_by.name,
    )


def _told(line: str, numbers: Collection[str]) -> Device:
    """A line of the answer as it was made from the register: number, name, place; any other stands as it was written.

    Args:
        numbers: of the system's cameras.
    """
    number, _mark, rest = line.strip().partition("　")
    return Device(number, rest) if number in numbers and "　" in rest else Device("", line.strip())


@_in_chinese
def filing_receipt(filing: Filing, today: date) -> FilingReceipt:
    """备案回执."""
    content, late = filing.content, _late(filing, today)
    return FilingReceipt(
        number=filing.receipt,
        issued=filing.filed_on,
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


@_in_chinese
def removal_report(removal: Removal) -> RemovalReport:
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


@_in_chinese
def dossier_index(system: System) -> DossierIndex:
    """立卷目录."""
    firms = list(system.firms.select_related("unit").prefetch_related("technicians"))
    return DossierIndex(
        system=system.name,
        builder=_party(system.unit),
        entries=tuple(
            Entry(
                title=item.title,
                number=item.number,
                author=item.by.unit.name,
                day=item.dated,
                pages=str(item.pages or ""),
                note=f"{item.get_kind_display()}，第{item.version}版" if item.version > 1 else item.get_kind_display(),
            )
            for item in current(system)
        ),
        firms=tuple(Firm(firm.get_step_display(), firm.unit.name, firm.unit.uscc) for firm in firms),
        technicians=tuple(
            Technician(firm.get_step_display(), person.name, firm.unit.name)
            for firm in firms
            for person in firm.technicians.all()
        ),
    )


@_in_chinese
def acceptance_report(system: System) -> AcceptanceReport:
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
    parts = {key: Part(_papers(items, of_kind[key]), found.get(key, "")) for key in BY_KEY}
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


def last_step(row: Filing | Removal | System | ChangeCase | UpgradeOrder) -> Step | None:
    """The step whose record stands behind a document of this row."""
    return Step.objects.filter(object_id=row.pk).select_related("record").order_by("at").last()


def filing_number(system: System) -> str:
    """备案编号: of the newest filing that counts; empty before there is one. A receipt that was revoked is nobody's number."""
    rows = system.filings.filter(state=FilingState.FILED).exclude(receipt="").order_by("filed_on", "drafted_at")
    return rows.values_list("receipt", flat=True).last() or ""


def _late(filing: Filing, today: date) -> tuple[date | None, int]:
    """The earlier last day of both clocks, and how late it was handed in or is today; a change runs by neither clock (N14)."""
    if filing.kind == Kind.CHANGE:
        return None, 0
    day = filing.submitted_on or today
    clocks = [clock for clock in clocks_of(filing.system, day, terms()) if clock.finding.due is not None]
    if not clocks:
        return None, 0
    return clocks[0].finding.due, clocks[0].finding.days_late


def _unclear(filing: Filing) -> list[str]:
    return [str(field.label) for key, field in FIELDS.items() if key in filing.unclear]


def _party(unit: Unit) -> Party:
    return Party(unit.name, unit.uscc, unit.address, "", unit.contact, unit.phone)


def _papers(items: Iterable[DossierItem], kind: PaperKind | None) -> tuple[Paper, ...]:
    rows = [item for item in items if kind is None or item.kind == kind]
    return tuple(Paper(item.title, item.number, item.dated, item.pages, item.paper.sha256) for item in rows)


def _device(camera: Camera) -> Device:
    kind = f"{camera.codec} {camera.width}×{camera.height}" if camera.codec else ""
    return Device(camera.number, f"{camera.name}　{camera.place}", kind, camera.view)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _split(members: str) -> list[str]:
    return [one.strip() for one in members.replace("，", "、").replace(",", "、").split("、") if one.strip()]
