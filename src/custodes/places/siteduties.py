"""What the law says of a place by what the register holds: who builds (S11), who may install (N7.3, N9), what is missing, which places have no system (S9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery

from custodes.law.building.builder import Builder, PlaceFacts, responsible_builder
from custodes.law.building.categories import PlaceKind
from custodes.law.duties.building import NeighbourFacts, n10_consent
from custodes.law.duties.finding import DutyFinding, DutyStatus
from custodes.law.duties.planning import GapFacts, Installer, InstallerFacts, n7_3_installer, s9_gap
from custodes.people.lawful import terms
from custodes.people.models import NAMED_DEPARTMENTS, Division, DivisionKind, Person, Unit, UnitKind
from custodes.places.models import (
    RECORDED,
    PlaceRole,
    PlaceRoleKind,
    SecretNear,
    Site,
    System,
    SystemRole,
    SystemRoleKind,
)
from custodes.places.models.site import holding_on
from custodes.places.scope import visible_sites


def gap_sites(person: Person, at: datetime) -> QuerySet[Site]:
    """Visible places by which no system is recorded."""
    return visible_sites(person, at).exclude(systems__state__in=RECORDED)


DEPARTMENTS = frozenset(
    {*NAMED_DEPARTMENTS, UnitKind.PUBLIC_SECURITY, UnitKind.OTHER_DEPARTMENT, UnitKind.GOVERNMENT, UnitKind.PARK}
)
"""Kinds of units that are government departments, or act as one."""


@dataclass(frozen=True, slots=True)
class CheckedDuty:
    """A finding about a place under its heading."""

    subject: str
    finding: DutyFinding


def covering(site: Site) -> list[System]:
    """The systems by which a place is covered (S9): built, and not removed."""
    return list(site.systems.filter(state__in=RECORDED))


def county_of(division: Division) -> str:
    """The county whose government builds what S9(1) names there; empty for the city's own."""
    codes = [code for code in division.path.split("/") if code]
    found = Division.objects.filter(code__in=codes, kind=DivisionKind.COUNTY).order_by("-path").first()
    return found.name_zh if found is not None else ""


def with_county(rows: QuerySet[Site]) -> QuerySet[Site]:
    """The places with `county` as `county_of` has it, None for none: for lists of many, which ask once for all of them."""
    above = Division.objects.annotate(below=ExpressionWrapper(OuterRef("division__path"), CharField())).filter(
        kind=DivisionKind.COUNTY, below__startswith=F("path")
    )
    marked: QuerySet[Site] = rows.annotate(county=Subquery(above.order_by("-path").values("name_zh")[:1]))
    return marked


def place_of(site: Site, roles: list[PlaceRole], county: str) -> PlaceFacts:
    """The facts of S11.

    Args:
        roles: those that hold on the day, with their units.
        county: `county_of` the place's division.
    """
    held = {role.role: role.unit.name for role in roles}
    return PlaceFacts(
        category=site.category,
        owner=held.get(PlaceRoleKind.OWNER, ""),
        user=held.get(PlaceRoleKind.USER, ""),
        manager=held.get(PlaceRoleKind.MANAGER, ""),
        state_owned=site.state_owned,
        agreed=site.agreed_builder.name if site.agreed_builder is not None else "",
        agreement=site.agreement,
        county=county,
    )


def builder_of(site: Site, day: date) -> Builder:
    """Who has to build the system of a place on `day`, and why (S11)."""
    roles = list(site.roles.filter(holding_on(day)).select_related("unit"))
    return responsible_builder(place_of(site, roles, county_of(site.division)))


def gap_of(site: Site, day: date) -> DutyFinding:
    """Whether a system is missing at a place (S9)."""
    return s9_gap(GapFacts(site.category, bool(covering(site)), site.decision), day, day, terms())


def checked(site: Site, day: date) -> list[CheckedDuty]:
    """All that is asked of a place itself, before anything of a system there."""
    found = [CheckedDuty("gap", gap_of(site, day))]
    basis = site.law_basis
    if basis is not None:
        found += [CheckedDuty("installer", each) for each in _installers(site, basis.kind, day)]
        if basis.kind is PlaceKind.N7_2 and not site.key_parts:
            found.append(
                CheckedDuty(
                    "key_parts",
                    DutyFinding(
                        DutyStatus.MISSING,
                        ("N7.2",),
                        "未登记确定重点部位的文件",
                        "the decision that fixes the key spots is not entered",
                        missing=("key_parts",),
                    ),
                )
            )
    else:
        zh, en = "未登记安装依据，按要求较多的条款执行", "no basis is entered: the fuller regime holds"
        found.append(CheckedDuty("basis", DutyFinding(DutyStatus.MISSING, ("N7.3", "N9"), zh, en, missing=("basis",))))
    found.append(CheckedDuty("neighbour", _neighbour(site, day)))
    return found


def _neighbour(site: Site, day: date) -> DutyFinding:
    if not site.secret_near:
        zh, en = "未登记周边有无军事单位、涉密单位", "whether a secret unit is near is not entered"
        return DutyFinding(DutyStatus.MISSING, ("N10",), zh, en, missing=("secret_near",))
    return n10_consent(NeighbourFacts(site.secret_near == SecretNear.YES, site.consent), day, day, terms())


def _installers(site: Site, kind: PlaceKind, day: date) -> list[DutyFinding]:
    """Of each unit that builds here; of the one the place is entered for while there is none."""
    built = SystemRole.objects.filter(holding_on(day), system__site=site, role=SystemRoleKind.BUILDER)
    units = {role.unit for role in built.select_related("unit")} or {site.unit}
    return [_installer(site, unit, kind, day) for unit in sorted(units, key=lambda unit: unit.name)]


def _installer(site: Site, unit: Unit, kind: PlaceKind, day: date) -> DutyFinding:
    if unit.kind in DEPARTMENTS:
        installer = Installer.DEPARTMENT
    elif site.roles.filter(holding_on(day), unit=unit).exists():
        installer = Installer.MANAGING_UNIT
    else:
        zh = f"未登记{unit.name}在该场所的角色，是否可以安装须人工核对"
        en = f"{unit.name} has no role at the place: a person has to see whether it may install"
        return DutyFinding(DutyStatus.REVIEW, ("N7.3", "N9"), zh, en, missing=("role",))
    return n7_3_installer(InstallerFacts(kind, installer, site.necessity), day, day, terms())
